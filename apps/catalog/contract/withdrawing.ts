import {
  releaseDocumentSchema,
  revocationsSchema,
  searchAnswerSchema,
  versionsDocumentSchema,
  workerDocumentSchema,
  workerEventsSchema,
} from '@rbee/schema'
import { artifactOf, aWorkerId, type PackedArchive, packedArchive } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { createToken, publish, releaseOf, type Samples, sendArchive } from './sample-workers.ts'
import { expectJson, expectProblem, type Opened, send } from './subject.ts'

const REASON = 'it sends prompts to somebody else'

export function withdrawing(subject: Opened, samples: () => Samples): void {
  const publisher = () => samples().publishToken
  const operator = () => subject().operatorToken
  const post = (path: string, token: string, json: unknown = { reason: REASON }) =>
    send(subject(), 'POST', path, { token, json })
  const served = async (path: string) => subject().fetch(path)
  const versionsOf = async (id: string) =>
    expectJson(await served(`/v1/workers/${id}/versions`), 200, versionsDocumentSchema)
  const listed = async () => expectJson(await served('/v1/revocations'), 200, revocationsSchema)

  /** A worker with the releases 1.0.0 and 1.1.0, each with bytes of its own. */
  const bring = async (id: string): Promise<readonly [PackedArchive, PackedArchive]> => {
    const packed = [
      await packedArchive({ [`bin/${id}`]: 'one' }),
      await packedArchive({ [`bin/${id}`]: 'two' }),
    ] as const
    for (const [index, archive] of packed.entries()) {
      await sendArchive(subject(), publisher(), archive)
      const release = releaseOf(id, [artifactOf([archive])], `1.${index}.0`)
      await publish(subject(), publisher(), release)
    }
    return packed
  }

  describe('a release that is yanked', () => {
    it('is not the latest any more, says why and since when, and is still there', async () => {
      const [, second] = await bring('yanked-1')
      const release = await expectJson(
        await post('/v1/workers/yanked-1/1.1.0/yank', publisher()),
        200,
        releaseDocumentSchema,
      )
      expect(release).toMatchObject({ yanked: REASON, quarantined: null, quarantined_at: null })
      expect(Date.parse(`${release.yanked_at}`)).not.toBeNaN()
      expect((await versionsOf('yanked-1')).latest).toBe('1.0.0')
      const stays = await served('/v1/workers/yanked-1/1.1.0')
      expect(await expectJson(stays, 200, releaseDocumentSchema)).toEqual(release)
      expect((await served(`/v1/blobs/sha256/${second.sha256}`)).status).toBe(200)

      const again = await post('/v1/workers/yanked-1/1.1.0/yank', publisher())
      expect(await expectJson(again, 200, releaseDocumentSchema)).toEqual(release)
      const back = await post('/v1/workers/yanked-1/1.1.0/unyank', publisher())
      expect(await expectJson(back, 200, releaseDocumentSchema)).toMatchObject({
        yanked: null,
        yanked_at: null,
      })
      expect((await versionsOf('yanked-1')).latest).toBe('1.1.0')
    })

    it('is so by its publisher, its own token or an operator, and by nobody else', async () => {
      await bring('yanked-2')
      const path = '/v1/workers/yanked-2/1.1.0/yank'
      const stranger = await createToken(subject(), { scope: 'publish' })
      await expectProblem(await post(path, stranger), 403, 'forbidden')
      const other = await createToken(subject(), { scope: 'publish', worker: aWorkerId('other') })
      await expectProblem(await post(path, other), 403, 'forbidden')
      const own = await createToken(subject(), { scope: 'publish', worker: aWorkerId('yanked-2') })
      expect((await post(path, own)).status).toBe(200)
      expect((await post('/v1/workers/yanked-2/1.1.0/unyank', operator())).status).toBe(200)
    })

    it('needs a reason that people can read', async () => {
      for (const json of [{}, { reason: '' }, { reason: 'x'.repeat(501) }, { reason: 'a\u202eb' }]) {
        const answer = await post('/v1/workers/echo-worker/1.0.0/yank', publisher(), json)
        await expectProblem(answer, 422, 'invalid_body')
      }
      expect((await versionsOf('echo-worker')).releases[0]?.yanked).toBeNull()
    })

    it('has to be one that was published', async () => {
      await expectProblem(
        await post('/v1/workers/nobody-knows/1.0.0/yank', publisher()),
        404,
        'worker_not_found',
      )
      await expectProblem(
        await post('/v1/workers/echo-worker/9.9.9/yank', publisher()),
        404,
        'release_not_found',
      )
      await expectProblem(
        await post('/v1/workers/source-worker/1.0.0/quarantine', operator()),
        404,
        'release_not_found',
      )
    })
  })

  describe('a release that is quarantined', () => {
    it('is handed to nobody, stands on the list, and comes back when it is released', async () => {
      const [first, second] = await bring('blocked-1')
      const before = await subject().fetch('/v1/revocations')
      const sequence = before.ok ? revocationsSchema.parse(await before.json()).sequence : 0
      const answer = await post('/v1/workers/blocked-1/1.1.0/quarantine', operator())
      const release = await expectJson(answer, 200, releaseDocumentSchema)
      expect(release).toMatchObject({ quarantined: REASON, yanked: null })

      const blob = `/v1/blobs/sha256/${second.sha256}`
      const problem = await expectProblem(await served(blob), 403, 'quarantined')
      expect(problem).toMatchObject({ worker: 'blocked-1', version: '1.1.0', reason: REASON })
      expect((await subject().fetch(blob, { method: 'HEAD' })).status).toBe(403)
      const range = await subject().fetch(blob, { headers: { range: 'bytes=0-3' } })
      await expectProblem(range, 403, 'quarantined')
      expect((await served(`/v1/blobs/sha256/${first.sha256}`)).status).toBe(200)
      const download = '/v1/workers/blocked-1/1.1.0/download?platform=linux-x86_64'
      await expectProblem(await served(download), 403, 'quarantined')
      await expectProblem(await served('/v1/workers/blocked-1/pkgbuild?version=1.1.0'), 403, 'quarantined')
      expect((await versionsOf('blocked-1')).latest).toBe('1.0.0')

      const list = await listed()
      expect(list.sequence).toBeGreaterThan(sequence)
      expect(list.total).toBe(list.releases.length)
      expect(list.releases[0]).toEqual({
        worker: 'blocked-1',
        version: '1.1.0',
        digests: [second.digest],
        reason: REASON,
        quarantined_at: release.quarantined_at,
      })
      expect(Date.parse(list.expires_at) - Date.parse(list.issued_at)).toBe(7 * 86_400_000)

      expect((await post('/v1/workers/blocked-1/1.1.0/quarantine', operator())).status).toBe(200)
      expect((await listed()).sequence).toBe(list.sequence)
      expect((await post('/v1/workers/blocked-1/1.1.0/release', operator())).status).toBe(200)
      expect((await served(blob)).status).toBe(200)
      const after = await listed()
      expect(after.sequence).toBeGreaterThan(list.sequence)
      expect(after.releases.map(({ worker }) => worker)).not.toContain('blocked-1')
    })

    it('has no line that installs it on the page of its worker', async () => {
      await bring('blocked-2')
      const page = async () => (await subject().fetch('/worker/blocked-2')).text()
      expect(await page()).toContain('rbee-hive install blocked-2')
      for (const version of ['1.0.0', '1.1.0'])
        expect((await post(`/v1/workers/blocked-2/${version}/quarantine`, operator())).status).toBe(200)
      const search = await expectJson(await served('/v1/search?q=blocked-2'), 200, searchAnswerSchema)
      expect(search.hits[0]?.worker).toMatchObject({ id: 'blocked-2', quarantined: true })
      expect(await (await served('/search?q=blocked-2')).text()).toContain('>quarantined</span>')
      const html = await page()
      expect(html).not.toContain('install blocked-2')
      expect(html).toContain('<strong>Quarantined.</strong>')
      for (const version of ['1.0.0', '1.1.0'])
        expect((await post(`/v1/workers/blocked-2/${version}/release`, operator())).status).toBe(200)
    })

    it('is so by operators alone', async () => {
      for (const what of ['quarantine', 'release', 'security-fix']) {
        await expectProblem(
          await post(`/v1/workers/echo-worker/1.0.0/${what}`, publisher()),
          403,
          'forbidden',
        )
      }
    })

    it('takes nothing from the worker whose bytes it copied', async () => {
      const [original] = await bring('original-1')
      const copy = releaseOf('copy-of-it', [artifactOf([original])])
      const program = { ...copy.manifest, binary_name: 'original-1' }
      await publish(subject(), publisher(), { ...copy, manifest: program })
      expect((await post('/v1/workers/copy-of-it/1.0.0/quarantine', operator())).status).toBe(200)
      expect((await served(`/v1/blobs/sha256/${original.sha256}`)).status).toBe(200)
      const entry = (await listed()).releases.find(({ worker }) => worker === 'copy-of-it')
      expect(entry?.digests).toEqual([])
      expect((await post('/v1/workers/copy-of-it/1.0.0/release', operator())).status).toBe(200)
    })
  })

  it('a security fix is confirmed by an operator, and not any more', async () => {
    await bring('fixed-1')
    const path = '/v1/workers/fixed-1/1.1.0/security-fix'
    const confirmed = await expectJson(await post(path, operator()), 200, releaseDocumentSchema)
    expect(confirmed.security_fix).toBe(REASON)
    expect((await versionsOf('fixed-1')).releases[0]?.security_fix).toBe(REASON)
    const json = { reason: 'it was another one', confirmed: false }
    const taken = await expectJson(await post(path, operator(), json), 200, releaseDocumentSchema)
    expect(taken.security_fix).toBeNull()
  })

  describe('a worker that is deprecated', () => {
    it('says why, since when and what to use instead', async () => {
      await bring('deprecated-1')
      const json = { reason: 'nobody looks after it', successor: 'echo-worker' }
      const path = '/v1/workers/deprecated-1/deprecate'
      const worker = await expectJson(await post(path, publisher(), json), 200, workerDocumentSchema)
      expect(worker).toMatchObject({
        deprecated: true,
        deprecation: { message: json.reason, successor: 'echo-worker' },
        version: '1.1.0',
      })
      expect(Date.parse(`${worker.deprecation?.since}`)).not.toBeNaN()
      const read = await served('/v1/workers/deprecated-1')
      expect(await expectJson(read, 200, workerDocumentSchema)).toEqual(worker)
      const back = await post('/v1/workers/deprecated-1/undeprecate', publisher())
      expect(await expectJson(back, 200, workerDocumentSchema)).toMatchObject({
        deprecated: false,
        deprecation: null,
      })
    })

    it('has a successor that is there, and an owner who says so', async () => {
      const path = '/v1/workers/echo-worker/deprecate'
      for (const successor of ['echo-worker', 'nobody-knows']) {
        const answer = await post(path, publisher(), { reason: REASON, successor })
        await expectProblem(answer, 422, 'invalid_body')
      }
      const stranger = await createToken(subject(), { scope: 'publish' })
      await expectProblem(await post(path, stranger), 403, 'forbidden')
      // It belongs to its catalog, and nobody has published it.
      const ofCatalog = await post('/v1/workers/source-worker/deprecate', stranger)
      await expectProblem(ofCatalog, 403, 'forbidden')
    })
  })

  it('who did what, when and why is kept', async () => {
    await bring('events-1')
    await post('/v1/workers/events-1/1.0.0/yank', publisher())
    await post('/v1/workers/events-1/1.0.0/yank', publisher())
    await post('/v1/workers/events-1/1.0.0/quarantine', operator(), { reason: 'worse' })
    await post('/v1/workers/events-1/1.0.0/release', operator())
    const path = '/v1/workers/events-1/events'
    const answer = await send(subject(), 'GET', path, { token: publisher() })
    const { events } = await expectJson(answer, 200, workerEventsSchema)
    expect(events).toMatchObject([
      { kind: 'release_quarantine', version: '1.0.0', actor: 'operator' },
      { kind: 'quarantine', version: '1.0.0', reason: 'worse', actor: 'operator', successor: null },
      { kind: 'yank', version: '1.0.0', reason: REASON },
    ])
    const stranger = await createToken(subject(), { scope: 'publish' })
    await expectProblem(await send(subject(), 'GET', path, { token: stranger }), 403, 'forbidden')
  })
}
