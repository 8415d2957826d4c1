import type { EngineFailure, FromEngine, ToEngine } from '../engine/messages.ts'
import { RequestError } from '../errors.ts'

export { RequestError } from '../errors.ts'

/** What accompanies one call of an engine. */
export interface EngineCall<Reply> {
  /** Sends one reply of the call. */
  readonly send: (reply: Reply) => void
  /** Aborted when nobody waits for the replies any more: stop working then. */
  readonly signal: AbortSignal
}

/**
 * Makes this process an engine: answers the calls of the worker that started it, several at once, and ends when that
 * worker is gone. What `handle` throws is told to the worker as the end of that call.
 */
export function runAsEngine<Request, Reply>(
  handle: (request: Request, call: EngineCall<Reply>) => Promise<void>,
): void {
  const running = new Map<number, AbortController>()
  process.on('message', (message) => {
    const to = message as ToEngine
    if ('cancel' in to) running.get(to.call)?.abort()
    else void answer(to.call, to.request as Request)
  })
  // The worker decides when its engine ends: Ctrl-C reaches both, and running requests may finish.
  process.on('SIGINT', () => undefined)
  process.on('SIGTERM', () => undefined)
  process.on('disconnect', () => process.exit(0))

  async function answer(call: number, request: Request): Promise<void> {
    const controller = new AbortController()
    running.set(call, controller)
    try {
      await handle(request, { send: (reply) => post({ call, reply }), signal: controller.signal })
      post({ call, done: true })
    } catch (failure) {
      post({ call, failure: describeFailure(failure) })
    } finally {
      running.delete(call)
    }
  }
}

function post(message: FromEngine): void {
  // The worker may have gone in the meantime; `disconnect` follows.
  if (process.connected) process.send?.(message, undefined, undefined, () => undefined)
}

function describeFailure(failure: unknown): EngineFailure {
  if (failure instanceof RequestError) {
    return { message: failure.message, refusal: { code: failure.code, param: failure.param } }
  }
  return { message: failure instanceof Error ? failure.message : String(failure), refusal: null }
}
