import type { AnsweredRequest } from '../answered-request.ts'
import { networkOf } from '../http/client-network.ts'
import type { Exchange, FinishedAnswer } from '../http/exchange.ts'

/** A request in a Worker. */
export function workerExchange(
  request: Request,
  id: string,
  onAnswered: (answered: AnsweredRequest) => void,
): Exchange {
  const started = performance.now()
  const { method, headers } = request
  const client = networkOf(headers.get('cf-connecting-ip') ?? '')
  return {
    id,
    method,
    client,
    // Of the many isolates each would have to learn of changes that others make.
    address: null,
    field: (name) => headers.get(name),
    send({ status, fields, body }, route) {
      onAnswered({
        id,
        method,
        path: new URL(request.url).pathname,
        route,
        status,
        receivedBytes: Number(headers.get('content-length') ?? 0),
        bytes: lengthOf(fields, body),
        milliseconds: performance.now() - started,
        client,
        aborted: false,
      })
      return new Response(body, { status, headers: pairsOf(fields) })
    },
  }
}

/**
 * A stream is sent by the platform after the Worker is done with it, so that its stated length is all that is known; 0
 * where it has none.
 */
function lengthOf(fields: readonly string[], body: FinishedAnswer['body']): number {
  const index = fields.indexOf('Content-Length')
  return body === null || index === -1 ? 0 : Number(fields[index + 1])
}

function pairsOf(fields: readonly string[]): [string, string][] {
  return fields.flatMap((name, index): [string, string][] =>
    index % 2 === 0 ? [[name, fields[index + 1] ?? '']] : [],
  )
}
