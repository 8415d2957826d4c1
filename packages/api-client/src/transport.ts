import { describeIssues, ERRORS, type ErrorCode, problemSchema, RbeeError } from '@rbee/schema'
import type { z } from 'zod'

export interface TransportOptions {
  /** Address of the registry, without a slash at the end. */
  readonly registry: string
  /** Sent to the registry's own origin only. */
  readonly token?: string
  readonly fetch?: typeof fetch
  /** How long an answer may take to begin, in milliseconds. */
  readonly timeoutMs?: number
}

export interface Call {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** Below the registry's address; its parts are escaped already. */
  readonly path: string
  readonly json?: unknown
  readonly bytes?: Uint8Array
  readonly signal?: AbortSignal
}

const DEFAULT_TIMEOUT_MS = 60_000
const ATTEMPTS = 4
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 10_000

/**
 * Makes one call of the API and gives back its status and its answer in the shape of `schema`. All calls of this API may be repeated
 * without harm, so what fails on the way or with 429 or 5xx is tried again, with growing pauses.
 *
 * Fails with the server's own code, with `registry_unreachable`, or with `registry_invalid` for an answer that makes no
 * sense.
 */
export async function call<Schema extends z.ZodType>(
  options: TransportOptions,
  request: Call,
  schema: Schema,
): Promise<{ readonly status: number; readonly data: z.infer<Schema> }> {
  const response = await sendWithRetries(options, request)
  const body = await readJson(options, request, response)
  if (!response.ok) throw failureOf(options, request, response.status, body)
  const parsed = schema.safeParse(body)
  if (parsed.success) return { status: response.status, data: parsed.data }
  throw invalid(options, request, `an unexpected answer: ${describeIssues(parsed.error)}`)
}

async function sendWithRetries(options: TransportOptions, request: Call): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const last = attempt === ATTEMPTS
    let pause = FIRST_PAUSE_MS * 2 ** (attempt - 1)
    try {
      const response = await send(options, request)
      if (last || (response.status !== 429 && response.status < 500)) return response
      pause = Math.max(pause, retryAfterMs(response))
      await response.body?.cancel()
    } catch (error) {
      request.signal?.throwIfAborted()
      if (last || !isNetworkFailure(error)) throw unreachable(options, error)
    }
    await sleep(Math.min(pause, LONGEST_PAUSE_MS), request.signal)
  }
}

function send(
  { registry, token, fetch: custom, timeoutMs }: TransportOptions,
  request: Call,
): Promise<Response> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (token !== undefined) headers.authorization = `Bearer ${token}`
  if (request.json !== undefined) headers['content-type'] = 'application/json'
  if (request.bytes !== undefined) headers['content-type'] = 'application/octet-stream'
  const timeout = AbortSignal.timeout(timeoutMs ?? DEFAULT_TIMEOUT_MS)
  return (custom ?? fetch)(registry + request.path, {
    method: request.method,
    headers,
    body: request.json === undefined ? request.bytes : JSON.stringify(request.json),
    signal: request.signal ? AbortSignal.any([request.signal, timeout]) : timeout,
    // The API never redirects these calls; whoever does wants the token elsewhere.
    redirect: 'error',
  })
}

function isNetworkFailure(error: unknown): boolean {
  return error instanceof TypeError || (error instanceof Error && error.name === 'TimeoutError')
}

function retryAfterMs(response: Response): number {
  const seconds = Number(response.headers.get('retry-after'))
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0
}

async function readJson(options: TransportOptions, request: Call, response: Response): Promise<unknown> {
  if (response.status === 204) return undefined
  let text: string
  try {
    text = await response.text()
  } catch (error) {
    request.signal?.throwIfAborted()
    throw unreachable(options, error)
  }
  try {
    return JSON.parse(text)
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
    throw invalid(options, request, `HTTP ${response.status} without JSON`)
  }
}

function failureOf(options: TransportOptions, request: Call, status: number, body: unknown): RbeeError {
  const problem = problemSchema.safeParse(body)
  if (!problem.success || !isErrorCode(problem.data.code)) return invalid(options, request, `HTTP ${status}`)
  const { type, title, status: _status, detail, code: _code, error, next, ...details } = problem.data
  void [type, title, error]
  return new RbeeError(problem.data.code, detail, { next: next ?? null, details })
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(ERRORS, code)
}

function invalid({ registry }: TransportOptions, { method, path }: Call, what: string): RbeeError {
  return new RbeeError('registry_invalid', `${registry} answered ${method} ${path} with ${what}`, {
    next: 'check that the address is that of a registry, and that this program is current',
  })
}

function unreachable({ registry }: TransportOptions, cause: unknown): RbeeError {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  const why = inner instanceof Error ? inner.message || inner.name : String(inner)
  return new RbeeError('registry_unreachable', `${registry} cannot be reached: ${why}`, {
    next: 'check the address (--registry or RBEE_REGISTRY) and the network; start one here with: npx -y pnpm@12 start',
    cause,
  })
}

function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, milliseconds)
    signal?.addEventListener(
      'abort',
      () => {
        clearTimeout(timer)
        reject(signal.reason)
      },
      { once: true },
    )
  })
}
