import { openSqliteDatabase } from '@rbee/db/sqlite'
import type { ReleaseInput } from '@rbee/schema'
import {
  aCaller,
  aCatalogEntry,
  aDigest,
  aManifest,
  anArtifact,
  anOperator,
  aRegistry,
  aReleaseInput,
  artifactOf,
  aSha256,
  aWorkerId,
  failureCode,
  failureOf,
  memoryDocumentStore,
  type PackedArchive,
  packedArchive,
  sendArchive,
  syncCatalog,
  type TestRegistry,
} from '@rbee/testing'
import { describe, expect, it } from 'vitest'

const publisher = aCaller()
const open = (overrides: Parameters<typeof aRegistry>[1] = {}) =>
  aRegistry(openSqliteDatabase(':memory:'), overrides)

/** A release of one artifact whose bytes are stored; its program has the worker's name. */
async function uploadedRelease(
  { registry }: TestRegistry,
  { id = 'echo-worker', version = '1.0.0', content = 'echo', variant = 'cpu' } = {},
): Promise<ReleaseInput> {
  const packed = await packedArchive({ [`bin/${id}`]: content })
  await sendArchive(registry, publisher, packed)
  const manifest = aManifest({ id, build: { features: [variant], default_feature: variant } })
  return aReleaseInput({ manifest, version, artifacts: [artifactOf([packed], { variant })] })
}

const publish = ({ registry }: TestRegistry, input: ReleaseInput, caller = publisher) =>
  registry.publishRelease(caller, input.manifest.id, input)

async function documentText({ ports }: TestRegistry, key: Parameters<typeof ports.documents.get>[0]) {
  const stored = await ports.documents.get(key)
  return stored === null ? null : new TextDecoder().decode(stored.body)
}

describe('publishing', () => {
  it('makes a release appear with its documents', async () => {
    const world = open()
    const input = await uploadedRelease(world)
    const { created, release } = await publish(world, input)
    expect(created).toBe(true)
    expect(release).toMatchObject({ worker: 'echo-worker', version: '1.0.0', source: 'community' })
    expect(release.variants[0]?.artifacts[0]?.digest).toBe(input.artifacts[0]?.digest)
    expect(await documentText(world, { kind: 'worker', id: aWorkerId() })).toContain('"1.0.0"')
    expect(await world.ports.database.listDue(10)).toEqual([])
  })

  it('changes nothing when the same release comes again', async () => {
    const world = open()
    const input = await uploadedRelease(world)
    const first = await publish(world, input)
    world.clock.advance(60_000)
    const second = await publish(world, input)
    expect(second).toEqual({ created: false, release: first.release })
  })

  it('takes the same tar in another compression for the same release', async () => {
    const world = open()
    const input = await uploadedRelease(world)
    await publish(world, input)
    const zstd = await packedArchive({ 'bin/echo-worker': 'echo' }, 'tar.zst')
    await sendArchive(world.registry, publisher, zstd)
    const again = aReleaseInput({ ...input, artifacts: [artifactOf([zstd])] })
    expect(await publish(world, again)).toMatchObject({ created: false })
  })

  it('refuses other contents under a version that exists', async () => {
    const world = open()
    await publish(world, await uploadedRelease(world))
    const other = await uploadedRelease(world, { content: 'something else' })
    expect(await failureCode(publish(world, other))).toBe('version_conflict')
    const manifest = { ...other.manifest, license: 'MIT' }
    expect(await failureCode(publish(world, aReleaseInput({ ...other, manifest })))).toBe('version_conflict')
  })

  it('creates one release when the same one is published twice at once', async () => {
    const world = open()
    const input = await uploadedRelease(world)
    const both = await Promise.all([publish(world, input), publish(world, input)])
    expect(both.map(({ created }) => created).toSorted()).toEqual([false, true])
    expect((await world.ports.database.getWorker(aWorkerId()))?.releases).toHaveLength(1)
  })

  it('lets one of two different releases of a version win, whole', async () => {
    const world = open()
    const inputs = [await uploadedRelease(world), await uploadedRelease(world, { content: 'other' })]
    const codes = await Promise.all(inputs.map((input) => failureCode(publish(world, input))))
    expect(codes.toSorted()).toEqual(['done', 'version_conflict'])
    const winner = inputs[codes.indexOf('done')]
    const stored = await world.ports.database.getWorker(aWorkerId())
    expect(stored?.releases.map(({ input }) => input.artifacts)).toEqual([winner?.artifacts])
  })

  it('shows both of two versions published at once', async () => {
    const world = open()
    const inputs = [
      await uploadedRelease(world),
      await uploadedRelease(world, { version: '1.1.0', content: 'newer' }),
    ]
    await Promise.all(inputs.map((input) => publish(world, input)))
    const versions = await documentText(world, { kind: 'versions', id: aWorkerId() })
    expect(versions).toContain('"1.0.0"')
    expect(versions).toContain('"1.1.0"')
  })

  it('refuses an address of another worker than the manifest', async () => {
    const world = open()
    const input = await uploadedRelease(world)
    const call = world.registry.publishRelease(publisher, aWorkerId('other-worker'), input)
    expect(await failureCode(call)).toBe('invalid_body')
  })
})

describe('artifacts', () => {
  it('must be stored, every one of them', async () => {
    const world = open()
    const input = await uploadedRelease(world)
    const [stored] = input.artifacts
    if (!stored) throw new Error('the release has an artifact')
    const missing = { format: 'tar.zst' as const, sha256: aSha256(77), size: 10 }
    const partly = aReleaseInput({
      ...input,
      artifacts: [{ ...stored, archives: [...stored.archives, missing] }],
    })
    const failure = await failureOf(publish(world, partly))
    expect(failure).toMatchObject({ code: 'artifact_not_stored', details: { missing: [missing.sha256] } })
    expect(await world.ports.database.getWorker(aWorkerId())).toBeNull()
    expect(await documentText(world, { kind: 'worker', id: aWorkerId() })).toBeNull()
  })

  it.each([
    ['digest_mismatch', { digest: aDigest(5) }],
    ['size_mismatch', { unpacked_size: 1 }],
  ])('must be what they are said to be: %s', async (code, lie) => {
    const world = open()
    const input = await uploadedRelease(world)
    const lying = aReleaseInput({
      ...input,
      artifacts: input.artifacts.map((artifact) => anArtifact({ ...artifact, ...lie })),
    })
    expect(await failureCode(publish(world, lying))).toBe(code)
  })

  it.each([
    ['size_mismatch', { size: 1 }],
    ['invalid_format', { format: 'tar.zst' as const }],
  ])('must lie in archives that are what they are said to be: %s', async (code, lie) => {
    const world = open()
    const input = await uploadedRelease(world)
    const lying = aReleaseInput({
      ...input,
      artifacts: input.artifacts.map((artifact) => ({
        ...artifact,
        archives: artifact.archives.map((archive) => ({ ...archive, ...lie })),
      })),
    })
    expect(await failureCode(publish(world, lying))).toBe(code)
  })

  const publishPacked = async (
    world: TestRegistry,
    packed: PackedArchive,
    platform: string,
    overrides: Parameters<typeof aManifest>[0] = {},
  ) => {
    await sendArchive(world.registry, publisher, packed)
    const manifest = aManifest({ platforms: { linux: ['x86_64'], windows: ['x86_64'] }, ...overrides })
    const artifacts = [artifactOf([packed], { platform })]
    return failureCode(publish(world, aReleaseInput({ manifest, artifacts })))
  }

  it('must hold the program that the manifest names', async () => {
    const packed = await packedArchive({ 'bin/echo-worker': 'echo' })
    expect(await publishPacked(open(), packed, 'linux-x86_64', { binary_name: 'echo' })).toBe(
      'archive_invalid',
    )
    expect(await publishPacked(open(), packed, 'linux-x86_64')).toBe('done')
  })

  it('must hold it with .exe for Windows', async () => {
    const plain = await packedArchive({ 'bin/echo-worker': 'echo' })
    const windows = await packedArchive({ 'bin/echo-worker.exe': 'echo' })
    expect(await publishPacked(open(), plain, 'windows-x86_64')).toBe('archive_invalid')
    expect(await publishPacked(open(), windows, 'windows-x86_64')).toBe('done')
    expect(await publishPacked(open(), windows, 'linux-x86_64')).toBe('archive_invalid')
  })

  const metadata = {
    id: 'echo-worker',
    version: '1.0.0',
    variant: 'cpu',
    platform: 'linux-x86_64',
    binary_name: 'echo-worker',
    license: 'Apache-2.0',
    selftest: null,
    run: null,
  }
  it.each([
    ['done', {}],
    ['archive_invalid', { id: 'other-worker' }],
    ['archive_invalid', { version: '1.0.1' }],
    ['archive_invalid', { variant: 'cuda' }],
    ['archive_invalid', { platform: 'linux-aarch64' }],
    ['archive_invalid', { license: 'MIT' }],
  ])('must not say that they are something else: %s for %j', async (code, difference) => {
    const packed = await packedArchive({
      'bin/echo-worker': 'echo',
      'metadata.json': JSON.stringify({ ...metadata, ...difference }),
    })
    expect(await publishPacked(open(), packed, 'linux-x86_64')).toBe(code)
  })
})

describe('who may publish', () => {
  it('is the token that published first', async () => {
    const world = open()
    await publish(world, await uploadedRelease(world))
    const next = await uploadedRelease(world, { version: '1.1.0' })
    expect(await failureCode(publish(world, next, aCaller({ tokenId: 'stranger' })))).toBe('forbidden')
    expect(await publish(world, next)).toMatchObject({ created: true })
  })

  it('is a token that is limited to the worker, and to no other', async () => {
    const world = open()
    await publish(world, await uploadedRelease(world))
    const limited = aCaller({ tokenId: 'limited', worker: aWorkerId() })
    const next = await uploadedRelease(world, { version: '1.1.0' })
    expect(await publish(world, next, limited)).toMatchObject({ created: true })
    const other = await uploadedRelease(world, { id: 'other-worker' })
    expect(await failureCode(publish(world, other, limited))).toBe('forbidden')
  })

  it('is one token also when two publish a new worker at the same time', async () => {
    const world = open()
    const callers = [aCaller({ tokenId: 'one' }), aCaller({ tokenId: 'two' })]
    const inputs = [await uploadedRelease(world), await uploadedRelease(world, { version: '1.1.0' })]
    const codes = await Promise.all(
      inputs.map((input, index) => failureCode(publish(world, input, callers[index]))),
    )
    expect(codes.toSorted()).toEqual(['done', 'forbidden'])
    const record = await world.ports.database.getWorker(aWorkerId())
    expect(record?.releases).toHaveLength(1)
    expect(record?.worker.owner).toBe(`token:${record?.releases[0]?.publishedBy}`)
  })

  it('is the first publisher of a worker that a catalog brought', async () => {
    const world = open()
    await syncCatalog(world.registry, 'main', [aCatalogEntry()])
    const first = aCaller({ tokenId: 'first' })
    expect(await publish(world, await uploadedRelease(world), first)).toMatchObject({ created: true })
    const next = await uploadedRelease(world, { version: '1.1.0' })
    expect(await failureCode(publish(world, next))).toBe('forbidden')
    expect(await publish(world, next, first)).toMatchObject({ created: true })
    const later = await uploadedRelease(world, { version: '1.2.0' })
    expect(await publish(world, later, aCaller({ worker: aWorkerId() }))).toMatchObject({ created: true })
    const last = await uploadedRelease(world, { version: '1.3.0' })
    expect(await publish(world, last, anOperator())).toMatchObject({ created: true })
  })

  it('is any operator for a worker that an operator published, which stays a community worker', async () => {
    const world = open()
    const { release } = await publish(world, await uploadedRelease(world), anOperator())
    expect(release.source).toBe('community')
    const colleague = aCaller({ tokenId: 'another-operator', scope: 'operator' })
    const next = await uploadedRelease(world, { version: '1.1.0' })
    expect(await publish(world, next, colleague)).toMatchObject({ created: true })
    const later = await uploadedRelease(world, { version: '1.2.0' })
    expect(await failureCode(publish(world, later))).toBe('forbidden')
  })
})

describe('names', () => {
  it('cannot be the id of a variant of another worker', async () => {
    const world = open()
    await publish(world, await uploadedRelease(world, { id: 'paint-worker', variant: 'cuda' }))
    const squatting = await uploadedRelease(world, { id: 'paint-worker-cuda' })
    const failure = await failureOf(publish(world, squatting))
    expect(failure).toMatchObject({ code: 'name_taken', details: { worker: 'paint-worker' } })
  })

  it('of variants cannot be the id of another worker', async () => {
    const world = open()
    await publish(world, await uploadedRelease(world, { id: 'paint-worker-cuda' }))
    const expanding = await uploadedRelease(world, { id: 'paint-worker', variant: 'cuda' })
    expect(await failureCode(publish(world, expanding))).toBe('name_taken')
    expect(await world.ports.database.getWorker(aWorkerId('paint-worker'))).toBeNull()
  })

  it('with the -rbee form belong to official workers', async () => {
    const world = open()
    const input = await uploadedRelease(world, { id: 'llm-worker-rbee-cpu' })
    expect(await failureCode(publish(world, input))).toBe('name_reserved')
  })

  it('must not look like an official id', async () => {
    const world = open()
    await syncCatalog(world.registry, 'main', [aCatalogEntry()])
    const similar = await uploadedRelease(world, { id: 'ech0-worker' })
    expect(await failureOf(publish(world, similar))).toMatchObject({
      code: 'name_too_similar',
      details: { similar_to: 'echo-worker' },
    })
    const distinct = await uploadedRelease(world, { id: 'paint-worker' })
    expect(await publish(world, distinct)).toMatchObject({ created: true })
  })

  it('are told to be taken before the archives are asked for', async () => {
    const world = open()
    await publish(world, await uploadedRelease(world, { id: 'paint-worker', variant: 'cuda' }))
    const input = aReleaseInput({ manifest: aManifest({ id: 'paint-worker-cuda' }) })
    expect(await failureCode(publish(world, input))).toBe('name_taken')
  })
})

describe('a store of documents that fails once', () => {
  const failingOnce = () => {
    const documents = memoryDocumentStore()
    let failures = 1
    return {
      ...documents,
      put: (...[key, ...args]: Parameters<typeof documents.put>) => {
        // The list of files is stored before, with the upload.
        if (key.kind === 'file-list') return documents.put(key, ...args)
        failures -= 1
        return failures >= 0 ? Promise.reject(new Error('disk unplugged')) : documents.put(key, ...args)
      },
    }
  }

  it('fails the call, and the replay completes it', async () => {
    const world = open({ documents: failingOnce() })
    const input = await uploadedRelease(world)
    expect(await failureCode(publish(world, input))).toBe('storage_failed')
    expect(await world.registry.writeDueDocuments()).toMatchObject({ written: 1 })
    expect(await documentText(world, { kind: 'worker', id: aWorkerId() })).toContain('"1.0.0"')
    expect(await world.registry.writeDueDocuments()).toMatchObject({ written: 0 })
  })

  it('fails the call, and publishing again completes it', async () => {
    const world = open({ documents: failingOnce() })
    const input = await uploadedRelease(world)
    expect(await failureCode(publish(world, input))).toBe('storage_failed')
    expect(await publish(world, input)).toMatchObject({ created: false })
    expect(await documentText(world, { kind: 'worker', id: aWorkerId() })).toContain('"1.0.0"')
    expect(await world.ports.database.listDue(10)).toEqual([])
  })
})
