import { once } from 'node:events'
import { createServer, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { identityExchangeSchema, problemOf, RbeeError, workerIdSchema } from '@rbee/schema'
import { failureCode } from '@rbee/testing'
import { startIdentityProvider, type TestIdentityProvider } from '@rbee/testing/oidc'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTerminal } from '../../program/terminal.ts'
import { connectRegistry } from '../../registry/connect.ts'
import { runTokens } from './run-token.ts'
import { runnerOf } from './runner.ts'

const WORKER = workerIdSchema.parse('echo-worker')
const MINUTE = 60_000

let provider: TestIdentityProvider
let registry: Server
let url: string
let now: number
let stderr: string
/** What the registry was sent. */
let identities: string[]
/** What it answers next; a token when there is nothing. */
let answers: ((response: ServerResponse) => void)[]

beforeEach(async () => {
  provider = await startIdentityProvider()
  now = Date.now()
  stderr = ''
  identities = []
  answers = []
  registry = createServer(async (request, response) => {
    const chunks: Uint8Array[] = []
    for await (const chunk of request) chunks.push(chunk)
    const { token, worker } = identityExchangeSchema.parse(JSON.parse(Buffer.concat(chunks).toString()))
    identities.push(token)
    const answer = answers.shift()
    if (answer !== undefined) return answer(response)
    const expires_at = new Date(now + 15 * MINUTE).toISOString()
    response.writeHead(201, { 'content-type': 'application/json' })
    response.end(JSON.stringify({ token: `rbee_pub_${identities.length}`, worker, expires_at }))
  }).listen(0, '127.0.0.1')
  await once(registry, 'listening')
  url = `http://127.0.0.1:${(registry.address() as AddressInfo).port}`
})
afterEach(async () => {
  registry.closeAllConnections()
  registry.close()
  await provider.close()
})

async function tokens() {
  const { signal } = new AbortController()
  const env = {
    ACTIONS_ID_TOKEN_REQUEST_URL: provider.runner.url,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: provider.runner.token,
  }
  const terminal = createTerminal({
    write: (text) => {
      stderr += text
    },
    interactive: false,
    color: false,
    quiet: false,
    columns: () => 80,
    clock: () => now,
  })
  const connection = await connectRegistry({ env: {}, signal }, url)
  return runTokens(runnerOf({ env }), WORKER, connection, { signal, terminal, clock: () => now })
}

const refused = (code: 'oidc_token_used' | 'oidc_claim_mismatch') => (response: ServerResponse) => {
  const failure = new RbeeError(code, 'no')
  response.writeHead(failure.status, { 'content-type': 'application/problem+json' })
  response.end(JSON.stringify(problemOf(failure)))
}

describe('the token of a run', () => {
  it('is asked for once by all who need one, for the address that the user named', async () => {
    const token = await tokens()
    expect(await Promise.all([token(), token(), token()])).toEqual(Array(3).fill('rbee_pub_1'))
    const [, payload = ''] = identities[0]?.split('.') ?? []
    expect(JSON.parse(Buffer.from(payload, 'base64url').toString())).toMatchObject({ aud: url })
    expect(stderr).not.toContain(provider.runner.token)
  })

  it('is followed by another before it ends', async () => {
    const token = await tokens()
    await token()
    now += 11 * MINUTE
    expect(await token()).toBe('rbee_pub_1')
    now += 2 * MINUTE
    expect(await token()).toBe('rbee_pub_2')
    expect(new Set(identities).size).toBe(2)
  })

  it('is asked for with another identity when the answer was lost', async () => {
    const token = await tokens()
    answers = [(response) => response.destroy(), refused('oidc_token_used')]
    expect(await token()).toBe('rbee_pub_3')
    expect(new Set(identities).size).toBe(3)
  })

  it('is not asked for again where the answer would be the same', async () => {
    const token = await tokens()
    answers = [refused('oidc_claim_mismatch')]
    expect(await failureCode(token())).toBe('oidc_claim_mismatch')
    expect(identities).toHaveLength(1)
  })

  it('is asked for again while the runner is away', async () => {
    const token = await tokens()
    let failures = 2
    provider.answer('/token', (response) => {
      failures -= 1
      if (failures === 0) provider.answer('/token', null)
      response.writeHead(503).end('later')
    })
    expect(await token()).toBe('rbee_pub_1')
  })

  it.each([
    ['nothing', '{}'],
    ['no JSON', '<html>'],
  ])('is not to be had of a runner that answers %s', async (_name, body) => {
    const token = await tokens()
    provider.answer('/token', (response) => response.end(body))
    expect(await failureCode(token())).toBe('oidc_provider_invalid')
    expect(identities).toEqual([])
  })

  it('is asked of no runner elsewhere in plain text', () => {
    const env = {
      ACTIONS_ID_TOKEN_REQUEST_URL: 'http://runner.example/',
      ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x',
    }
    expect(() => runnerOf({ env })).toThrow('may not ask')
  })
})
