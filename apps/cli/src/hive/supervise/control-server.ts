import { createHash, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { describeIssues, problemOf, RbeeError } from '@rbee/schema'
import type { z } from 'zod'
import type { Instance } from '../instances.ts'
import {
  CONTROL_LIMIT_BYTES,
  type SwitchEvent,
  stopRequestSchema,
  switchRequestSchema,
} from './control-protocol.ts'
import type { Supervisor } from './supervisor.ts'

const LAST_ANSWERS_MS = 2_000

/**
 * Lets other commands of the same user talk to a supervisor, over HTTP on 127.0.0.1. Every local user can connect there,
 * and so can a page in a browser: each request carries the secret of the instance's record, which only its user can
 * read.
 */
export interface ControlServer {
  readonly port: number
  close(): Promise<void>
}

export interface Controlled {
  readonly secret: string
  readonly supervisor: Supervisor
  readonly instance: () => Instance
}

export async function openControl(controlled: Controlled): Promise<ControlServer> {
  const server = createServer((request, response) => void handle(controlled, request, response))
  const port = await new Promise<number>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', () => {
      const address = server.address()
      if (typeof address === 'object' && address !== null) resolve(address.port)
    })
  })
  return { port, close: () => close(server) }
}

/** Answers that are under way are finished first; who only keeps a connection open is not waited for. */
function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    const force = setTimeout(() => server.closeAllConnections(), LAST_ANSWERS_MS)
    server.close(() => {
      clearTimeout(force)
      resolve()
    })
  })
}

async function handle(
  controlled: Controlled,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    assertAllowed(request, controlled.secret)
    switch (`${request.method} ${request.url}`) {
      case 'GET /state':
        return answer(response, controlled.instance())
      case 'POST /stop': {
        const { grace_ms } = await readBody(request, stopRequestSchema)
        return answer(response, { killed: await controlled.supervisor.stop(grace_ms) })
      }
      case 'POST /switch':
        return await switchBuild(controlled.supervisor, request, response)
    }
    throw new RbeeError('not_found', 'no such request')
  } catch (error) {
    const failure =
      error instanceof RbeeError ? error : new RbeeError('internal', String(error), { cause: error })
    response.writeHead(failure.status, { 'content-type': 'application/problem+json' })
    response.end(JSON.stringify(problemOf(failure)))
  }
}

/** Compared by digest, so that neither length nor contents show in the time it takes. */
function assertAllowed({ headers }: IncomingMessage, secret: string): void {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  if (!timingSafeEqual(digest(headers.authorization ?? ''), digest(`Bearer ${secret}`)))
    throw new RbeeError('token_invalid', 'the secret of this instance is needed')
}

async function switchBuild(
  supervisor: Supervisor,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const wanted = await readBody(request, switchRequestSchema)
  // Whoever asked and went away, by Ctrl-C or by force, does not want it any more.
  const asked = new AbortController()
  response.once('close', () => asked.abort(new Error('whoever asked for it is gone')))
  const send = (event: SwitchEvent) => response.write(`${JSON.stringify(event)}\n`)
  response.writeHead(200, { 'content-type': 'application/x-ndjson' })
  send({ event: 'begun' })
  const options = {
    restart: wanted.restart,
    readyTimeoutMs: wanted.ready_timeout_ms,
    drainTimeoutMs: wanted.drain_timeout_ms,
  }
  try {
    const { cut } = await supervisor.switchTo(wanted.build, options, asked.signal, () =>
      send({ event: 'switched' }),
    )
    send({ event: 'done', cut })
  } catch (error) {
    const { code, message, next } =
      error instanceof RbeeError ? error : new RbeeError('start_failed', String(error), { cause: error })
    send({ event: 'failed', error: { code, message, next } })
  }
  response.end()
}

function answer(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' })
  response.end(JSON.stringify(value))
}

async function readBody<Schema extends z.ZodType>(
  request: IncomingMessage,
  schema: Schema,
): Promise<z.infer<Schema>> {
  const pieces: Buffer[] = []
  let size = 0
  for await (const piece of request) {
    pieces.push(piece)
    size += piece.length
    if (size > CONTROL_LIMIT_BYTES) throw new RbeeError('body_too_large', 'the request is too large')
  }
  const parsed = schema.safeParse(parseJson(Buffer.concat(pieces).toString('utf8')))
  if (parsed.success) return parsed.data
  throw new RbeeError('invalid_body', describeIssues(parsed.error))
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError)
      throw new RbeeError('invalid_json', 'the body is not JSON', { cause: error })
    throw error
  }
}
