import { isIP } from 'node:net'
import { resolve } from 'node:path'
import {
  DEFAULT_RATE_LIMITS,
  issuerAddressSchema,
  LOG_LEVELS,
  METRICS_READERS,
  type MetricsReaders,
  originSchema,
  publicUrlSchema,
  type RateLimits,
  rateLimitsSchema,
  reportAddressSchema,
} from '@rbee/catalog'
import type { BlobsPlace, LicensedLinks } from '@rbee/catalog/node'
import { mailAddressSchema, RbeeError } from '@rbee/schema'
import { z } from 'zod'
import type { CommandContext } from '../program/command.ts'
import {
  choiceOption,
  numberOption,
  PORT,
  switchOption,
  textOption,
  timeOption,
} from '../program/option-values.ts'
import type { Terminal } from '../program/terminal.ts'
import { REPOSITORIES_WANTED, type RepositoriesWanted } from '../repositories/served-repositories.ts'
import { blobsPlace, blobsSchema, licensedLinksSchema } from './blobs-place.ts'
import { catalogLocations } from './catalog-locations.ts'
import { LOG_FORMATS, type LogSettings } from './server-log.ts'

/** A week, in seconds. */
const MAX_SYNC_INTERVAL = 604_800
/** An hour, in seconds. */
const MAX_GRACE = 3600
const DAY_MS = 86_400_000
const WHOLE_SECONDS = { min: 0, what: 'a whole number of seconds' }

/** Options of `rbee-catalog serve`, as texts of flags and variables; what is wrong is said with the flag's name. */
export const serverOptionsSchema = z.object({
  port: numberOption(PORT),
  host: z
    .string()
    .refine((host) => isIP(host) !== 0 || /^[A-Za-z0-9.-]+$/.test(host), 'must be an address or host name'),
  dataDir: z.string().min(1, 'may not be empty'),
  blobs: blobsSchema.optional(),
  licensedLinks: textOption(licensedLinksSchema).optional(),
  catalog: z.array(z.string().min(1)).default([]),
  publicUrl: publicUrlSchema.optional(),
  syncInterval: numberOption({ ...WHOLE_SECONDS, max: MAX_SYNC_INTERVAL }).default(0),
  rateLimit: textOption(rateLimitsSchema).optional(),
  allowedOrigin: z.array(originSchema).default([]),
  reportTo: textOption(reportAddressSchema).optional(),
  oidcIssuer: z.array(issuerAddressSchema).default([]),
  trustProxy: switchOption().default(false),
  logFormat: choiceOption(LOG_FORMATS).optional(),
  logLevel: choiceOption(LOG_LEVELS).default('info'),
  metrics: choiceOption(METRICS_READERS).optional(),
  packageRepositories: choiceOption(REPOSITORIES_WANTED).default('asked'),
  grace: numberOption({ ...WHOLE_SECONDS, max: MAX_GRACE }).default(30),
  transferWait: timeOption().default(7 * DAY_MS),
  orphanAfter: timeOption().default(180 * DAY_MS),
  mailFrom: textOption(mailAddressSchema).optional(),
})
export type ServerOptions = z.infer<typeof serverOptionsSchema>

/** What the server and its catalogs are started with. Folders are absolute. */
export interface ServerSettings {
  readonly host: string
  readonly port: number
  readonly dataDir: string
  readonly blobs: BlobsPlace
  /** Where archives that are sold are fetched; undefined for what fits the place. */
  readonly licensedLinks?: LicensedLinks
  readonly publicUrl?: string
  /** Null where nobody counts. */
  readonly rateLimits: RateLimits | null
  readonly trustProxy: boolean
  /** Origins whose pages may read the API from a browser; undefined for the usual ones. */
  readonly allowedOrigins?: readonly string[]
  /** Where people report a worker; undefined for nowhere. */
  readonly reportTo?: string
  /** Whose identity tokens of workflow runs are believed; undefined for GitHub's. */
  readonly oidcIssuers?: readonly string[]
  /** As `compileCatalog` reads them, in their order of precedence. */
  readonly catalogs: readonly string[]
  readonly metrics: MetricsReaders
  /** When repositories of package managers are made. */
  readonly repositoriesWanted: RepositoriesWanted
  /** Whether sources of the catalogs are handed out: nobody beyond this machine reaches the server. */
  readonly servesSources: boolean
  /** How long running requests may take once the server was told to stop. */
  readonly graceMs: number
  readonly logging: LogSettings
  readonly transferRules: { readonly waitMs: number; readonly orphanAfterMs: number }
  /** How mails leave the server. */
  readonly mail: { readonly from?: string; readonly smtpUrl?: string }
  /** From the end of one reading to the start of the next; null where catalogs are read once. */
  readonly syncIntervalMs: number | null
}

type SettingsSurroundings = Pick<CommandContext, 'cwd' | 'env' | 'quiet'> & {
  readonly terminal: Pick<Terminal, 'interactive'>
}

/** Fails with `setting_invalid` where an option asks for what the server cannot do. */
export function serverSettings(
  options: ServerOptions,
  { cwd, env, quiet, terminal }: SettingsSurroundings,
): ServerSettings {
  const { host, port, publicUrl, trustProxy, syncInterval } = options
  const dataDir = dataFolder(options.dataDir, cwd)
  const blobs = blobsPlace(options.blobs, { cwd, dataDir, env })
  assertHasLinks(blobs, options.licensedLinks)
  return {
    host,
    port,
    dataDir,
    blobs,
    licensedLinks: options.licensedLinks,
    publicUrl,
    rateLimits: options.rateLimit === undefined ? defaultRateLimits(options) : options.rateLimit,
    trustProxy,
    allowedOrigins: options.allowedOrigin.length === 0 ? undefined : options.allowedOrigin,
    reportTo: options.reportTo,
    oidcIssuers: options.oidcIssuer.length === 0 ? undefined : options.oidcIssuer,
    catalogs: catalogLocations(options.catalog),
    metrics: options.metrics ?? defaultMetrics(options),
    repositoriesWanted: options.packageRepositories,
    servesSources: isOperatorsOwn(options) && !isPublic(options),
    graceMs: options.grace * 1000,
    transferRules: { waitMs: options.transferWait, orphanAfterMs: options.orphanAfter },
    mail: { from: options.mailFrom, smtpUrl: smtpUrl(env.RBEE_SMTP_URL) },
    logging: {
      format: options.logFormat ?? (terminal.interactive ? 'text' : 'json'),
      level: quiet && options.logLevel === 'info' ? 'warn' : options.logLevel,
    },
    syncIntervalMs: syncInterval === 0 ? null : syncInterval * 1000,
  }
}

function assertHasLinks({ kind }: BlobsPlace, wanted: LicensedLinks | undefined): void {
  if (kind === 'bucket' || wanted?.kind !== 'store') return
  throw new RbeeError('setting_invalid', '--licensed-links: a folder has no addresses of its own', {
    next: 'leave it out, or keep archives in a bucket with --blobs s3://BUCKET',
  })
}

const SMTP_URL = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url !== null && /^smtps?:$/.test(url.protocol) && url.hostname !== '') return text
  context.addIssue({ code: 'custom', message: 'must be smtps://USER:PASSWORD@HOST or smtp://HOST:PORT' })
  return z.NEVER
})

/** The setting RBEE_SMTP_URL, which may hold a password: no flag, and not in messages. Fails with `setting_invalid`. */
function smtpUrl(text: string | undefined): string | undefined {
  if (text === undefined || text === '') return undefined
  const url = SMTP_URL.safeParse(text)
  if (url.success) return url.data
  throw new RbeeError('setting_invalid', `the variable RBEE_SMTP_URL: ${url.error.issues[0]?.message}`, {
    next: 'set RBEE_SMTP_URL to another value, or unset it',
  })
}

/** The data folder as an absolute path; a relative one means the caller's folder. */
export function dataFolder(setting: string, cwd: string): string {
  return resolve(cwd, setting)
}

/**
 * Who asks a server that only this machine can reach is the operator. Behind a proxy that is trusted, other machines
 * can.
 */
function defaultRateLimits(options: ServerOptions): RateLimits | null {
  return isOperatorsOwn(options) ? null : DEFAULT_RATE_LIMITS
}

/** A server with a public address is reached through a proxy, also where nobody said that it can be trusted. */
function defaultMetrics(options: ServerOptions): MetricsReaders {
  return isOperatorsOwn(options) && !isPublic(options) ? 'open' : 'token'
}

function isPublic({ publicUrl }: ServerOptions): boolean {
  return publicUrl?.startsWith('https:') ?? false
}

function isOperatorsOwn({ host, trustProxy }: ServerOptions): boolean {
  const isLoopback = host === 'localhost' || host === '::1' || (isIP(host) === 4 && host.startsWith('127.'))
  return isLoopback && !trustProxy
}
