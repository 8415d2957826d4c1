import { entryHash } from '@rbee/registry'
import {
  catalogDroppedSchema,
  catalogStateSchema,
  catalogStatusSchema,
  syncEntriesResultSchema,
  syncFinishedSchema,
  syncStateSchema,
} from '@rbee/schema'
import { aCatalogEntry, aManifest } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { createToken, syncEntries } from './sample-workers.ts'
import { expectJson, expectProblem, type Opened, send } from './subject.ts'

/** The servers under test are started without catalogs of their own. */
function askedSyncs(subject: Opened): void {
  describe('a sync that the server shall do itself', () => {
    const ask = (options: Parameters<typeof send>[3], query = '') =>
      send(subject(), 'POST', `/v1/catalog/sync${query}`, options)

    it('is refused by a server without catalogs of its own, with what to do instead', async () => {
      for (const json of [undefined, {}, { catalog: 'samples', force: true }]) {
        const problem = await expectProblem(
          await ask({ token: subject().operatorToken, json }),
          409,
          'sync_elsewhere',
        )
        expect(problem.next).toContain('rbee-catalog sync --catalog PATH_OR_URL --registry URL')
      }
    })

    it('is for operators', async () => {
      const token = await createToken(subject(), { scope: 'publish' })
      await expectProblem(await ask({ token }), 403, 'forbidden')
    })

    it.each([
      [{ catalog: '' }, '', 422, 'invalid_body'],
      [{ force: 'yes' }, '', 422, 'invalid_body'],
      [{ catalog: 'x'.repeat(5000) }, '', 413, 'body_too_large'],
      [undefined, '?wait=61', 400, 'bad_request'],
      [undefined, '?wait=-1', 400, 'bad_request'],
      [undefined, '?wait=1&wait=2', 400, 'bad_request'],
    ] as const)('%#: a wrong body or query is refused', async (json, query, status, code) => {
      await expectProblem(await ask({ token: subject().operatorToken, json }, query), status, code)
    })
  })
}

export function catalogSyncs(subject: Opened): void {
  const entry = (id: string, description = 'A worker of a catalog') =>
    aCatalogEntry({
      manifest: aManifest({ id, description }),
      source: 'community',
      git: { url: null, commit: null, branch: null, path: id },
    })

  askedSyncs(subject)

  describe('a sync', () => {
    it('brings workers, asks only for what changed, and removes what is gone', async () => {
      const first = await syncEntries(subject(), 'moving', [entry('moving-a'), entry('moving-b')])
      expect(first.needed).toEqual(['moving-a', 'moving-b'])
      expect(first.state.accepted.map(({ id }) => id)).toEqual(['moving-a', 'moving-b'])
      const second = await syncEntries(subject(), 'moving', [entry('moving-a'), entry('moving-b', 'Changed')])
      expect(second.needed).toEqual(['moving-b'])
      await syncEntries(subject(), 'moving', [entry('moving-b', 'Changed')])
      await expectProblem(await subject().fetch('/v1/workers/moving-a'), 404, 'worker_not_found')
      expect((await subject().fetch('/v1/workers/moving-b')).status).toBe(200)
    })

    it('refuses a bad entry by itself', async () => {
      const token = subject().operatorToken
      const good = entry('beside-a-bad-one')
      const json = {
        catalog: 'mixed',
        commit: null,
        entries: [
          { id: good.manifest.id, hash: entryHash(good) },
          { id: 'bad-one', hash: 'b'.repeat(64) },
        ],
      }
      const begun = await send(subject(), 'POST', '/v1/catalog/syncs', { token, json })
      const { sync_id } = await expectJson(begun, 201, syncStateSchema)
      const sent = await send(subject(), 'PUT', `/v1/catalog/syncs/${sync_id}/entries`, {
        token,
        json: { entries: [{ manifest: { id: 'bad-one' } }, good, 'nonsense'] },
      })
      const result = await expectJson(sent, 200, syncEntriesResultSchema)
      expect(result.accepted).toEqual(['beside-a-bad-one'])
      expect(result.refused).toHaveLength(2)
      const finished = await send(subject(), 'POST', `/v1/catalog/syncs/${sync_id}/finish`, {
        token,
        json: {
          findings: [
            { code: 'manifest_syntax', severity: 'error', message: 'cannot be parsed', path: 'third' },
          ],
        },
      })
      const state = await expectJson(finished, 200, catalogStateSchema)
      expect(state.accepted.map(({ id }) => id)).toEqual(['beside-a-bad-one'])
      expect(state.refused).toEqual(
        expect.arrayContaining([expect.objectContaining({ code: 'manifest_syntax', path: 'third' })]),
      )
    })

    it('of very many workers may take several calls to finish', async () => {
      const token = subject().operatorToken
      const entries = Array.from({ length: 50 }, (_, index) => entry(`many-${index}`))
      const json = {
        catalog: 'many',
        commit: null,
        position: 7,
        entries: entries.map((one) => ({ id: one.manifest.id, hash: entryHash(one) })),
      }
      const begun = await send(subject(), 'POST', '/v1/catalog/syncs', { token, json })
      const { sync_id } = await expectJson(begun, 201, syncStateSchema)
      await send(subject(), 'PUT', `/v1/catalog/syncs/${sync_id}/entries`, { token, json: { entries } })
      const finish = async () => {
        const path = `/v1/catalog/syncs/${sync_id}/finish`
        const finished = await send(subject(), 'POST', path, { token, json: { findings: [] } })
        return expectJson(finished, 200, syncFinishedSchema)
      }
      let state = await finish()
      while (state.remaining > 0) {
        const next = await finish()
        expect(next.remaining).toBeLessThan(state.remaining)
        state = next
      }
      expect(state.accepted).toHaveLength(50)
      for (const one of ['many-0', 'many-49', 'many-49-cpu']) {
        expect((await subject().fetch(`/v1/workers/${one}`)).status).toBe(200)
      }
    })

    it('that nobody began is not found', async () => {
      const token = subject().operatorToken
      const response = await send(subject(), 'POST', '/v1/catalog/syncs/nothing/finish', {
        token,
        json: { findings: [] },
      })
      await expectProblem(response, 404, 'sync_not_found')
    })
  })

  describe('a catalog that is named by a path of a machine', () => {
    const status = async (token?: string) => {
      const answer = await send(subject(), 'GET', '/v1/catalog/status', { token })
      expect(answer.headers.get('vary')).toBe('Authorization, Origin')
      expect(answer.headers.get('cache-control')).toMatch(token === operator() ? /no-store/ : /public/)
      return (await expectJson(answer, 200, catalogStatusSchema)).catalogs
    }
    const operator = () => subject().operatorToken

    it('shows the last part of it to everybody, and all of it to operators', async () => {
      const name = '/srv/of-the-operator/hidden'
      await syncEntries(subject(), name, [entry('hidden-a')])
      const others = await syncEntries(subject(), 'open', [entry('hidden-a')])
      expect(others.state.refused).toMatchObject([{ message: expect.stringContaining(name) }])
      for (const token of [undefined, await createToken(subject(), { scope: 'publish' })]) {
        const catalogs = await status(token)
        expect(catalogs).toContainEqual(
          expect.objectContaining({
            catalog: 'hidden',
            accepted: [expect.objectContaining({ id: 'hidden-a' })],
          }),
        )
        expect(JSON.stringify(catalogs)).not.toContain('/srv/of-the-operator')
      }
      expect((await status(operator())).map(({ catalog }) => catalog)).toContain(name)
      const wrong = await send(subject(), 'GET', '/v1/catalog/status', { token: 'rbee_op_wrong' })
      await expectProblem(wrong, 401, 'token_invalid')
      const dropped = await send(subject(), 'DELETE', '/v1/catalog/syncs?catalog=hidden', {
        token: operator(),
      })
      expect(await expectJson(dropped, 200, catalogDroppedSchema)).toMatchObject({ catalog: name })
    })
  })

  describe('a catalog that is dropped', () => {
    const drop = (catalog: string) =>
      send(subject(), 'DELETE', `/v1/catalog/syncs?catalog=${encodeURIComponent(catalog)}`, {
        token: subject().operatorToken,
      })

    it('is gone from the status, and leaves its workers to another', async () => {
      const name = 'https://git.example/old workers.git#main'
      await syncEntries(subject(), name, [entry('dropped-a')])
      const dropped = await expectJson(await drop(name), 200, catalogDroppedSchema)
      expect(dropped).toEqual({ catalog: name, removed: 1, remaining: 0 })
      const status = await expectJson(await subject().fetch('/v1/catalog/status'), 200, catalogStatusSchema)
      expect(status.catalogs.map(({ catalog }) => catalog)).not.toContain(name)
      await expectProblem(await subject().fetch('/v1/workers/dropped-a'), 404, 'worker_not_found')
      const { state } = await syncEntries(subject(), 'new workers', [entry('dropped-a')])
      expect(state.accepted.map(({ id }) => id)).toEqual(['dropped-a'])
      await expectProblem(await drop(name), 404, 'catalog_not_found')
    })

    it('has to be named', async () => {
      const token = subject().operatorToken
      await expectProblem(await send(subject(), 'DELETE', '/v1/catalog/syncs', { token }), 400, 'bad_request')
    })
  })
}
