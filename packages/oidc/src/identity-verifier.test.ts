import type { ServerResponse } from 'node:http'
import { RbeeError } from '@rbee/schema'
import { failureCode } from '@rbee/testing'
import {
  DISCOVERY_PATH,
  type HostileToken,
  KEYS_PATH,
  type RunClaims,
  signingKey,
  startIdentityProvider,
  type TestIdentityProvider,
} from '@rbee/testing/oidc'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createIdentityVerifier, type IdentityVerifier } from './identity-verifier.ts'

const AUDIENCE = 'https://registry.example'
const MINUTE = 60_000
const START = Date.UTC(2026, 0, 1)

let now: number
let provider: TestIdentityProvider
let verifier: IdentityVerifier
beforeEach(async () => {
  now = START
  provider = await startIdentityProvider(() => START)
  verifier = newVerifier()
})
afterEach(() => provider.close())

const newVerifier = (inTurn?: Parameters<typeof createIdentityVerifier>[0]['inTurn']) =>
  createIdentityVerifier({ issuers: [provider.issuer], fetch, clock: () => now, inTurn })
const tokenOf = (claims: RunClaims = {}, hostile: HostileToken = {}) =>
  provider.token(AUDIENCE, claims, hostile)
const codeOf = (text: string) => failureCode(verifier.verify(text, AUDIENCE))
const fetched = () => provider.requests.filter((path) => path === KEYS_PATH).length
const seconds = (at: number) => Math.floor(at / 1000)

describe('an identity token', () => {
  it('is believed with what it says, and until when it is accepted', async () => {
    const identity = await verifier.verify(tokenOf({ jti: 'token-1' }), AUDIENCE)
    expect(identity).toMatchObject({ issuer: provider.issuer, tokenId: 'token-1' })
    expect(identity.claims.repository).toBe('acme/echo')
    expect(identity.expiresAt).toBe(START + 6 * MINUTE)
  })

  it('may be signed with a key on a curve', async () => {
    provider.rotate(signingKey('curve', 'ES256'))
    await verifier.verify(tokenOf(), AUDIENCE)
  })

  it('with any bit of it flipped is refused', async () => {
    const text = tokenOf()
    await verifier.verify(text, AUDIENCE)
    await fc.assert(
      fc.asyncProperty(fc.nat({ max: text.length - 1 }), fc.integer({ min: 1, max: 63 }), async (at, by) => {
        const altered = text.slice(0, at) + shifted(text.charAt(at), by) + text.slice(at + 1)
        // The last letter of a part holds bits that stand for nothing.
        if (isSame(altered, text)) return
        expect(await codeOf(altered)).toMatch(/^oidc_/)
      }),
      { numRuns: 300 },
    )
  })

  it('of hostile text fails with a code of its own and says nothing of the text', async () => {
    const part = fc
      .oneof(fc.string(), fc.json(), fc.base64String())
      .map((text) => Buffer.from(text).toString('base64url'))
    const hostile = fc.oneof(
      fc.string(),
      fc.array(part, { minLength: 2, maxLength: 4 }).map((parts) => parts.join('.')),
    )
    await fc.assert(
      fc.asyncProperty(hostile, async (text) => {
        const failure: unknown = await verifier.verify(text, AUDIENCE).catch((error: unknown) => error)
        expect(failure).toBeInstanceOf(RbeeError)
        expect(failure).toMatchObject({ code: 'oidc_token_invalid' })
        if (text.length > 20) expect(String(failure)).not.toContain(text)
      }),
      { numRuns: 500 },
    )
    expect(provider.requests).toEqual([])
  })

  it.each<readonly [string, HostileToken, string]>([
    ['unsigned', { header: { alg: 'none', kid: 'key-1' }, signature: '' }, 'oidc_token_invalid'],
    ['unsigned, with a signature', { header: { alg: 'none', kid: 'key-1' } }, 'oidc_token_invalid'],
    ['signed with a shared secret', { header: { alg: 'HS256', kid: 'key-1' } }, 'oidc_token_invalid'],
    ['of another algorithm', { header: { alg: 'ES256', kid: 'key-1' } }, 'oidc_signature_invalid'],
    ['without the id of a key', { header: { alg: 'RS256' } }, 'oidc_token_invalid'],
    ['with a key id that nobody has', { header: { alg: 'RS256', kid: 'key-2' } }, 'oidc_signature_invalid'],
    ['with two algorithms', { header: '{"alg":"RS256","alg":"RS256","kid":"key-1"}' }, 'oidc_token_invalid'],
    [
      'with a critical extension',
      { header: { alg: 'RS256', kid: 'key-1', crit: ['x'], x: 1 } },
      'oidc_token_invalid',
    ],
    [
      'with a key of its own',
      { header: { alg: 'RS256', kid: 'x', jwk: signingKey('x').listed } },
      'oidc_signature_invalid',
    ],
    ['with claims that are a list', { payload: '[]' }, 'oidc_token_invalid'],
    ['with claims that are no JSON', { payload: '{"iss":' }, 'oidc_token_invalid'],
    ['with deep claims', { payload: `{"a":${'['.repeat(2_000)}${']'.repeat(2_000)}}` }, 'oidc_token_invalid'],
    ['with a foreign signature', { signature: 'AAAA' }, 'oidc_signature_invalid'],
  ])('that is %s is refused', async (_name, hostile, code) => {
    expect(await codeOf(tokenOf({}, hostile))).toBe(code)
  })

  it('that states a claim twice is refused, however it is spelled', async () => {
    const claims = {
      iss: provider.issuer,
      aud: AUDIENCE,
      jti: 'x',
      iat: seconds(START),
      exp: seconds(START) + 300,
    }
    const text = JSON.stringify(claims)
    for (const more of [',"repository":"a/b","repository":"c/d"}', ',"aud":"x"}', ',"\\u0061ud":"x"}']) {
      expect(await codeOf(tokenOf({}, { payload: text.slice(0, -1) + more }))).toBe('oidc_token_invalid')
    }
  })

  it.each<readonly [string, RunClaims, string]>([
    ['another audience', { aud: 'https://other.example' }, 'oidc_audience_mismatch'],
    ['a path behind the audience', { aud: `${AUDIENCE}/` }, 'oidc_audience_mismatch'],
    ['several audiences', { aud: [AUDIENCE, 'https://other.example'] }, 'oidc_token_invalid'],
    ['no audience', { aud: undefined }, 'oidc_token_invalid'],
    ['no id', { jti: undefined }, 'oidc_token_invalid'],
    ['an empty id', { jti: '' }, 'oidc_token_invalid'],
    ['no end', { exp: undefined }, 'oidc_token_invalid'],
    ['no beginning', { iat: undefined }, 'oidc_token_invalid'],
    ['a text for a time', { exp: '1' }, 'oidc_token_invalid'],
    ['a claim that nests', { repository: { name: 'acme/echo' } }, 'oidc_token_invalid'],
    ['another issuer', { iss: 'https://issuer.example' }, 'oidc_issuer_unknown'],
  ])('with %s is refused', async (_name, claims, code) => {
    expect(await codeOf(tokenOf(claims))).toBe(code)
  })

  it('may have one audience in a list', async () => {
    await verifier.verify(tokenOf({ aud: [AUDIENCE] }), AUDIENCE)
  })

  it('asks nobody for keys whom no operator named', async () => {
    await codeOf(tokenOf({ iss: 'http://127.0.0.1:1' }))
    expect(provider.requests).toEqual([])
  })

  it('is believed within a minute of differing clocks, and no further', async () => {
    const base = seconds(START)
    for (const [claims, at, outcome] of [
      [{ exp: base }, START + MINUTE - 1000, null],
      [{ exp: base }, START + MINUTE, 'oidc_token_expired'],
      [{ nbf: base + 60 }, START, null],
      [{ nbf: base + 61 }, START, 'oidc_token_early'],
      [{ iat: base + 60, exp: base + 400 }, START, null],
      [{ iat: base + 61, exp: base + 400 }, START, 'oidc_token_early'],
      // Ten minutes are the longest that a token is good for, whatever it says itself.
      [{ exp: base + 86_400 }, START + 11 * MINUTE, null],
      [{ exp: base + 86_400 }, START + 11 * MINUTE + 1000, 'oidc_token_expired'],
    ] as const) {
      now = at
      const judged = verifier.verify(tokenOf(claims), AUDIENCE)
      if (outcome === null) await judged
      else expect(await failureCode(judged)).toBe(outcome)
    }
  })
})

describe('the keys of an issuer', () => {
  it('are fetched once for many tokens', async () => {
    for (let count = 0; count < 5; count += 1) await verifier.verify(tokenOf(), AUDIENCE)
    expect(provider.requests).toEqual([DISCOVERY_PATH, KEYS_PATH])
  })

  it('are fetched once by calls at the same time that may wait for each other', async () => {
    let last = Promise.resolve<unknown>(null)
    verifier = newVerifier(<T>(_key: string, action: () => Promise<T>) => {
      const next = last.then(action)
      last = next.catch(() => {})
      return next
    })
    await Promise.all(Array.from({ length: 10 }, () => verifier.verify(tokenOf(), AUDIENCE)))
    expect(fetched()).toBe(1)
  })

  it('are asked for anew when the issuer signs with another', async () => {
    await verifier.verify(tokenOf(), AUDIENCE)
    const old = tokenOf()
    provider.rotate()
    await verifier.verify(tokenOf(), AUDIENCE)
    expect(fetched()).toBe(2)
    expect(await codeOf(old)).toBe('oidc_signature_invalid')
  })

  it('that nobody has are not asked for as often as somebody wishes', async () => {
    await verifier.verify(tokenOf(), AUDIENCE)
    for (let count = 0; count < 50; count += 1) {
      const unknown = tokenOf({}, { header: { alg: 'RS256', kid: `wished-${count}` } })
      expect(await codeOf(unknown)).toBe('oidc_signature_invalid')
    }
    expect(fetched()).toBeLessThanOrEqual(4)
    await verifier.verify(tokenOf(), AUDIENCE)
  })

  it('are used for an hour while the issuer is away, and fetched when it is back', async () => {
    await verifier.verify(tokenOf(), AUDIENCE)
    for (const path of [DISCOVERY_PATH, KEYS_PATH])
      provider.answer(path, (response) => response.writeHead(503).end())
    const late = (at: number) => tokenOf({ iat: seconds(at), exp: seconds(at) + 300, nbf: seconds(at) })
    now = START + 59 * MINUTE
    await verifier.verify(late(now), AUDIENCE)
    now = START + 61 * MINUTE
    expect(await codeOf(late(now))).toBe('oidc_provider_unreachable')
    for (const path of [DISCOVERY_PATH, KEYS_PATH]) provider.answer(path, null)
    const before = provider.requests.length
    expect(await codeOf(late(now))).toBe('oidc_provider_unreachable')
    expect(provider.requests).toHaveLength(before)
    now += MINUTE
    await verifier.verify(late(now), AUDIENCE)
  })

  it('that could not be asked for are not said to be missing', async () => {
    await verifier.verify(tokenOf(), AUDIENCE)
    provider.rotate()
    provider.answer(KEYS_PATH, (response) => response.writeHead(500).end())
    expect(await codeOf(tokenOf())).toBe('oidc_provider_unreachable')
    provider.answer(KEYS_PATH, null)
    now += 11_000
    await verifier.verify(tokenOf(), AUDIENCE)
  })

  it('of an issuer that cannot be reached are missing', async () => {
    const text = tokenOf()
    const { issuer } = provider
    await provider.close()
    verifier = createIdentityVerifier({ issuers: [issuer], fetch, clock: () => now })
    const failure = await verifier.verify(text, AUDIENCE).catch((error: unknown) => error)
    provider = await startIdentityProvider()
    expect(failure).toMatchObject({ code: 'oidc_provider_unreachable' })
  })

  it('of an issuer that stays silent are not waited for', async () => {
    provider.answer(KEYS_PATH, (response) => response.writeHead(200).write('{'))
    verifier = createIdentityVerifier({ issuers: [provider.issuer], fetch, clock: () => now, timeoutMs: 200 })
    const begun = performance.now()
    expect(await codeOf(tokenOf())).toBe('oidc_provider_unreachable')
    expect(performance.now() - begun).toBeLessThan(4_000)
  })

  const json = (value: unknown) => (response: ServerResponse) => response.end(JSON.stringify(value))
  it.each<readonly [string, string, (response: ServerResponse) => void]>([
    [
      'redirects',
      DISCOVERY_PATH,
      (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    ],
    [
      'redirects its keys',
      KEYS_PATH,
      (response) => response.writeHead(307, { location: 'http://169.254.169.254/' }).end(),
    ],
    [
      'speaks for another',
      DISCOVERY_PATH,
      json({ issuer: 'https://other.example', jwks_uri: 'https://other.example/k' }),
    ],
    ['has no discovery document', DISCOVERY_PATH, (response) => response.writeHead(404).end()],
    ['sends no JSON', DISCOVERY_PATH, (response) => response.end('<html>')],
    ['sends a list that is none', KEYS_PATH, json({ keys: 'all' })],
    ['sends too many keys', KEYS_PATH, json({ keys: Array.from({ length: 51 }, () => ({ kty: 'RSA' })) })],
    ['sends without end', KEYS_PATH, (response) => endless(response)],
  ])('are not believed where it %s', async (_name, path, reply) => {
    provider.answer(path, reply)
    expect(await codeOf(tokenOf())).toBe('oidc_provider_invalid')
  })

  it.each([
    'http://169.254.169.254/keys',
    'http://127.0.0.1:1/keys',
    'file:///etc/passwd',
    'https://user@host/',
  ])('are fetched from the issuer itself, not from %s', async (jwks_uri) => {
    provider.answer(DISCOVERY_PATH, json({ issuer: provider.issuer, jwks_uri }))
    expect(await codeOf(tokenOf())).toBe('oidc_provider_invalid')
    expect(provider.requests).toEqual([DISCOVERY_PATH])
  })

  it('of other kinds, secret halves and short ones are of no use', async () => {
    const { listed, kid } = provider.key
    for (const [keys, code] of [
      [[{ kty: 'oct', k: 'c2VjcmV0', kid }], 'oidc_signature_invalid'],
      [[{ ...listed, d: 'AQAB' }], 'oidc_signature_invalid'],
      [[{ ...listed, use: 'enc' }], 'oidc_signature_invalid'],
      [[{ ...signingKey(kid, 'RS256').listed }], 'oidc_signature_invalid'],
      [[listed, { ...signingKey(kid).listed }], 'oidc_provider_invalid'],
      [[null, 7, {}, []], 'oidc_signature_invalid'],
    ] as const) {
      verifier = newVerifier()
      provider.answer(KEYS_PATH, json({ keys }))
      expect(await codeOf(tokenOf())).toBe(code)
    }
    const short = signingKey('short', 'RS256', 1024)
    provider.answer(KEYS_PATH, null)
    provider.rotate(short)
    verifier = newVerifier()
    expect(await codeOf(tokenOf())).toBe('oidc_provider_invalid')
  })
})

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'

function shifted(letter: string, by: number): string {
  const at = ALPHABET.indexOf(letter)
  return at === -1 ? '!' : ALPHABET.charAt((at + by) % 64)
}

function isSame(a: string, b: string): boolean {
  const bytes = (text: string) =>
    text.split('.').map((part) => Buffer.from(part, 'base64url').toString('hex'))
  return bytes(a).join('.') === bytes(b).join('.') && a.split('.').length === b.split('.').length
}

function endless(response: ServerResponse): void {
  response.writeHead(200)
  const more = () => {
    while (!response.destroyed && response.write('x'.repeat(65_536)));
  }
  response.on('drain', more)
  more()
}
