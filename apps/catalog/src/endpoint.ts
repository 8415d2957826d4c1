import type { Caller } from '@rbee/registry'
import type { ErrorCode, TokenScope } from '@rbee/schema'
import type { Context } from 'hono'
import type { z } from 'zod'
import type { Answer } from './http/answer.ts'
import type { Parameter } from './http/parameters.ts'
import type { Services } from './services.ts'
import type { RateLimitClass } from './settings.ts'

export const TAGS = [
  'Workers',
  'Search',
  'Downloads',
  'Packages',
  'Trust',
  'Publishing',
  'Catalogs',
  'Tokens',
  'Licences',
  'Programs',
  'Server',
  'Clients of earlier catalogs',
] as const

/** One call of the API: what the documentation says of it, and what it does. Its address stands in the router. */
export type Endpoint = PublicEndpoint | GuardedEndpoint

/** A call for which no token is needed. */
export interface PublicEndpoint {
  readonly scope?: undefined
  /** Left out for pages, which are read by people. */
  readonly operation?: Operation
  /** With which calls a page is counted. */
  readonly rateLimit?: RateLimitClass
  /**
   * `documents` states that the answer depends on nothing but the address, host included, and the stored documents: on no
   * other field of the request, no row, no time. It may then be kept in memory until a document changes, and compressed,
   * as it can hold nothing that only this client may know. `figures` states the same of an answer that also shows rows or
   * statistics, which may be a little old: it is kept for a minute at most. `program` states that not even a document
   * changes it.
   */
  readonly dependsOn?: 'program' | 'documents' | 'figures'
  handle(context: Context, services: Services): Answer | Promise<Answer>
}

/**
 * A call for who holds a token. Whether they do is settled before it begins, so that nobody else learns from its
 * failures what it expects or what there is, or has a body read.
 */
export interface GuardedEndpoint {
  /** What the token must allow; an operator's allows everything. */
  readonly scope: TokenScope
  readonly operation: Operation
  readonly rateLimit?: undefined
  readonly dependsOn?: undefined
  handle(context: Context, services: Services, caller: Caller): Answer | Promise<Answer>
}

/** The description from which the OpenAPI document and the page at /docs are made. */
export interface Operation {
  /** Unique; names the call in generated clients. */
  readonly id: string
  readonly tag: (typeof TAGS)[number]
  readonly summary: string
  readonly description?: string
  readonly parameters?: readonly Parameter[]
  readonly body?: RequestBody
  readonly answers: readonly Success[]
  /** Codes of the failures that are particular to this call. */
  readonly errors: readonly ErrorCode[]
  /** With which calls it is counted; none for calls that are not limited. */
  readonly rateLimit?: RateLimitClass
}

export type RequestBody =
  | { readonly schema: z.ZodType; readonly maxBytes: number; readonly optional?: true }
  | { readonly mediaType: string; readonly description: string; readonly maxBytes: number }

export interface Success {
  /** 404 only where it is answered with something else than a problem. */
  readonly status: 200 | 201 | 202 | 204 | 206 | 302 | 304 | 404
  readonly description: string
  /** A schema is that of JSON, of `application/json` unless another type is named. */
  readonly content?:
    | { readonly schema: z.ZodType; readonly mediaType?: `${string}+json` }
    | { readonly mediaType: string }
}
