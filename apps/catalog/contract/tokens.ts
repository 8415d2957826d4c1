import { currentTokenSchema, tokenAnswerSchema } from '@rbee/schema'
import { artifactOf, aWorkerId } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { METHODS, ROUTES } from '../src/router.ts'
import { createToken, releaseOf, type Samples } from './sample-workers.ts'
import { expectJson, expectProblem, type Opened, send } from './subject.ts'

/** None of them is what any call expects. */
const BODIES: readonly (readonly [string, RequestInit])[] = [
  ['nothing', {}],
  ['another shape', { headers: { 'content-type': 'application/json' }, body: '{"unexpected":1}' }],
  ['no JSON', { headers: { 'content-type': 'application/json' }, body: '{' }],
  ['another type', { headers: { 'content-type': 'text/plain' }, body: 'text' }],
  [
    'a coded body',
    { headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' }, body: '{}' },
  ],
]

/** Every call that needs a token, with addresses that nothing has or that are wrong. */
function guardedCalls() {
  return Object.entries(ROUTES).flatMap(([route, endpoints]) =>
    METHODS.flatMap((method) => {
      const scope = endpoints[method]?.scope
      return scope === undefined ? [] : [{ method, path: route.replaceAll(/:\w+/g, '0'), scope }]
    }),
  )
}

export function tokens(subject: Opened, samples: () => Samples): void {
  describe('a token', () => {
    it('is made by an operator and ends when it is revoked', async () => {
      const response = await send(subject(), 'POST', '/v1/tokens', {
        token: subject().operatorToken,
        json: { scope: 'publish', worker: 'echo-worker', expires_in_seconds: 60 },
      })
      expect(response.headers.get('cache-control')).toBe('no-store')
      const made = await expectJson(response, 201, tokenAnswerSchema)
      expect(made).toMatchObject({ scope: 'publish', worker: 'echo-worker' })
      expect(made.token).toMatch(/^rbee_pub_/)
      const ended = await send(subject(), 'DELETE', `/v1/tokens/${made.id}`, {
        token: subject().operatorToken,
      })
      expect(ended.status).toBe(204)
      const used = await send(subject(), 'GET', '/v1/uploads/x', { token: made.token })
      await expectProblem(used, 401, 'token_invalid')
    })

    describe.each(guardedCalls())('$method $path', ({ method, path, scope }) => {
      it.each(BODIES)('is refused without one, whatever it sends: %s', async (_, body) => {
        const without = await call(method, path, body, null)
        expect(without.headers.get('www-authenticate')).toBe('Bearer realm="rbee"')
        await expectProblem(without, 401, 'token_missing')
        await expectProblem(await call(method, path, body, 'rbee_pub_wrong'), 401, 'token_invalid')
        if (scope === 'publish') return
        await expectProblem(await call(method, path, body, samples().publishToken), 403, 'forbidden')
      })
    })

    const call = (method: string, path: string, body: RequestInit, token: string | null) => {
      const headers = new Headers(body.headers)
      if (token !== null) headers.set('authorization', `Bearer ${token}`)
      return subject().fetch(path, { method, headers, body: method === 'GET' ? undefined : body.body })
    }

    it('is needed for every change', () => {
      const open = Object.entries(ROUTES).flatMap(([path, endpoints]) =>
        METHODS.filter((method) => method !== 'GET' && endpoints[method]?.scope === undefined)
          .filter((method) => endpoints[method] !== undefined)
          .map((method) => `${method} ${path}`),
      )
      // A search and a plan for a machine change nothing; deliveries of webhooks, identity tokens and licences are signed instead, and an objection has a code that was mailed.
      expect(open.toSorted()).toEqual([
        'POST /machine',
        'POST /v1/licenses/activate',
        'POST /v1/licenses/heartbeat',
        'POST /v1/licenses/release',
        'POST /v1/licenses/verify',
        'POST /v1/oidc/token',
        'POST /v1/search',
        'POST /v1/transfers/:transfer_id/object',
        'POST /v1/webhooks/github',
      ])
    })

    it('can be tried without changing anything', async () => {
      const current = async (token: string) =>
        expectJson(await send(subject(), 'GET', '/v1/tokens/current', { token }), 200, currentTokenSchema)
      expect(await current(subject().operatorToken)).toMatchObject({ scope: 'operator', worker: null })
      const token = await createToken(subject(), { scope: 'publish', worker: aWorkerId('echo-worker') })
      expect(await current(token)).toEqual({
        id: expect.any(String),
        scope: 'publish',
        worker: 'echo-worker',
      })
    })

    it('of a publisher cannot do what operators do', async () => {
      const token = samples().publishToken
      const create = await send(subject(), 'POST', '/v1/tokens', { token, json: { scope: 'operator' } })
      await expectProblem(create, 403, 'forbidden')
      const json = { catalog: 'other', commit: null, entries: [] }
      await expectProblem(
        await send(subject(), 'POST', '/v1/catalog/syncs', { token, json }),
        403,
        'forbidden',
      )
    })

    it('of one worker cannot publish another', async () => {
      const token = await createToken(subject(), { scope: 'publish', worker: aWorkerId('echo-worker') })
      for (const json of [releaseOf('other-worker', [artifactOf([samples().gzip])]), {}]) {
        const response = await send(subject(), 'PUT', '/v1/workers/other-worker/1.0.0', { token, json })
        await expectProblem(response, 403, 'forbidden')
      }
    })
  })
}
