import { z } from 'zod'
import { ERRORS, type ErrorCode } from './error-codes.ts'
import type { RbeeError } from './rbee-error.ts'

export const errorCodeSchema = z.enum(Object.keys(ERRORS) as [ErrorCode, ...ErrorCode[]])

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
