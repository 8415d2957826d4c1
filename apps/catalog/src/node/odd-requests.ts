import type { IncomingMessage, Server } from 'node:http'
import { RbeeError } from '@rbee/schema'
import { methodNotAllowed, methodsAt } from '../allowed-methods.ts'
import type { FinishedAnswer } from '../http/exchange.ts'
import { METHODS } from '../router.ts'
import { endWithProblem, problemFields } from './unreadable-requests.ts'

/** Every method that some path takes. */
const ALL_METHODS = [...METHODS, 'HEAD', 'OPTIONS']

/** Answers what Node would refuse without a word, or with an answer that is none of ours. */
export function takeOddRequests(server: Server): void {
  // A tunnel is asked for: nothing here opens one.
  server.on('connect', ({ url = '' }, socket) => {
    endWithProblem(socket, methodNotAllowed('CONNECT', methodsAt(url) ?? ALL_METHODS))
  })
  // RFC 9110, 10.1.1: an expectation that is not known may be left aside.
  server.on('checkExpectation', (incoming, outgoing) => server.emit('request', incoming, outgoing))
}

/** The answer to requests that no route could take, or null: nearly always. */
export function oddAnswer(incoming: IncomingMessage): FinishedAnswer | null {
  if (!hasOneHost(incoming)) {
    const failure = new RbeeError('bad_request', 'A request names one host in one Host field')
    return { status: failure.status, ...problemFields(failure) }
  }
  // RFC 9110, 9.3.7: the asterisk asks about the server as a whole.
  if (incoming.url === '*' && incoming.method === 'OPTIONS') {
    return { status: 204, fields: ['Allow', ALL_METHODS.join(', '), 'Cache-Control', 'no-store'], body: null }
  }
  return null
}

/**
 * RFC 9112, 3.2: a request of HTTP/1.1 without a Host field, or of any version with several, is refused. Of several, a
 * proxy in front may have believed another one than this server would.
 */
function hasOneHost({ rawHeaders, headers, httpVersion }: IncomingMessage): boolean {
  let fields = 0
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]
    if (name?.length === 4 && name.toLowerCase() === 'host') fields += 1
  }
  return fields === 0 ? httpVersion === '1.0' : fields === 1 && headers.host !== ''
}
