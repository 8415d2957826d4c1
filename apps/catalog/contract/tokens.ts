import { currentTokenSchema, tokenAnswerSchema } from '@rbee/schema'
import { artifactOf, aWorkerId } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { createToken, releaseOf, type Samples } from './sample-workers.ts'
import { expectJson, expectProblem, type Opened, send } from './subject.ts'

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

    it.each([
      ['POST', '/v1/uploads'],
      ['GET', '/v1/uploads/x'],
      ['DELETE', '/v1/uploads/x'],
      ['PUT', '/v1/uploads/x/parts/1'],
      ['POST', '/v1/uploads/x/complete'],
      ['PUT', '/v1/workers/echo-worker/1.0.1'],
      ['GET', '/v1/tokens/current'],
      ['PUT', '/v1/programs'],
      ['POST', '/v1/tokens'],
      ['DELETE', '/v1/tokens/x'],
      ['POST', '/v1/catalog/sync'],
      ['POST', '/v1/catalog/syncs'],
      ['DELETE', '/v1/catalog/syncs?catalog=x'],
      ['PUT', '/v1/catalog/syncs/x/entries'],
      ['POST', '/v1/catalog/syncs/x/finish'],
    ])('is needed to %s %s', async (method, path) => {
      const without = await send(subject(), method, path, { json: method === 'GET' ? undefined : {} })
      expect(without.headers.get('www-authenticate')).toBe('Bearer realm="rbee"')
      await expectProblem(without, 401, 'token_missing')
      const wrong = await send(subject(), method, path, { token: 'rbee_pub_wrong' })
      await expectProblem(wrong, 401, 'token_invalid')
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
      const json = releaseOf('other-worker', [artifactOf([samples().gzip])])
      const response = await send(subject(), 'PUT', '/v1/workers/other-worker/1.0.0', { token, json })
      await expectProblem(response, 403, 'forbidden')
    })
  })
}
