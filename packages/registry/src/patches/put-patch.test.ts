import { createHash } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { openSqliteDatabase } from '@rbee/db/sqlite'
import { makePatch, memorySource } from '@rbee/deltas'
import { sha256Schema, UPLOAD_PART_BYTES } from '@rbee/schema'
import {
  aCaller,
  aDigest,
  aManifest,
  aRegistry,
  aReleaseInput,
  artifactOf,
  failureCode,
  memoryArchiveStore,
  packedArchive,
  sendArchive,
  streamOf,
} from '@rbee/testing'
import { beforeEach, describe, expect, it } from 'vitest'
import type { PatchName } from '../ports/patches.ts'
import { restoreLostRows } from '../upkeep/restore-rows.ts'

const publisher = aCaller()
const manifest = aManifest({ id: 'echo-worker', build: { features: ['cpu'], default_feature: 'cpu' } })

async function aWorld() {
  const archives = memoryArchiveStore()
  const world = aRegistry(openSqliteDatabase(':memory:'), { archives })
  const publish = async (version: string, content: string) => {
    const packed = await packedArchive({ 'bin/echo-worker': content })
    await sendArchive(world.registry, publisher, packed)
    const input = aReleaseInput({ manifest, version, artifacts: [artifactOf([packed], { variant: 'cpu' })] })
    await world.registry.publishRelease(publisher, input.manifest.id, input)
    const [artifact] = input.artifacts
    if (artifact === undefined) throw new Error('nothing was published')
    return { input, artifact, tar: new Uint8Array(gunzipSync(packed.bytes)) }
  }
  const before = await publish('1.0.0', 'echo')
  const after = await publish('1.1.0', 'echo, louder')
  const patch = await patchOf(before.tar, after.tar)
  const name: PatchName = {
    ...{ id: manifest.id, version: after.input.version, from: before.artifact.digest },
    ...{ platform: after.artifact.platform, variant: after.artifact.variant },
  }
  const put = (bytes: Uint8Array = patch, changed: Partial<PatchName> = {}, caller = publisher) =>
    world.registry.putPatch(caller, { ...name, ...changed }, streamOf(bytes), bytes.length)
  const patches = async () => {
    const document = await world.ports.documents.get({ kind: 'release', id: name.id, version: name.version })
    const release = JSON.parse(new TextDecoder().decode(document?.body))
    return release.variants[0].artifacts[0].patches
  }
  return { ...world, before, after, patch, name, put, patches }
}

async function patchOf(base: Uint8Array, target: Uint8Array): Promise<Uint8Array> {
  const patch = await makePatch(memorySource(base), memorySource(target), { now: () => 0 })
  if (typeof patch === 'string') throw new Error(patch)
  return patch.bytes
}

let world: Awaited<ReturnType<typeof aWorld>>
beforeEach(async () => {
  world = await aWorld()
})

describe('a patch', () => {
  it('stands in the document of its release, with its bytes beside the archives', async () => {
    const sha256 = sha256Schema.parse(createHash('sha256').update(world.patch).digest('hex'))
    const { created, patch } = await world.put()
    expect(created).toBe(true)
    expect(patch).toEqual({
      from_digest: world.before.artifact.digest,
      from_version: '1.0.0',
      format: 'rbee-patch-1',
      size: world.patch.length,
      sha256,
      download_url: `/v1/blobs/sha256/${sha256}`,
    })
    expect(await world.patches()).toEqual([patch])
    expect(await world.ports.archives.size(sha256)).toBe(world.patch.length)
  })

  it('that is there already stays', async () => {
    await world.put()
    expect(await world.put()).toMatchObject({ created: false })
    expect(await world.patches()).toHaveLength(1)
  })

  it('changes nothing of the release: publishing it again is the same release', async () => {
    await world.put()
    const { created } = await world.registry.publishRelease(publisher, manifest.id, world.after.input)
    expect(created).toBe(false)
    expect(await world.patches()).toHaveLength(1)
  })

  it('comes back with the rows of a database that was lost', async () => {
    await world.put()
    const { database: _, ...stores } = world.ports
    const fresh = openSqliteDatabase(':memory:')
    await restoreLostRows({ ...stores, database: fresh })
    expect((await fresh.getWorker(manifest.id))?.patches).toHaveLength(1)
  })

  it('is not offered for a quarantined release', async () => {
    await world.put()
    const operator = aCaller({ tokenId: 'operator', scope: 'operator' })
    const { id, version } = world.name
    await world.registry.changeRelease(operator, { id, version, kind: 'quarantine', reason: 'steals keys' })
    expect(await world.patches()).toEqual([])
  })

  it('is handed out no more, nor taken, while its release is quarantined', async () => {
    const { patch } = await world.put()
    const { documents } = world.ports
    const blocked = () => documents.get({ kind: 'blocked-archive', sha256: patch.sha256 })
    const operator = aCaller({ tokenId: 'operator', scope: 'operator' })
    const { id, version } = world.name
    const change = (kind: 'quarantine' | 'release_quarantine') =>
      world.registry.changeRelease(operator, { id, version, kind, reason: 'steals keys' })
    await change('quarantine')
    expect(await blocked()).not.toBeNull()
    expect(await failureCode(world.put())).toBe('quarantined')
    await change('release_quarantine')
    expect(await blocked()).toBeNull()
    expect(await world.patches()).toHaveLength(1)
  })

  it('that was on its way when its release was quarantined is not handed out', async () => {
    const operator = aCaller({ tokenId: 'operator', scope: 'operator' })
    const { id, version } = world.name
    const { archives, documents } = world.ports
    const promote = archives.promote.bind(archives)
    archives.promote = async (...promoted) => {
      await world.registry.changeRelease(operator, { id, version, kind: 'quarantine', reason: 'steals keys' })
      return promote(...promoted)
    }
    const { patch } = await world.put()
    expect(await documents.get({ kind: 'blocked-archive', sha256: patch.sha256 })).not.toBeNull()
  })
})

describe('a patch is refused', () => {
  it.each([
    ['of a worker that is not there', { id: 'other-worker' }, 'worker_not_found'],
    ['of a release that is not there', { version: '9.0.0' }, 'release_not_found'],
    ['of an artifact that is not there', { platform: 'linux-aarch64' }, 'no_artifact'],
    ['from an archive that no release has', { from: aDigest(77) }, 'patch_invalid'],
  ])('%s', async (_, changed, code) => {
    const call = world.put(world.patch, changed as Partial<PatchName>)
    expect(await failureCode(call)).toBe(code)
  })

  it('from the artifact itself', async () => {
    expect(await failureCode(world.put(world.patch, { from: world.after.artifact.digest }))).toBe(
      'patch_invalid',
    )
  })

  it('that says it is for other archives, or is no patch', async () => {
    const back = await patchOf(world.after.tar, world.before.tar)
    expect(await failureCode(world.put(back))).toBe('patch_invalid')
    expect(await failureCode(world.put(world.patch.subarray(0, 30)))).toBe('patch_invalid')
    expect(await failureCode(world.put(new TextEncoder().encode('no patch at all')))).toBe('patch_invalid')
    expect(await world.patches()).toEqual([])
  })

  it('of another publisher’s worker', async () => {
    const stranger = aCaller({ tokenId: 'token-2' })
    expect(await failureCode(world.put(world.patch, {}, stranger))).toBe('forbidden')
  })

  it('that is shorter or longer than the request states, and leaves nothing', async () => {
    const call = (bytes: Uint8Array, size: number) =>
      failureCode(world.registry.putPatch(publisher, world.name, streamOf(bytes), size))
    const large = new Uint8Array(UPLOAD_PART_BYTES + 5)
    large.set(world.patch)
    expect(await call(large, large.length + 1)).toBe('size_mismatch')
    expect(await call(large, large.length - 1)).toBe('size_mismatch')
    expect(await call(new Uint8Array(0), 0)).toBe('size_mismatch')
    expect(await world.patches()).toEqual([])
  })
})
