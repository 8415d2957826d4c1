import { ERRORS, type ErrorCode } from './error-codes.ts'

/** Details that some codes document, for example `available` of `no_artifact`. */
export type ErrorDetails = Readonly<Record<string, unknown>>

/**
 * A failure that a user can reach: a stable code, a sentence that says what was wrong and where, and what to do next.
 * Becomes HTTP in one place (the catalog's error handler) and text and an exit code in one place (the CLI's).
 * Never put a secret into it. A bug stays a plain `Error`.
 */
export class RbeeError extends Error {
  override readonly name = 'RbeeError'
  readonly code: ErrorCode
  /** What the user can do next; null where there is nothing to advise. */
  readonly next: string | null
  readonly details: ErrorDetails

  constructor(
    code: ErrorCode,
    message: string,
    options: { next?: string | null; details?: ErrorDetails; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.next = options.next ?? null
    this.details = options.details ?? {}
  }

  get status(): number {
    return ERRORS[this.code].status
  }
}
