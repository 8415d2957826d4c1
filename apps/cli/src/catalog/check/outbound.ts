import { lookup } from 'node:dns/promises'
import type { ClientRequest, IncomingMessage } from 'node:http'
import { type RequestOptions, request as requestByHttps } from 'node:https'
import { isIPv6 } from 'node:net'
import { isPublicAddress, type Outbound, type OutboundAnswer } from '@rbee/checker'

/** How long a host may stay silent, in milliseconds. */
const SILENCE_MS = 30_000

/** What tests put in the place of the network. */
export interface OutboundParts {
  readonly resolve?: Outbound['resolve']
  readonly isAllowed?: Outbound['isAllowed']
  readonly request?: (options: RequestOptions, answered: (message: IncomingMessage) => void) => ClientRequest
}

/**
 * The way to the public network. A connection goes to the address that was looked at, not to whatever the name means a
 * moment later; certificates are checked against the name.
 */
export function createOutbound({
  resolve = async (host) => (await lookup(host, { all: true })).map(({ address }) => address),
  isAllowed = isPublicAddress,
  request = requestByHttps,
}: OutboundParts = {}): Outbound {
  return {
    resolve,
    isAllowed,
    request: (url, address, signal) =>
      new Promise<OutboundAnswer>((settle, reject) => {
        const family = isIPv6(address) ? 6 : 4
        const call = request(
          {
            host: url.hostname,
            port: url.port === '' ? 443 : Number(url.port),
            path: `${url.pathname}${url.search}`,
            headers: { host: url.host, 'user-agent': 'rbee-catalog', 'accept-encoding': 'identity' },
            servername: url.hostname,
            agent: false,
            timeout: SILENCE_MS,
            maxHeaderSize: 64 * 1024,
            signal,
            lookup: (_host, options, answer) => {
              if (options.all) answer(null, [{ address, family }])
              else answer(null, address, family)
            },
          },
          (message) =>
            settle({
              status: message.statusCode ?? 0,
              location: message.headers.location ?? null,
              body: message,
              close: () => message.destroy(),
            }),
        )
        call.on('timeout', () => call.destroy(Object.assign(new Error('silent'), { code: 'ETIMEDOUT' })))
        call.on('error', reject)
        call.end()
      }),
  }
}
