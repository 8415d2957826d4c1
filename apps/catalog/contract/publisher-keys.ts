import { createHash } from 'node:crypto'
import { type PublisherSigner, parseEnvelope, readHistory, verifyArtifact } from '@rbee/provenance'
import {
  type KeyChangeInput,
  type ReleaseInput,
  releaseDocumentSchema,
  type WorkerId,
  workerIndexSchema,
  workerKeysSchema,
} from '@rbee/schema'
import {
  aKeyChange,
  aPublisherSigner,
  artifactOf,
  aWorkerId,
  packedArchive,
  withProvenance,
} from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { createToken, releaseOf, type Samples, sendArchive } from './sample-workers.ts'
import { listedFile } from './signed-files.ts'
import { expectJson, expectProblem, type Opened, send } from './subject.ts'

const [alice, bob] = [aPublisherSigner(1), aPublisherSigner(2)]

export function publisherKeys(subject: Opened, samples: () => Samples): void {
  const publisher = () => samples().publishToken
  const put = (input: ReleaseInput, token = publisher()) =>
    send(subject(), 'PUT', `/v1/workers/${input.manifest.id}/${input.version}`, { token, json: input })
  const keysOf = async (id: WorkerId) =>
    expectJson(await subject().fetch(`/v1/workers/${id}/keys`), 200, workerKeysSchema)
  const post = (id: WorkerId, json: unknown, token = publisher(), path = 'keys') =>
    send(subject(), 'POST', `/v1/workers/${id}/${path}`, { token, json })
  const change = async (
    id: WorkerId,
    kind: KeyChangeInput['change'],
    key: PublisherSigner,
    ...signers: PublisherSigner[]
  ) => aKeyChange(id, (await keysOf(id)).history, kind, key, signers.length === 0 ? [key] : signers)

  /** A worker with a release of one artifact, and `next` releases of the same bytes. */
  const bring = async (name: string) => {
    const id = aWorkerId(name)
    const packed = await packedArchive({ [`bin/${id}`]: 'one' })
    await sendArchive(subject(), publisher(), packed)
    const next = (version: string) => releaseOf(id, [artifactOf([packed])], version)
    expect((await put(next('1.0.0'))).status).toBe(201)
    return { id, next }
  }

  describe('a worker with a publisher key', () => {
    it('takes signed releases only, also from who holds a token', async () => {
      const { id, next } = await bring('keys-1')
      expect(await keysOf(id)).toEqual({ worker: id, provenance_required: false, keys: [], history: [] })
      const bound = await expectJson(await post(id, await change(id, 'bound', alice)), 200, workerKeysSchema)
      expect(bound).toMatchObject({ provenance_required: true, keys: [{ ...alice.key, status: 'valid' }] })
      expect(await keysOf(id)).toEqual(bound)

      const refused = await expectProblem(await put(next('1.1.0')), 403, 'provenance_required')
      expect(refused).toMatchObject({ artifacts: ['linux-x86_64/cpu'] })
      await expectProblem(await put(next('1.1.0'), subject().operatorToken), 403, 'provenance_required')
      await expectProblem(await put(withProvenance(next('1.1.0'), bob)), 403, 'provenance_key_unknown')
      const other = { ...withProvenance(next('1.0.1'), alice), version: next('1.1.0').version }
      await expectProblem(await put(other), 403, 'provenance_wrong_subject')
      expect((await put(withProvenance(next('1.1.0'), alice))).status).toBe(201)
    })

    it('shows what was signed, for good, with the digest that its document states', async () => {
      const { id, next } = await bring('keys-2')
      const keys = await expectJson(await post(id, await change(id, 'bound', alice)), 200, workerKeysSchema)
      const input = withProvenance(next('1.1.0'), alice)
      const release = await expectJson(await put(input), 201, releaseDocumentSchema)
      const [variant] = release.variants
      const [artifact] = variant?.artifacts ?? []
      const provenance = artifact?.provenance
      if (!variant || !artifact || !provenance) throw new Error('no provenance')
      expect(provenance.url).toBe('/v1/workers/keys-2/1.1.0/provenance/linux-x86_64/cpu')

      const answer = await subject().fetch(provenance.url)
      expect(answer.headers.get('content-type')).toBe('application/vnd.dsse.envelope.v1+json')
      expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
      const bytes = new Uint8Array(await answer.arrayBuffer())
      expect(bytes.length).toBe(provenance.size)
      expect(createHash('sha256').update(bytes).digest('hex')).toBe(provenance.sha256)
      const { platform, digest } = artifact
      const verdict = verifyArtifact(
        {
          subject: { worker: id, version: release.version, platform, variant: variant.name, digest },
          release: release.release,
          attachedAt: provenance.attached_at,
        },
        parseEnvelope(bytes),
        readHistory(id, keys.history),
      )
      expect(verdict).toMatchObject({ ok: true, keys: [{ key: alice.key }] })

      const again = await expectJson(await put(next('1.1.0')), 200, releaseDocumentSchema)
      expect(again).toEqual(release)
      for (const path of ['1.0.0/provenance/linux-x86_64/cpu', '1.1.0/provenance/linux-aarch64/cpu']) {
        await expectProblem(await subject().fetch(`/v1/workers/keys-2/${path}`), 404, 'provenance_not_found')
      }
      const odd = await subject().fetch('/v1/workers/keys-2/1.1.0/provenance/linux/cpu')
      await expectProblem(odd, 400, 'invalid_platform')
      const unknown = await subject().fetch('/v1/workers/keys-2/9.9.9/provenance/linux-x86_64/cpu')
      await expectProblem(unknown, 404, 'release_not_found')
    })

    it('changes them with token and signature, and in no other way', async () => {
      const { id } = await bring('keys-3')
      const binding = await change(id, 'bound', alice)
      const stranger = await createToken(subject(), { scope: 'publish' })
      await expectProblem(await post(id, binding, stranger), 403, 'forbidden')
      await expectProblem(
        await send(subject(), 'POST', `/v1/workers/${id}/keys`, { json: binding }),
        401,
        'token_missing',
      )
      expect((await post(id, binding)).status).toBe(200)
      expect((await post(id, binding)).status).toBe(200)
      await expectProblem(await post(id, await change(id, 'added', bob)), 403, 'key_change_refused')
      await expectProblem(await post(id, await change(id, 'bound', bob)), 403, 'key_change_refused')
      const adding = await change(id, 'added', bob, alice, bob)
      expect((await post(id, adding)).status).toBe(200)
      expect((await post(id, await change(id, 'revoked', alice, bob))).status).toBe(200)
      await expectProblem(await post(id, adding), 403, 'key_change_refused')
      expect((await keysOf(id)).keys.map(({ status }) => status)).toEqual(['revoked', 'valid'])
      expect(readHistory(id, (await keysOf(id)).history).required).toBe(true)
    })

    it('gets others from an operator, who says why', async () => {
      const { id, next } = await bring('keys-4')
      await post(id, await change(id, 'bound', alice))
      await post(id, await change(id, 'revoked', alice))
      await expectProblem(await put(next('1.1.0')), 403, 'provenance_required')
      const reset = { reason: 'the key was lost', key: bob.key }
      await expectProblem(await post(id, reset, publisher(), 'keys/reset'), 403, 'forbidden')
      const operator = subject().operatorToken
      await expectProblem(await post(id, { key: bob.key }, operator, 'keys/reset'), 422, 'invalid_body')
      const keys = await expectJson(await post(id, reset, operator, 'keys/reset'), 200, workerKeysSchema)
      expect(keys.history.at(-1)).toMatchObject({ change: 'staff_reset', authorization: null })
      expect((await put(withProvenance(next('1.1.0'), bob))).status).toBe(201)
      const log = await subject().fetch(`/v1/workers/${id}/log`)
      const kinds = ((await log.json()) as { entries: { kind: string }[] }).entries.map(({ kind }) => kind)
      expect(kinds.filter((kind) => kind === 'key_change')).toHaveLength(3)
    })

    it('has them in its signed index, byte for byte', async () => {
      const { id } = await bring('keys-5')
      const url = `/v1/workers/${id}/keys`
      const index = async () => {
        const file = await listedFile(subject(), `workers/${id}.json`)
        const answer = await subject().fetch(file?.address ?? '')
        return expectJson(answer, 200, workerIndexSchema)
      }
      expect((await index()).documents[url]).toBeUndefined()
      await post(id, await change(id, 'bound', alice))
      const bytes = new Uint8Array(await (await subject().fetch(url)).arrayBuffer())
      const sha256 = createHash('sha256').update(bytes).digest('hex')
      expect((await index()).documents[url]).toEqual({ sha256, length: bytes.length })
    })
  })

  describe('a key that is none', () => {
    it.each([
      ['of small order', 'AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='],
      ['that is no point', 'BAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA='],
      ['that is too short', 'AAAA'],
    ])('%s is refused', async (_what, public_key) => {
      const id = aWorkerId('echo-worker')
      const bytes = Buffer.from(public_key, 'base64')
      const key = { key_id: createHash('sha256').update(bytes).digest('hex'), public_key }
      const binding = { ...(await change(id, 'bound', alice)), key }
      await expectProblem(await post(id, binding), 422, 'publisher_key_invalid')
    })
  })

  it('an envelope of another shape is refused', async () => {
    const { id, next } = await bring('keys-6')
    await post(id, await change(id, 'bound', alice))
    const input = withProvenance(next('1.1.0'), alice)
    const [artifact] = input.artifacts
    const { provenance } = artifact ?? {}
    if (!artifact || !provenance) throw new Error('no provenance')
    const shapes = [
      {},
      'text',
      { ...provenance, signatures: [] },
      { ...provenance, more: 1 },
      { ...provenance, payload: 'é' },
      { ...provenance, payload: 'A'.repeat(400_000) },
      { ...provenance, signatures: Array.from({ length: 11 }, () => provenance.signatures[0]) },
    ]
    for (const one of shapes) {
      const json = { ...input, artifacts: [{ ...artifact, provenance: one }] }
      const answer = await send(subject(), 'PUT', `/v1/workers/${id}/1.1.0`, { token: publisher(), json })
      await expectProblem(answer, 422, 'invalid_body')
    }
    expect((await put(input)).status).toBe(201)
  })
}
