import { mailAddressSchema } from '@rbee/schema'
import { z } from 'zod'

/** What the server's answers depend on, parsed by the entry of the runtime. */
export interface AppSettings {
  /** Address under which clients reach the server, without a slash at the end; null: the address of each request. */
  readonly publicUrl: string | null
  /** Origins whose pages may read the API from a browser. */
  readonly allowedOrigins: readonly string[]
  /** Version of the server. */
  readonly version: string
  /** What GitHub signs its deliveries with; null where they are not taken. */
  readonly githubWebhookSecret: string | null
  /** Where people report a worker: an https or mailto address; null where nobody takes reports. */
  readonly reportTo: string | null
}

const LOOPBACK_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]'])

/**
 * The setting RBEE_PUBLIC_URL, without a slash at its end. Generated files carry this address to other machines, so it
 * must be https; only an address that never leaves this machine may be http.
 */
export const publicUrlSchema = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url !== null && isPlain(url) && isSafe(url)) return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
  context.addIssue({
    code: 'custom',
    message: 'must be an https address (http only for this machine itself)',
  })
  return z.NEVER
})

function isPlain({ username, password, search, hash }: URL): boolean {
  return username === '' && password === '' && search === '' && hash === ''
}

function isSafe({ protocol, hostname }: URL): boolean {
  return protocol === 'https:' || (protocol === 'http:' && LOOPBACK_HOSTS.has(hostname))
}

/** The setting RBEE_REPORT_TO: an https address, such as that of a tracker's new issue, or one for mail, which becomes `mailto:`. */
export const reportAddressSchema = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url?.protocol === 'https:' && url.username === '' && url.password === '') return url.href
  if (mailAddressSchema.safeParse(text).success) return `mailto:${text}`
  context.addIssue({ code: 'custom', message: 'must be an https address or an address for mail' })
  return z.NEVER
})

/**
 * An origin whose pages may read the API from a browser (RFC 6454, 6.2): scheme, host and port as browsers write them,
 * and so as they are compared.
 */
export const originSchema = z.string().refine((text) => {
  const url = URL.canParse(text) ? new URL(text) : null
  return url !== null && /^https?:$/.test(url.protocol) && url.origin === text
}, 'must be an origin such as https://example.com, without a path')

/**
 * Addresses that are counted together: `list` the lists of workers, `detail` the documents of one worker, `pkgbuild` its
 * PKGBUILD, `install` the script that installs the programs, `page` the pages of the site,
 * `search` searches and suggestions, `oidc` exchanges of identity tokens, `license` checks of licences.
 */
export const RATE_LIMIT_CLASSES = [
  'list',
  'detail',
  'pkgbuild',
  'install',
  'oidc',
  'license',
  'page',
  'search',
] as const
export type RateLimitClass = (typeof RATE_LIMIT_CLASSES)[number]

/** Requests that one client may send within a minute. */
export type RateLimits = Readonly<Record<RateLimitClass, number>>

/** What clients of earlier catalogs were promised, and as much as many workflows behind one address need. */
export const DEFAULT_RATE_LIMITS: RateLimits = {
  ...{ list: 60, detail: 120, pkgbuild: 30, install: 10 },
  ...{ oidc: 30, license: 60 },
  // A page brings its style, programs and icon along, each once a year; who reads opens several pages in a minute.
  page: 240,
  // Suggestions are asked for while somebody types.
  search: 120,
}

const STATED_LIMIT = new RegExp(`^(${RATE_LIMIT_CLASSES.join('|')})=([1-9]\\d{0,6})$`)

/** The setting RBEE_RATE_LIMIT: `off` (null), or `list=N,detail=N,…`. What is left out keeps its default. */
export const rateLimitsSchema = z.string().transform((text, context): RateLimits | null => {
  if (text === 'off') return null
  const stated = text.split(',').map((part) => STATED_LIMIT.exec(part))
  const limits = new Map(stated.map((match) => [match?.[1], Number(match?.[2])]))
  if (limits.has(undefined) || limits.size < stated.length) {
    context.addIssue({
      code: 'custom',
      message:
        'must be off or list=N,detail=N,pkgbuild=N,install=N,oidc=N,license=N,page=N,search=N with requests per minute, each from 1',
    })
    return z.NEVER
  }
  return { ...DEFAULT_RATE_LIMITS, ...Object.fromEntries(limits) }
})

/**
 * Who may read `/metrics`: anybody who reaches the server, whoever has an operator token, or nobody. The figures tell how
 * much a server is used and what it runs on.
 */
export const METRICS_READERS = ['open', 'token', 'off'] as const
export type MetricsReaders = (typeof METRICS_READERS)[number]

const MS_OF_UNIT = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const LONGEST_MS = 366 * MS_OF_UNIT.d

/** A time such as `7d`, `12h` or `0`, up to a year, in milliseconds: the settings RBEE_TRANSFER_WAIT and RBEE_ORPHAN_AFTER. */
export const durationSchema = z.string().transform((text, context) => {
  const match = /^(\d{1,9})([smhd])$/.exec(text)
  const unit = match?.[2] as keyof typeof MS_OF_UNIT | undefined
  const milliseconds =
    text === '0' ? 0 : unit === undefined ? Number.NaN : Number(match?.[1]) * MS_OF_UNIT[unit]
  if (milliseconds <= LONGEST_MS) return milliseconds
  context.addIssue({ code: 'custom', message: 'must be 0 or a time such as 30m, 72h or 7d, up to a year' })
  return z.NEVER
})
