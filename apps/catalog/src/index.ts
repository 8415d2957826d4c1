export { issuerAddressSchema } from '@rbee/oidc'
export { type AccessFields, accessFields } from './access-log.ts'
export type { AnsweredRequest } from './answered-request.ts'
export { createApp } from './app.ts'
export type { CatalogSync, GitPush, SyncWish } from './catalog-sync.ts'
export { jsonLine } from './json-lines.ts'
export { isLogged, LOG_LEVELS, type Log, type LogLevel } from './log.ts'
export type { PackageRepositoryJob } from './package-repositories.ts'
export type { Services } from './services.ts'
export {
  type AppSettings,
  DEFAULT_RATE_LIMITS,
  METRICS_READERS,
  type MetricsReaders,
  originSchema,
  publicUrlSchema,
  type RateLimits,
  rateLimitsSchema,
  reportAddressSchema,
} from './settings.ts'
export type { SourceRelease, SourceRepositoryJob } from './source-repositories.ts'
