import { createHash, randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import zlib from 'node:zlib'
import { type ArchiveFormat, digestOf, sha256Schema } from '@rbee/schema'
import { beforeAll, describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../test/folder.ts'
import { entry, PROGRAM, tar } from '../../test/tar-writer.ts'
import { extractArchive } from './extract-archive.ts'

const sha256 = (bytes: Uint8Array) => sha256Schema.parse(createHash('sha256').update(bytes).digest('hex'))

/** As a network delivers them: each in memory of its own, which its reader may give away. */
async function* ownChunks(bytes: Uint8Array) {
  for (let start = 0; start < bytes.length; start += 65_521) {
    yield new Uint8Array(bytes.subarray(start, start + 65_521))
  }
}

/** As they lie in one buffer, which nobody may give away. */
async function* sharedChunks(bytes: Uint8Array) {
  for (let start = 0; start < bytes.length; start += 65_521) yield bytes.subarray(start, start + 65_521)
}

// Large enough for both digests to be computed on threads of their own.
describe.each([
  ['tar.gz', (bytes: Uint8Array) => zlib.gzipSync(bytes, { level: 1 })],
  ['tar.zst', (bytes: Uint8Array) => zlib.zstdCompressSync(bytes)],
  [
    'tar.zst',
    (bytes: Uint8Array) =>
      Buffer.concat(
        [bytes.subarray(0, 9_000_001), bytes.subarray(9_000_001)].map((part) => zlib.zstdCompressSync(part)),
      ),
  ],
] as const)('a large .%s', (format: ArchiveFormat, compress) => {
  const large = randomBytes(18 * 2 ** 20)
  const small = Array.from({ length: 300 }, (_, index) => randomBytes(index * 7))
  let bytes: Uint8Array = new Uint8Array()
  let expected = { sha256: sha256(bytes), size: 0, digest: digestOf(sha256(bytes)) }
  beforeAll(() => {
    const plain = tar(
      PROGRAM,
      entry({ name: 'lib/large' }, large),
      ...small.map((body, index) => entry({ name: `share/${index}` }, body)),
    )
    bytes = compress(plain)
    expected = { sha256: sha256(bytes), size: bytes.length, digest: digestOf(sha256(plain)) }
  })

  it.each([
    ['chunks of their own', ownChunks],
    ['chunks of one buffer', sharedChunks],
  ])('is unpacked from %s', async (_, chunks) => {
    const folder = await temporaryFolder()
    const target = join(folder, 'target')
    const before = sha256(bytes)
    const { entries } = await extractArchive(chunks(bytes), format, target, { expected })
    expect(entries).toBeGreaterThanOrEqual(302)
    expect((await readFile(join(target, 'lib/large'))).equals(large)).toBe(true)
    for (const [index, body] of small.entries()) {
      expect((await readFile(join(target, `share/${index}`))).equals(body)).toBe(true)
    }
    expect(sha256(bytes)).toBe(before)
  })

  it.each([
    ['another archive', { sha256: sha256(Buffer.from('other')) }],
    ['another tar', { digest: digestOf(sha256(Buffer.from('other'))) }],
  ])('is refused where %s was promised', async (_, other) => {
    const folder = await temporaryFolder()
    const target = join(folder, 'target')
    const refused = extractArchive(ownChunks(bytes), format, target, { expected: { ...expected, ...other } })
    await expect(refused).rejects.toMatchObject({ code: 'digest_mismatch' })
    await expect(readFile(target)).rejects.toMatchObject({ code: 'ENOENT' })
  })

  it('is refused by its digest where a byte was changed on the way', async () => {
    const folder = await temporaryFolder()
    const changed = new Uint8Array(bytes)
    changed[5_000_000] = (changed[5_000_000] ?? 0) ^ 1
    const refused = extractArchive(ownChunks(changed), format, join(folder, 'target'), { expected })
    await expect(refused).rejects.toMatchObject({ code: 'digest_mismatch' })
  })
})

it('writes large and small files in turns, while the memory of the ones before is given back', async () => {
  const folder = await temporaryFolder()
  // Smaller and larger than what is written at once, and than what is flushed by itself.
  const sizes = [3 * 2 ** 20 + 1, 100, 70_000, 0, 40_000, 65_537, 2 ** 20, 12, 300_000, 64 * 1024]
  const files = Array.from({ length: 80 }, (_, index) => randomBytes(sizes[index % sizes.length] ?? 0))
  const plain = tar(PROGRAM, ...files.map((body, index) => entry({ name: `lib/${index}` }, body)))
  const bytes = zlib.gzipSync(plain, { level: 1 })
  const expected = { sha256: sha256(bytes), size: bytes.length, digest: digestOf(sha256(plain)) }
  const { structure } = await extractArchive(ownChunks(bytes), 'tar.gz', join(folder, 'target'), { expected })
  for (const [index, body] of files.entries()) {
    expect((await readFile(join(folder, 'target', `lib/${index}`))).equals(body), `file ${index}`).toBe(true)
  }
  expect(structure?.files).toHaveLength(81)
})
