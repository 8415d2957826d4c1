import { gunzipSync } from 'node:zlib'
import {
  releaseDocumentSchema,
  uploadStateSchema,
  versionsDocumentSchema,
  workerDocumentSchema,
} from '@rbee/schema'
import {
  aDigest,
  anArtifact,
  artifactOf,
  aSha256,
  declarationOf,
  packedArchive,
  sha256Hex,
} from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { publish, putPart, releaseOf, type Samples, sendArchive } from './sample-workers.ts'
import { expectJson, expectProblem, type Opened, send } from './subject.ts'
import { zstdFrame } from './zstd-frame.ts'

export function publishing(subject: Opened, samples: () => Samples): void {
  const token = () => samples().publishToken
  const post = (path: string, json?: unknown) => send(subject(), 'POST', path, { token: token(), json })
  const opened = async (packed: Parameters<typeof declarationOf>[0]) => {
    const state = await expectJson(await post('/v1/uploads', declarationOf(packed)), 201, uploadStateSchema)
    return `${state.upload_id}`
  }

  describe('an upload', () => {
    it('says what it expects, what arrived, and that it is stored', async () => {
      const packed = await packedArchive({ 'bin/upload-1': 'one' })
      const response = await post('/v1/uploads', declarationOf(packed))
      const state = await expectJson(response.clone(), 201, uploadStateSchema)
      expect(response.headers.get('location')).toBe(`/v1/uploads/${state.upload_id}`)
      expect(state).toMatchObject({
        status: 'open',
        sha256: packed.sha256,
        size: packed.size,
        parts: 1,
        received_parts: [],
      })
      expect(state.part_size).toBe(16 * 2 ** 20)

      const id = `${state.upload_id}`
      const sent = await putPart(subject(), token(), id, 1, packed.bytes)
      expect((await expectJson(sent, 200, uploadStateSchema)).received_parts).toEqual([1])
      const asked = await send(subject(), 'GET', `/v1/uploads/${id}`, { token: token() })
      expect((await expectJson(asked, 200, uploadStateSchema)).received_parts).toEqual([1])
      const completed = await expectJson(await post(`/v1/uploads/${id}/complete`), 200, uploadStateSchema)
      expect(completed).toMatchObject({ status: 'stored', upload_id: null })

      const again = await expectJson(await post('/v1/uploads', declarationOf(packed)), 200, uploadStateSchema)
      expect(again).toMatchObject({ status: 'stored', upload_id: null })
      const blob = await subject().fetch(`/v1/blobs/sha256/${packed.sha256}`)
      expect(new Uint8Array(await blob.arrayBuffer())).toEqual(packed.bytes)
    })

    it('is taken up again by who opened it', async () => {
      const packed = await packedArchive({ 'bin/upload-2': 'two' })
      expect(await opened(packed)).toBe(await opened(packed))
    })

    it('is taken with a frame at its end that decoders skip, as those with an index of frames have', async () => {
      const packed = await packedArchive({ 'bin/upload-8': 'eight' }, 'tar.zst')
      // RFC 8878, 3.1.2.
      const bytes = new Uint8Array([...packed.bytes, 0x57, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3])
      const sha256 = await sha256Hex(bytes)
      await sendArchive(subject(), token(), { ...packed, bytes, sha256, size: bytes.length })
      const blob = await subject().fetch(`/v1/blobs/sha256/${sha256}`)
      expect(new Uint8Array(await blob.arrayBuffer())).toEqual(bytes)
    })

    it('is taken where a frame ends while more of it waits than a decoder runs ahead', async () => {
      const program = new Uint8Array(2.5 * 2 ** 20)
      // This much goes in without coming out smaller; what is left of the frame unfolds from a few bytes at its end.
      for (let at = 0, value = 1; at < 600 * 2 ** 10; at += 1) {
        value = (Math.imul(value, 1_103_515_245) + 12_345) >>> 0
        program[at] = value >>> 16
      }
      const packed = await packedArchive({ 'bin/upload-9': program })
      const tar = gunzipSync(packed.bytes)
      const cut = 1.9 * 2 ** 20
      const bytes = new Uint8Array([...zstdFrame(tar.subarray(0, cut)), ...zstdFrame(tar.subarray(cut))])
      const sha256 = await sha256Hex(bytes)
      await sendArchive(subject(), token(), {
        ...packed,
        format: 'tar.zst',
        bytes,
        sha256,
        size: bytes.length,
      })
      const blob = await subject().fetch(`/v1/blobs/sha256/${sha256}`, { method: 'HEAD' })
      expect(blob.status).toBe(200)
    })

    it('can be given up', async () => {
      const id = await opened(await packedArchive({ 'bin/upload-3': 'three' }))
      const response = await send(subject(), 'DELETE', `/v1/uploads/${id}`, { token: token() })
      expect(response.status).toBe(204)
      await response.arrayBuffer()
      const asked = await send(subject(), 'GET', `/v1/uploads/${id}`, { token: token() })
      await expectProblem(asked, 404, 'upload_not_found')
    })

    it('is refused when parts are missing', async () => {
      const id = await opened(await packedArchive({ 'bin/upload-4': 'four' }))
      const problem = await expectProblem(await post(`/v1/uploads/${id}/complete`), 409, 'upload_incomplete')
      expect(problem.missing_parts).toEqual([1])
    })

    it('is refused when the bytes are others than declared', async () => {
      const packed = await packedArchive({ 'bin/upload-5': 'five' })
      const other = packed.bytes.toReversed()
      const id = await opened(packed)
      await (await putPart(subject(), token(), id, 1, other)).arrayBuffer()
      await expectProblem(await post(`/v1/uploads/${id}/complete`), 422, 'digest_mismatch')
      expect((await subject().fetch(`/v1/blobs/sha256/${packed.sha256}`, { method: 'HEAD' })).status).toBe(
        404,
      )
    })

    it('is refused when the tar inside has another digest', async () => {
      const packed = { ...(await packedArchive({ 'bin/upload-6': 'six' })), digest: aDigest(6) }
      const id = await opened(packed)
      await (await putPart(subject(), token(), id, 1, packed.bytes)).arrayBuffer()
      await expectProblem(await post(`/v1/uploads/${id}/complete`), 422, 'digest_mismatch')
    })

    it('is refused when the archive breaks a rule', async () => {
      const packed = await packedArchive({ '../outside': 'x' })
      const id = await opened(packed)
      await (await putPart(subject(), token(), id, 1, packed.bytes)).arrayBuffer()
      await expectProblem(await post(`/v1/uploads/${id}/complete`), 422, 'archive_invalid')
    })

    it('refuses parts that are not its own', async () => {
      const packed = await packedArchive({ 'bin/upload-7': 'seven' })
      const id = await opened(packed)
      const put = (part: number | string, bytes: Uint8Array<ArrayBuffer>) =>
        putPart(subject(), token(), id, Number(part), bytes)
      await expectProblem(await put(2, packed.bytes), 400, 'part_invalid')
      await expectProblem(await put(0, packed.bytes), 400, 'part_invalid')
      await expectProblem(await put(1, packed.bytes.slice(1)), 422, 'size_mismatch')
      await expectProblem(await put(1, new Uint8Array(0)), 422, 'size_mismatch')
    })
  })

  it('an upload is completed once, by however many calls at the same time', async () => {
    for (let round = 0; round < 5; round += 1) {
      const packed = await packedArchive({ 'bin/upload-many': `round ${round}` })
      const id = await opened(packed)
      await putPart(subject(), token(), id, 1, packed.bytes)
      const completed = await Promise.all(Array.from({ length: 4 }, () => post(`/v1/uploads/${id}/complete`)))
      for (const response of completed) {
        expect(await expectJson(response, 200, uploadStateSchema)).toMatchObject({ status: 'stored' })
      }
      expect((await subject().fetch(`/v1/blobs/sha256/${packed.sha256}`)).status).toBe(200)
    }
  })

  describe('a release', () => {
    it('appears in one step, and again without a change', async () => {
      const packed = await packedArchive({ 'bin/publish-1': 'one' })
      await sendArchive(subject(), token(), packed)
      const input = releaseOf('publish-1', [artifactOf([packed])])
      expect((await subject().fetch('/v1/workers/publish-1')).status).toBe(404)
      const release = await publish(subject(), token(), input)
      const worker = await expectJson(
        await subject().fetch('/v1/workers/publish-1'),
        200,
        workerDocumentSchema,
      )
      expect(worker).toMatchObject({ version: '1.0.0', source: 'community' })
      const again = await send(subject(), 'PUT', '/v1/workers/publish-1/1.0.0', {
        token: token(),
        json: input,
      })
      expect(await expectJson(again, 200, releaseDocumentSchema)).toEqual(release)
    })

    it('may be one of many that are published at once', async () => {
      const packed = await packedArchive({ 'bin/publish-6': 'one' })
      await sendArchive(subject(), token(), packed)
      const versions = Array.from({ length: 12 }, (_, minor) => `1.${minor}.0`)
      const published = versions.map(async (version) => {
        const json = releaseOf('publish-6', [artifactOf([packed])], version)
        const path = `/v1/workers/publish-6/${version}`
        return expectJson(
          await send(subject(), 'PUT', path, { token: token(), json }),
          201,
          releaseDocumentSchema,
        )
      })
      await Promise.all(published)
      const served = await subject().fetch('/v1/workers/publish-6/versions')
      const document = await expectJson(served, 200, versionsDocumentSchema)
      expect(document.versions).toEqual(versions.toReversed())
      expect(document.latest).toBe('1.11.0')
    })

    it('is never replaced', async () => {
      const first = await packedArchive({ 'bin/publish-2': 'one' })
      const other = await packedArchive({ 'bin/publish-2': 'two' })
      for (const packed of [first, other]) await sendArchive(subject(), token(), packed)
      const release = await publish(subject(), token(), releaseOf('publish-2', [artifactOf([first])]))
      const json = releaseOf('publish-2', [artifactOf([other])])
      const response = await send(subject(), 'PUT', '/v1/workers/publish-2/1.0.0', { token: token(), json })
      await expectProblem(response, 409, 'version_conflict')
      const served = await subject().fetch('/v1/workers/publish-2/1.0.0')
      expect(await expectJson(served, 200, releaseDocumentSchema)).toEqual(release)
    })

    it('appears only when its bytes are stored', async () => {
      const json = releaseOf('publish-3', [
        anArtifact({ archives: [{ format: 'tar.gz', sha256: aSha256(3), size: 9 }] }),
      ])
      const response = await send(subject(), 'PUT', '/v1/workers/publish-3/1.0.0', { token: token(), json })
      const problem = await expectProblem(response, 409, 'artifact_not_stored')
      expect(problem.missing).toEqual([aSha256(3)])
      await expectProblem(await subject().fetch('/v1/workers/publish-3'), 404, 'worker_not_found')
    })

    it('has the version and the id of its address', async () => {
      const json = releaseOf('publish-4', [artifactOf([samples().gzip])])
      for (const path of ['/v1/workers/publish-4/1.0.1', '/v1/workers/publish-5/1.0.0']) {
        await expectProblem(await send(subject(), 'PUT', path, { token: token(), json }), 422, 'invalid_body')
      }
    })

    it.each(['cuda', 'UPPER', 'a_b', '-a'])('cannot be of a worker named %s', async (id) => {
      const json = releaseOf('publish-4', [artifactOf([samples().gzip])])
      await expectProblem(
        await send(subject(), 'PUT', `/v1/workers/${id}/1.0.0`, { token: token(), json }),
        400,
        'invalid_id',
      )
    })

    it('cannot take the name of another worker', async () => {
      const packed = await packedArchive({ 'bin/llm-worker-cuda': 'x' })
      await sendArchive(subject(), token(), packed)
      const json = releaseOf('llm-worker-cuda', [artifactOf([packed])])
      const response = await send(subject(), 'PUT', '/v1/workers/llm-worker-cuda/1.0.0', {
        token: token(),
        json,
      })
      await expectProblem(response, 409, 'name_taken')
    })
  })
}
