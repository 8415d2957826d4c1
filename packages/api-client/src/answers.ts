import { describeIssues, errorCodeSchema, problemSchema, RbeeError } from '@rbee/schema'
import { z } from 'zod'
import { isNetworkFailure, type TransportOptions, unreachable } from './transport.ts'

export interface AnswerRules {
  /** Whether `not_found` is about what was asked for. All other calls have codes of their own for that. */
  readonly ownNotFound?: boolean
}

/** What a call of the generated client comes to. */
export interface CallResult {
  readonly data?: unknown
  readonly error?: unknown
  readonly response: Response
}

/**
 * The answer of a call in the shape of `schema`. Fails with the server's own code and details, and with
 * `registry_invalid` for an answer that makes no sense, or where the server knows no such address at all: then it is no
 * registry, or the registry lies below another path.
 */
export async function checked<Schema extends z.ZodType>(
  options: TransportOptions,
  calling: Promise<CallResult>,
  schema: Schema,
  { ownNotFound = false }: AnswerRules = {},
): Promise<{ readonly status: number; readonly data: z.output<Schema> }> {
  const { data, error, response } = await readable(options, calling)
  if (!response.ok) throw failureOf(options, response.status, error, ownNotFound)
  const parsed = schema.safeParse(data)
  if (parsed.success) return { status: response.status, data: parsed.data }
  throw invalid(options, `an unexpected answer: ${describeIssues(parsed.error)}`)
}

/** Looks at the bytes of an answer before anything is read out of them. Fails where they may not be used. */
export type CheckBytes = (bytes: Uint8Array) => Promise<void>

/** As {@link checked}, of a call whose answer comes as bytes: a signature or digest is one of bytes. */
export async function checkedBytes<Schema extends z.ZodType>(
  options: TransportOptions,
  calling: Promise<CallResult>,
  schema: Schema,
  check: CheckBytes,
): Promise<z.output<Schema>> {
  const { data } = await checked(options, calling, bytesSchema)
  await check(data)
  const parsed = schema.safeParse(parsedJson(options, data))
  if (parsed.success) return parsed.data
  throw invalid(options, `an unexpected answer: ${describeIssues(parsed.error)}`)
}

/** Undefined stands for an answer without a body. */
const bytesSchema = z
  .instanceof(ArrayBuffer)
  .optional()
  .transform((buffer) => new Uint8Array(buffer ?? new ArrayBuffer(0)))

function parsedJson(options: TransportOptions, bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes))
  } catch (error) {
    if (error instanceof SyntaxError) throw invalid(options, 'something that is not JSON')
    throw error
  }
}

async function readable(options: TransportOptions, calling: Promise<CallResult>): Promise<CallResult> {
  try {
    return await calling
  } catch (error) {
    options.signal?.throwIfAborted()
    if (error instanceof SyntaxError) throw invalid(options, 'something that is not JSON')
    // A connection that breaks off, or stalls, inside the answer.
    if (isNetworkFailure(error)) throw unreachable(options, error)
    throw error
  }
}

/** Members that every problem has; all others are details of its code. */
const PROBLEM_MEMBERS = new Set(Object.keys(problemSchema.shape))

function failureOf(
  options: TransportOptions,
  status: number,
  body: unknown,
  ownNotFound: boolean,
): RbeeError {
  const problem = problemSchema.extend({ code: errorCodeSchema }).safeParse(body)
  if (!problem.success) return invalid(options, `HTTP ${status}`)
  const { detail, code, next } = problem.data
  if (code === 'not_found' && !ownNotFound)
    return invalid(options, `HTTP ${status}: there is no such address`)
  const details = Object.entries(problem.data).filter(([name]) => !PROBLEM_MEMBERS.has(name))
  // The server names its own addresses from their root on; read elsewhere, they need all of it.
  const reachable = next?.replaceAll(/(?<=\s)\/(?=v1\/|docs\b)/g, `${options.registry}/`) ?? null
  return new RbeeError(code, detail, { next: reachable, details: Object.fromEntries(details) })
}

function invalid({ registry }: TransportOptions, what: string): RbeeError {
  return new RbeeError('registry_invalid', `${registry} answered with ${what}`, {
    next: 'check that --registry (or RBEE_REGISTRY) is the address of a registry, and that this program is current',
  })
}
