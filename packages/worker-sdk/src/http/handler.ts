import type { IncomingMessage, ServerResponse } from 'node:http'
import { RequestError } from '../errors.ts'
import type { Call } from '../worker.ts'
import { unavailable, type WorkerService } from './service.ts'

/** Answers one request; `call` is aborted when its client goes away. */
export type Handler = (
  request: IncomingMessage,
  response: ServerResponse,
  call: AbortController,
) => Promise<void> | void

/** Runs one request's work with the time it may take. */
export async function withTimeLimit(
  server: WorkerService,
  controller: AbortController,
  work: (call: Call) => Promise<void>,
): Promise<void> {
  if (server.state.name !== 'ready') throw unavailable(server.state)
  const seconds = server.worker.limits.requestSeconds
  const timer = setTimeout(
    () => controller.abort(new RequestError('timeout', `The request took longer than ${seconds} s.`)),
    seconds * 1000,
  )
  try {
    await work({ signal: controller.signal, log: server.sources.log })
  } finally {
    clearTimeout(timer)
  }
}
