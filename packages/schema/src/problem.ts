import { z } from 'zod'
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

/** RFC 9457 problem details, with the code, and `error` for clients of earlier servers. */
export const problemSchema = z.looseObject({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.string(),
  /** The same text as `detail`. */
  error: z.string(),
  next: z.string().optional(),
})
export type Problem = z.infer<typeof problemSchema>

/** The problem document of a failure. `type` is an address of the documentation, relative to the server. */
export function problemOf(failure: RbeeError): Problem {
  return {
    ...failure.details,
    type: `/docs/errors#${failure.code}`,
    title: ERRORS[failure.code].title,
    status: failure.status,
    detail: failure.message,
    code: failure.code,
    error: failure.message,
    ...(failure.next === null ? {} : { next: failure.next }),
  }
}

/** Says in one line where and why a value does not have the expected shape: `build.features.0: …; …`. */
export function describeIssues(error: z.ZodError): string {
  return error.issues
    .slice(0, 8)
    .map((issue) => `${issue.path.length === 0 ? 'the value' : issue.path.join('.')}: ${issue.message}`)
    .join('; ')
}
