import { createClient, type RegistryClient } from '@rbee/api-client'
import { RbeeError } from '@rbee/schema'
import type { Exchange } from '../http/exchange.ts'
import type { Log } from '../log.ts'

/** What stands for the id of a request that a page makes: the page's own is in the log. */
const ID = 'page'

/**
 * The server's own API for its pages: the requests never leave the process, and are neither counted nor told to the log,
 * as the page's request is.
 *
 * @param fetchOwn answers a request as the server does.
 */
export function ownApi(
  fetchOwn: (request: Request) => Response | Promise<Response>,
): (registry: string) => RegistryClient {
  return (registry) =>
    createClient({
      registry,
      fetch: async (input, init) => fetchOwn(new Request(input, init)),
      // What fails inside of a process fails again.
      attempts: 1,
    })
}

/** A request out of the process itself. */
export function ownExchange(request: Request): Exchange {
  return {
    id: ID,
    method: request.method,
    client: '',
    address: null,
    field: (name) => request.headers.get(name),
    send: ({ status, fields, body }) => new Response(body, { status, headers: headersOf(fields) }),
  }
}

/**
 * The log of what pages ask for: defects alone. A failure with a code reaches the page, which says in its own words what is
 * missing, or fails with it and is told to the log itself.
 */
export function ofDefects(log: Log): Log {
  return {
    info: log.info,
    error(fields, message) {
      if (!(fields.error instanceof RbeeError)) log.error(fields, message)
    },
  }
}

function headersOf(fields: readonly string[]): Headers {
  const headers = new Headers()
  for (let index = 0; index + 1 < fields.length; index += 2) {
    headers.append(`${fields[index]}`, `${fields[index + 1]}`)
  }
  return headers
}
