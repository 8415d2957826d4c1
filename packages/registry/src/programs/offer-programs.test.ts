import { openSqliteDatabase } from '@rbee/db/sqlite'
import { programsDocumentSchema, programsInputSchema } from '@rbee/schema'
import {
  aCaller,
  anOperator,
  aRegistry,
  aSha256,
  failureCode,
  failureOf,
  packedArchive,
  sendArchive,
} from '@rbee/testing'
import { describe, expect, it } from 'vitest'

const build = await packedArchive({ 'bin/rbee-hive': 'hive', 'bin/rbee': 'rbee' })
const newer = await packedArchive({ 'bin/rbee-hive': 'newer hive' })

async function open() {
  const world = aRegistry(openSqliteDatabase(':memory:'))
  await sendArchive(world.registry, anOperator(), build)
  return world
}

const input = (builds: unknown, version = '1.0.0') => programsInputSchema.parse({ version, builds })
const forEverybody = input([{ platform: 'any', sha256: build.sha256 }])

describe('offerPrograms', () => {
  it('writes a document with all that an installer needs', async () => {
    const { registry, ports } = await open()
    const offered = await registry.offerPrograms(anOperator(), forEverybody)
    expect(offered).toEqual({
      version: '1.0.0',
      builds: [
        {
          platform: 'any',
          format: 'tar.gz',
          size: build.size,
          checksum: `sha256:${build.sha256}`,
          download_url: `/v1/blobs/sha256/${build.sha256}`,
        },
      ],
    })
    const stored = await ports.documents.get({ kind: 'programs' })
    expect(programsDocumentSchema.parse(JSON.parse(new TextDecoder().decode(stored?.body)))).toEqual(offered)
  })

  it('takes the place of what was offered before, as a whole', async () => {
    const { registry } = await open()
    await registry.offerPrograms(anOperator(), forEverybody)
    await sendArchive(registry, anOperator(), newer)
    const later = input([{ platform: 'linux-x86_64', sha256: newer.sha256 }], '1.1.0')
    const { version, builds } = await registry.offerPrograms(anOperator(), later)
    expect([version, builds.map(({ platform }) => platform)]).toEqual(['1.1.0', ['linux-x86_64']])
  })

  it('is for operators', async () => {
    const { registry } = await open()
    expect(await failureCode(registry.offerPrograms(aCaller(), forEverybody))).toBe('forbidden')
  })

  it('names archives that are not stored', async () => {
    const { registry, ports } = await open()
    const missing = input([
      { platform: 'any', sha256: build.sha256 },
      { platform: 'linux-aarch64', sha256: aSha256(7) },
    ])
    const failure = await failureOf(registry.offerPrograms(anOperator(), missing))
    expect(failure).toMatchObject({ code: 'artifact_not_stored', details: { missing: [aSha256(7)] } })
    expect(await ports.documents.get({ kind: 'programs' })).toBeNull()
  })

  it('refuses archives that an installer could not use', async () => {
    const { registry } = await open()
    const offer = async (archive: typeof build, platform = 'any') => {
      await sendArchive(registry, anOperator(), archive)
      return failureCode(registry.offerPrograms(anOperator(), input([{ platform, sha256: archive.sha256 }])))
    }
    expect(await offer(await packedArchive({ 'bin/rbee-hive': 'hive' }, 'tar.zst'))).toBe('invalid_format')
    expect(await offer(await packedArchive({ 'bin/other': 'x' }))).toBe('archive_invalid')
    expect(await offer(newer, 'windows-x86_64')).toBe('archive_invalid')
    expect(await offer(await packedArchive({ 'bin/rbee-hive.exe': 'hive' }), 'windows-x86_64')).toBe('done')
  })

  it('takes each platform once', () => {
    const twice = [build, newer].map(({ sha256 }) => ({ platform: 'any', sha256 }))
    expect(programsInputSchema.safeParse({ version: '1.0.0', builds: twice }).success).toBe(false)
  })
})
