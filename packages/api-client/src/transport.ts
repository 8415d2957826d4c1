import { RbeeError } from '@rbee/schema'

export interface TransportOptions {
  /** Address of the registry, without a slash at the end. */
  readonly registry: string
  /** Sent to the registry's own origin only; a function is asked before each call, for tokens that do not last. */
  readonly token?: string | (() => Promise<string>)
  readonly fetch?: typeof fetch
  /** How often a call that may be repeated is sent, at most; by default 4 times. */
  readonly attempts?: number
  /** How long an answer may take, in milliseconds. */
  readonly timeoutMs?: number
  /** Ends every call. */
  readonly signal?: AbortSignal
}

/** What differs between kinds of calls. */
export interface CallPolicy {
  readonly timeoutMs: number
  /** Whether the call may reach the server twice. */
  readonly repeatable: boolean
}

const ATTEMPTS = 4
/** What does not answer in time is asked once more, as connections get lost; it would keep its users waiting four times. */
const ATTEMPTS_IN_VAIN = 2
const FIRST_PAUSE_MS = 250
const LONGEST_PAUSE_MS = 10_000
/** Far above the largest documents: 200 workers of a list, and the ids of a sync of 100,000. */
const LARGEST_ANSWER_BYTES = 32 * 1024 * 1024

/**
 * Sends requests of the API. What fails on the way or with 429 or 5xx is sent again, with growing pauses, where the call
 * may be repeated. Fails with `registry_unreachable`; a signal that ends the call ends it with the signal's reason.
 */
export function transport(
  options: TransportOptions,
  policy: CallPolicy,
): (request: Request) => Promise<Response> {
  const attempts = policy.repeatable ? (options.attempts ?? ATTEMPTS) : 1
  return async (request) => {
    const ended = options.signal ? AbortSignal.any([request.signal, options.signal]) : request.signal
    const attempt = await repeatable(options, request, ended, policy.timeoutMs)
    let inVain = 0
    for (let count = 1; ; count += 1) {
      const last = count === attempts
      let pause = FIRST_PAUSE_MS * 2 ** (count - 1)
      try {
        const response = await attempt()
        refuseRedirect(options, response)
        if (last || (response.status !== 429 && response.status < 500)) return bounded(options, response)
        pause = Math.max(pause, retryAfterMs(response))
        await response.body?.cancel()
      } catch (error) {
        ended.throwIfAborted()
        if (error instanceof RbeeError || !isNetworkFailure(error)) throw error
        if (isTimeout(error)) inVain += 1
        if (last || inVain === ATTEMPTS_IN_VAIN) throw unreachable(options, error)
      }
      await sleep(Math.min(pause, LONGEST_PAUSE_MS), ended)
    }
  }
}

/**
 * A request that can be sent again: its body is read once. It is handed on as address and settings, because a `fetch` of
 * another version of the library does not take this one's `Request`.
 */
async function repeatable(
  { fetch: custom = fetch, token }: TransportOptions,
  request: Request,
  ended: AbortSignal,
  timeoutMs: number,
): Promise<() => Promise<Response>> {
  const headers = Object.fromEntries(request.headers)
  const given = typeof token === 'function' ? await token() : token
  if (given !== undefined) headers.authorization = `Bearer ${given}`
  const body = request.body === null ? undefined : await request.arrayBuffer()
  return () =>
    custom(request.url, {
      method: request.method,
      headers,
      body,
      signal: AbortSignal.any([ended, AbortSignal.timeout(timeoutMs)]),
      redirect: 'manual',
    })
}

/** The API never redirects these calls; whoever does may want the token elsewhere. */
function refuseRedirect({ registry }: TransportOptions, response: Response): void {
  if (response.type !== 'opaqueredirect' && (response.status < 300 || response.status > 399)) return
  const location = response.headers.get('location')
  const to = location !== null && URL.canParse(location, registry) ? new URL(location, registry).origin : null
  throw new RbeeError('registry_invalid', `${registry} redirects ${to === null ? 'elsewhere' : `to ${to}`}`, {
    next: 'if you trust that address, use it itself with --registry or RBEE_REGISTRY',
  })
}

/** The same answer, whose body fails with `registry_invalid` where it goes on for longer than memory should hold. */
function bounded({ registry }: TransportOptions, response: Response): Response {
  const { body, status, statusText, headers } = response
  if (body === null) return response
  let size = 0
  const limit = new TransformStream<Uint8Array, Uint8Array>({
    transform(chunk, controller) {
      size += chunk.length
      if (size <= LARGEST_ANSWER_BYTES) return controller.enqueue(chunk)
      throw new RbeeError('registry_invalid', `${registry} answered with more than 32 MiB`, {
        next: 'check that --registry (or RBEE_REGISTRY) is the address of a registry, and that this program is current',
      })
    },
  })
  return new Response(body.pipeThrough(limit), { status, statusText, headers: Object.fromEntries(headers) })
}

/** Whether it failed on the way, or took too long. */
export function isNetworkFailure(error: unknown): boolean {
  return error instanceof TypeError || isTimeout(error)
}

function isTimeout(error: unknown): boolean {
  return error instanceof Error && error.name === 'TimeoutError'
}

function retryAfterMs(response: Response): number {
  const seconds = Number(response.headers.get('retry-after'))
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0
}

export function unreachable({ registry }: TransportOptions, cause: unknown): RbeeError {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause
  return new RbeeError('registry_unreachable', `${registry} cannot be reached: ${reasonOf(inner)}`, {
    next: 'check the address (--registry or RBEE_REGISTRY) and the network; start one here with: rbee-catalog serve',
    cause,
  })
}

/** In one line. What OpenSSL says names lines of its own source code, and not what to do. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (isTimeout(error)) return 'it does not answer in time'
  const code = 'code' in error ? String(error.code) : ''
  if (code.startsWith('ERR_SSL_'))
    return `it does not speak TLS as it should (${code}); is it an http address?`
  return error.message || code || error.name
}

function sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const interrupt = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', interrupt)
      resolve()
    }, milliseconds)
    signal.addEventListener('abort', interrupt, { once: true })
  })
}
