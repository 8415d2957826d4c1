import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type RunClaims, runClaims } from './run-claims.ts'
import { type HostileToken, type SigningKey, signedToken, signingKey } from './signed-token.ts'

/** An issuer of identity tokens on this machine, which can be made to lie. */
export interface TestIdentityProvider {
  /** Its address, as it stands in its tokens. */
  readonly issuer: string
  /** What a runner tells a job to ask for its identity token with: an address and a token. */
  readonly runner: { readonly url: string; readonly token: string }
  /** Paths that were asked for, in their order. */
  readonly requests: readonly string[]
  /** A token for a run. @param claims beside those of {@link runClaims}, or in place of them. */
  token(audience: string, claims?: RunClaims, hostile?: HostileToken): string
  /** From now on the provider signs with another key and lists it alone. */
  rotate(key?: SigningKey): void
  readonly key: SigningKey
  /** Answers a path in place of the provider, until it is given null. */
  answer(path: string, reply: ((response: ServerResponse) => void) | null): void
  close(): Promise<void>
}

export const DISCOVERY_PATH = '/.well-known/openid-configuration'
export const KEYS_PATH = '/.well-known/jwks'
const RUNNER_TOKEN = 'secret-of-the-runner'

/**
 * @param now the time of its tokens, in milliseconds since the epoch.
 * @param port 0 for any that is free.
 */
export async function startIdentityProvider(
  now: () => number = Date.now,
  port = 0,
): Promise<TestIdentityProvider> {
  let key = signingKey('key-1')
  let rotations = 1
  const requests: string[] = []
  const replies = new Map<string, (response: ServerResponse) => void>()

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://provider')
    requests.push(url.pathname)
    const reply = replies.get(url.pathname)
    if (reply) return reply(response)
    answerAsItself(url, request, response).catch((error: unknown) => response.destroy(error as Error))
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the provider has no port')
  const issuer = `http://127.0.0.1:${address.port}`

  function token(audience: string, claims: RunClaims = {}, hostile: HostileToken = {}): string {
    const seconds = Math.floor(now() / 1000)
    const times = { iat: seconds, nbf: seconds - 600, exp: seconds + 300 }
    const own = { iss: issuer, aud: audience, jti: randomUUID(), ...times }
    return signedToken(key, { ...own, ...runClaims(claims) }, hostile)
  }

  async function answerAsItself(url: URL, request: IncomingMessage, response: ServerResponse): Promise<void> {
    switch (url.pathname) {
      case DISCOVERY_PATH:
        return sendJson(response, { issuer, jwks_uri: `${issuer}${KEYS_PATH}` })
      case KEYS_PATH:
        return sendJson(response, { keys: [key.listed] })
      case '/token':
        if (request.headers.authorization !== `Bearer ${RUNNER_TOKEN}`) return sendJson(response, {}, 401)
        return sendJson(response, { value: token(url.searchParams.get('audience') ?? '') })
      // For tests that run elsewhere, such as inside a Worker: the claims are the body.
      case '/sign': {
        const claims: RunClaims = JSON.parse(await bodyOf(request))
        return sendJson(response, { value: token(url.searchParams.get('audience') ?? '', claims) })
      }
      default:
        return sendJson(response, {}, 404)
    }
  }

  return {
    issuer,
    runner: { url: `${issuer}/token?api-version=2.0`, token: RUNNER_TOKEN },
    requests,
    token,
    get key() {
      return key
    },
    rotate(next) {
      rotations += 1
      key = next ?? signingKey(`key-${rotations}`)
    },
    answer(path, reply) {
      if (reply === null) replies.delete(path)
      else replies.set(path, reply)
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

function sendJson(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of request) chunks.push(chunk)
  return Buffer.concat(chunks).toString()
}
