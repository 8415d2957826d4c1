import { Buffer } from 'node:buffer'
import { type Artifact, patchDocumentSchema, releaseDocumentSchema, sha256Of } from '@rbee/schema'
import { aDigest, artifactOf, packedArchive } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { createToken, publish, releaseOf, type Samples, sendArchive } from './sample-workers.ts'
import { expectJson, expectProblem, type Opened, send } from './subject.ts'

const ID = 'patched-worker'

/** What a patch begins with; the server applies none, so that the rest may be anything. */
export function aPatch(
  base: Artifact,
  target: Artifact,
  rest: Uint8Array = Buffer.alloc(5000, 7),
): Uint8Array<ArrayBuffer> {
  const about = ({ digest, unpacked_size: size }: Artifact) => ({ digest, size })
  const header = Buffer.from(JSON.stringify({ base: about(base), target: about(target) }))
  const length = Buffer.alloc(4)
  length.writeUInt32LE(header.length)
  return new Uint8Array(Buffer.concat([Buffer.from('rbeepat1\0'), length, header, rest]))
}

export function patches(subject: Opened, samples: () => Samples): void {
  const bring = async (version: string): Promise<Artifact> => {
    const packed = await packedArchive({ [`bin/${ID}`]: `${ID} ${version}` })
    await sendArchive(subject(), samples().publishToken, packed)
    const artifact = artifactOf([packed])
    await publish(subject(), samples().publishToken, releaseOf(ID, [artifact], version))
    return artifact
  }
  const put = (
    { platform, variant }: Artifact,
    from: Artifact['digest'],
    body: Uint8Array<ArrayBuffer>,
    token: string | null = samples().publishToken,
  ) =>
    subject().fetch(`/v1/workers/${ID}/1.1.0/patches/${platform}/${variant}/${sha256Of(from)}`, {
      method: 'PUT',
      headers: {
        'content-type': 'application/octet-stream',
        ...(token === null ? {} : { authorization: `Bearer ${token}` }),
      },
      body,
    })

  describe('patches', () => {
    it('are added to releases by who published them, and served like archives', async () => {
      const [before, after] = [await bring('1.0.0'), await bring('1.1.0')]
      const bytes = aPatch(before, after)
      const added = await expectJson(await put(after, before.digest, bytes), 201, patchDocumentSchema)
      expect(added).toMatchObject({
        from_digest: before.digest,
        from_version: '1.0.0',
        format: 'rbee-patch-1',
        size: bytes.length,
      })
      const path = `/v1/workers/${ID}/1.1.0`
      const release = await expectJson(await subject().fetch(path), 200, releaseDocumentSchema)
      const artifacts = release.variants.flatMap((variant) => variant.artifacts)
      expect(artifacts.flatMap((artifact) => artifact.patches)).toEqual([added])
      const served = await subject().fetch(added.download_url)
      expect(served.status).toBe(200)
      expect(Buffer.compare(Buffer.from(await served.arrayBuffer()), bytes)).toBe(0)

      await expectJson(await put(after, before.digest, bytes), 200, patchDocumentSchema)
      await expectProblem(await put(after, aDigest(78), bytes), 422, 'patch_invalid')
      await expectProblem(await put(before, after.digest, aPatch(after, before)), 422, 'patch_invalid')
      await expectProblem(await put(after, before.digest, bytes, null), 401, 'token_missing')
      const stranger = await createToken(subject(), { scope: 'publish' })
      await expectProblem(await put(after, before.digest, bytes, stranger), 403, 'forbidden')

      const change = (kind: 'quarantine' | 'release') =>
        send(subject(), 'POST', `${path}/${kind}`, {
          token: subject().operatorToken,
          json: { reason: 'steals keys' },
        })
      expect((await change('quarantine')).status).toBe(200)
      for (const init of [{}, { method: 'HEAD' }, { headers: { range: 'bytes=0-9' } }]) {
        const refused = await subject().fetch(added.download_url, init)
        expect([refused.status, refused.headers.get('etag')]).toEqual([403, null])
        await refused.arrayBuffer()
      }
      await expectProblem(await put(after, before.digest, bytes), 403, 'quarantined')
      expect((await change('release')).status).toBe(200)
      expect((await subject().fetch(added.download_url, { method: 'HEAD' })).status).toBe(200)
    })
  })
}
