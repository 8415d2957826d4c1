import type { z } from 'zod'

/** The failures that a client can cause or meet, by code. Statuses and types follow OpenAI's API. */
export const REQUEST_ERRORS = {
  invalid_json: { status: 400, type: 'invalid_request_error' },
  invalid_request: { status: 400, type: 'invalid_request_error' },
  unsupported_parameter: { status: 400, type: 'invalid_request_error' },
  /** The code that OpenAI's clients know for a prompt that does not fit the model. */
  context_length_exceeded: { status: 400, type: 'invalid_request_error' },
  invalid_image: { status: 400, type: 'invalid_request_error' },
  forbidden_host: { status: 403, type: 'invalid_request_error' },
  license_refused: { status: 403, type: 'permission_error' },
  license_clock_back: { status: 403, type: 'permission_error' },
  not_found: { status: 404, type: 'invalid_request_error' },
  method_not_allowed: { status: 405, type: 'invalid_request_error' },
  body_too_large: { status: 413, type: 'invalid_request_error' },
  unsupported_media_type: { status: 415, type: 'invalid_request_error' },
  queue_full: { status: 429, type: 'rate_limit_error' },
  model_failed: { status: 500, type: 'server_error' },
  model_loading: { status: 503, type: 'server_error' },
  stopping: { status: 503, type: 'server_error' },
  timeout: { status: 504, type: 'server_error' },
} as const satisfies Record<string, { status: number; type: string }>

export type RequestErrorCode = keyof typeof REQUEST_ERRORS

/** Body of every failed answer, in the shape that OpenAI's clients read. */
export interface ErrorBody {
  readonly error: {
    readonly message: string
    readonly type: string
    readonly param: string | null
    readonly code: RequestErrorCode
    /** Only of `license_refused`: which of its causes it is. */
    readonly reason?: string
  }
}

/**
 * A failure that is told to the client. Model code throws it for input that it cannot take; anything else that model
 * code throws is logged and answered as `model_failed` without its text, which may hold what a user wrote.
 */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly code: RequestErrorCode
  /** The field of the request that is at fault; null where no single one is. */
  readonly param: string | null
  /** Seconds after which the client may try again; null where trying again is of no use. */
  readonly retryAfter: number | null
  readonly reason: string | null

  constructor(
    code: RequestErrorCode,
    message: string,
    options: {
      param?: string | null
      retryAfter?: number | null
      reason?: string | null
      cause?: unknown
    } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.param = options.param ?? null
    this.retryAfter = options.retryAfter ?? null
    this.reason = options.reason ?? null
  }

  get status(): number {
    return REQUEST_ERRORS[this.code].status
  }

  body(): ErrorBody {
    const { type } = REQUEST_ERRORS[this.code]
    const { message, param, code, reason } = this
    return { error: { message, type, param, code, ...(reason !== null && { reason }) } }
  }
}

/** A model that cannot be loaded: ends the program with exit code 3. The message names the file and the cause. */
export class ModelError extends Error {
  override readonly name = 'ModelError'
}

/** A licence that does not let the worker serve: ends the program with exit code 5. */
export class LicenseError extends Error {
  override readonly name = 'LicenseError'
  /** What to do about it. */
  readonly next: string

  constructor(message: string, next: string) {
    super(message)
    this.next = next
  }
}

/** Says in one line where and why a value does not have the expected shape: `messages.0.role: …; …`. */
export function describeIssues(error: z.ZodError): string {
  return error.issues
    .slice(0, 8)
    .map((issue) => `${issue.path.length === 0 ? 'the value' : issue.path.join('.')}: ${issue.message}`)
    .join('; ')
}
