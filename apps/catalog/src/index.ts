export { createApp } from './app.ts'
export type { CatalogSync, GitPush, SyncWish } from './catalog-sync.ts'
export type { Log } from './log.ts'
export type { Services } from './services.ts'
export {
  type AppSettings,
  DEFAULT_RATE_LIMITS,
  originSchema,
  publicUrlSchema,
  type RateLimits,
  rateLimitsSchema,
} from './settings.ts'
