import { createHash, randomBytes } from 'node:crypto'
import { constants, gzipSync, zstdCompressSync } from 'node:zlib'
import { ARCHIVE_FORMATS, type ArchiveFormat, RbeeError } from '@rbee/schema'
import fc from 'fast-check'
import { pack } from 'tar-stream'
import { describe, expect, it } from 'vitest'
import { entry, header, inPieces, PROGRAM, pax, tar } from '../../test/tar-writer.ts'
import type { ArchiveRule } from './archive-rules.ts'
import { inspectArchive } from './inspect-archive.ts'

const compress = (bytes: Uint8Array, format: ArchiveFormat) =>
  format === 'tar.gz' ? gzipSync(bytes) : zstdCompressSync(bytes)
const inspect = (bytes: Uint8Array, format: ArchiveFormat = 'tar.gz') =>
  inspectArchive(inPieces(compress(bytes, format)), format)

/** Code and rule that an archive is refused with. */
async function refusal(bytes: Uint8Array): Promise<string> {
  try {
    await inspect(bytes)
  } catch (error) {
    if (error instanceof RbeeError) return `${error.code} ${error.details.rule}`
    throw error
  }
  return 'accepted'
}

const METADATA = {
  id: 'llm-worker',
  version: '1.0.0',
  variant: 'cpu',
  platform: 'linux-x86_64',
  binary_name: 'tool',
  license: 'MIT',
  selftest: null,
  run: null,
}

describe.each(ARCHIVE_FORMATS)('%s', (format) => {
  it('says what an archive holds', async () => {
    const text = JSON.stringify(METADATA)
    const bytes = tar(PROGRAM, entry({ name: 'metadata.json', mode: '0000644\0' }, text))
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`
    expect(await inspect(bytes, format)).toEqual({
      digest,
      unpackedSize: bytes.length,
      entries: 2,
      programs: ['tool'],
      metadata: METADATA,
      files: {
        digest,
        total: 2,
        complete: true,
        files: [
          { path: 'bin/tool', size: 10, executable: true, sha256: expect.stringMatching(/^[0-9a-f]{64}$/) },
          {
            ...{ path: 'metadata.json', size: text.length, executable: false },
            sha256: createHash('sha256').update(text).digest('hex'),
          },
        ],
      },
    })
  })

  it('accepts several frames one after the other, split anywhere', async () => {
    const bytes = tar(PROGRAM, entry({ name: 'noise' }, randomBytes(5_000)))
    const whole = await inspect(bytes, format)
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: bytes.length }),
        fc.array(fc.integer({ min: 1, max: 3_000 }), { minLength: 1, maxLength: 4 }),
        async (cut, pieces) => {
          const frames = [bytes.subarray(0, cut), bytes.subarray(cut)].map((part) => compress(part, format))
          expect(await inspectArchive(inPieces(Buffer.concat(frames), pieces), format)).toEqual(whole)
        },
      ),
      { numRuns: 30 },
    )
  })

  it('refuses an archive that is cut off anywhere, or followed by anything', async () => {
    const bytes = compress(tar(PROGRAM), format)
    const refused = expect.objectContaining({ code: 'archive_invalid' })
    for (let length = 0; length < bytes.length; length += 7) {
      await expect(inspectArchive(inPieces(bytes.subarray(0, length)), format)).rejects.toEqual(refused)
    }
    for (const tail of [Buffer.alloc(1), Buffer.alloc(600), Buffer.from('tail'), bytes.subarray(0, 9)]) {
      const followed = Buffer.concat([bytes, tail])
      await expect(inspectArchive(inPieces(followed), format)).rejects.toEqual(refused)
      await expect(inspectArchive(inPieces(followed, [bytes.length]), format)).rejects.toEqual(refused)
    }
  })

  it('stops a bomb that never ends', async () => {
    const zeros = compress(Buffer.alloc(2 ** 20), format)
    const endless = async function* () {
      yield compress(tar(PROGRAM), format)
      for (;;) yield zeros
    }
    await expect(
      inspectArchive(endless(), format, { maxEntries: 10, maxUnpackedBytes: 8 * 2 ** 20 }),
    ).rejects.toEqual(expect.objectContaining({ code: 'archive_too_large' }))
  })

  it('refuses what is compressed otherwise', async () => {
    const other = format === 'tar.gz' ? 'tar.zst' : 'tar.gz'
    await expect(inspectArchive(inPieces(compress(tar(PROGRAM), other)), format)).rejects.toEqual(
      expect.objectContaining({ code: 'archive_invalid', details: { rule: 'compression' } }),
    )
  })
})

describe('compression', () => {
  it('refuses a zstd window that a small decoder could not hold', async () => {
    const noise = randomBytes(9 * 2 ** 20)
    const params = { [constants.ZSTD_c_windowLog]: 24, [constants.ZSTD_c_contentSizeFlag]: 0 }
    const bytes = zstdCompressSync(tar(PROGRAM, entry({ name: 'noise' }, Buffer.concat([noise, noise]))), {
      params,
    })
    await expect(inspectArchive(inPieces(bytes), 'tar.zst')).rejects.toEqual(
      expect.objectContaining({ code: 'archive_invalid', details: { rule: 'compression' } }),
    )
  })

  it('refuses more frames than any packer writes', async () => {
    const frames = Array.from({ length: 4_097 }, () => Buffer.from('28b52ffd2000010000', 'hex'))
    await expect(inspectArchive(inPieces(Buffer.concat(frames)), 'tar.zst')).rejects.toEqual(
      expect.objectContaining({ code: 'archive_invalid', details: { rule: 'compression' } }),
    )
  })
})

describe('hostile tar archives', () => {
  const longName = `${'d/'.repeat(60)}file`
  it.each<[string, Uint8Array[], `archive_invalid ${ArchiveRule}` | 'archive_too_large undefined']>([
    ['a path that climbs', [entry({ name: '../evil' })], 'archive_invalid parent_path'],
    [
      'a path that climbs through the prefix',
      [entry({ prefix: '..', name: 'evil' })],
      'archive_invalid parent_path',
    ],
    ['a path that climbs in pax', [pax({ path: '../evil' }), PROGRAM], 'archive_invalid parent_path'],
    [
      'a path that climbs in a long name',
      [entry({ type: 'L' }, '../evil\0'), PROGRAM],
      'archive_invalid parent_path',
    ],
    ['an absolute path', [entry({ name: '/etc/x' })], 'archive_invalid absolute_path'],
    ['a symbolic link', [entry({ type: '2', link: '/etc' })], 'archive_invalid link'],
    ['a hard link', [entry({ type: '1', link: 'bin/tool' })], 'archive_invalid link'],
    ['a long link name', [entry({ type: 'K' }, '/etc\0')], 'archive_invalid link'],
    ['a character device', [entry({ type: '3' })], 'archive_invalid entry_type'],
    ['a block device', [entry({ type: '4' })], 'archive_invalid entry_type'],
    ['a named pipe', [entry({ type: '6' })], 'archive_invalid entry_type'],
    ['a sparse file', [entry({ type: 'S' })], 'archive_invalid entry_type'],
    ['a contiguous file', [entry({ type: '7' })], 'archive_invalid entry_type'],
    ['an unknown type', [entry({ type: 'Z' })], 'archive_invalid entry_type'],
    ['a duplicate', [PROGRAM, PROGRAM], 'archive_invalid duplicate'],
    ['a duplicate behind ./', [PROGRAM, entry({ name: './bin/tool' })], 'archive_invalid duplicate'],
    ['names that clash by case', [PROGRAM, entry({ name: 'BIN/tool' })], 'archive_invalid name_clash'],
    ['a setuid program', [entry({ mode: '0004755\0' })], 'archive_invalid special_mode'],
    ['a file below a file', [PROGRAM, entry({ name: 'bin/tool/x' })], 'archive_invalid file_as_folder'],
    ['no program', [entry({ name: 'LICENSE' })], 'archive_invalid no_program'],
    ['bytes hidden behind a NUL', [entry({ name: 'bin/tool\0../x' })], 'archive_invalid forbidden_character'],
    ['a NUL in a pax path', [pax({ path: 'bin/tool\0x' }), PROGRAM], 'archive_invalid forbidden_character'],
    [
      'a NUL in a long name',
      [entry({ type: 'L' }, 'a\0b\0'), PROGRAM],
      'archive_invalid forbidden_character',
    ],
    ['a name that is not UTF-8', [entry({ name: Buffer.from([0x62, 0xff]) })], 'archive_invalid not_utf8'],
    ['a file without a name', [entry({ name: '' })], 'archive_invalid empty_segment'],
    ['a file that is named like a folder', [entry({ name: 'bin/' })], 'archive_invalid empty_segment'],
    ['a wrong checksum', [entry({ checksum: '0000000\0' })], 'archive_invalid tar_format'],
    ['a header that is not ustar', [entry({ magic: 'foo' })], 'archive_invalid tar_format'],
    ['a negative size', [header({ size: '-0000000001\0' })], 'archive_invalid tar_format'],
    [
      'a base-256 size',
      [header({ size: Buffer.from('80000000000000000000000a', 'hex') })],
      'archive_invalid tar_format',
    ],
    [
      'a negative base-256 size',
      [header({ size: Buffer.from('ff'.repeat(12), 'hex') })],
      'archive_invalid tar_format',
    ],
    ['no size', [header({ size: '\0'.repeat(12) })], 'archive_invalid tar_format'],
    ['a folder with contents', [entry({ name: 'd/', type: '5' }, 'x')], 'archive_invalid tar_format'],
    ['a size beyond all limits', [header({ size: 8 ** 12 - 1 })], 'archive_too_large undefined'],
    ['a size beyond the archive', [header({ size: 10_000 })], 'archive_invalid truncated'],
    ['pax and header that differ in size', [pax({ size: '1' }), PROGRAM], 'archive_invalid tar_format'],
    ['a pax size that is no number', [pax({ size: '1e3' }), PROGRAM], 'archive_invalid tar_format'],
    ['a pax header that renames globally', [pax({ path: 'x' }, 'g'), PROGRAM], 'archive_invalid tar_format'],
    ['a pax link path', [pax({ linkpath: '/etc' }), PROGRAM], 'archive_invalid tar_format'],
    ['a sparse file in pax', [pax({ 'GNU.sparse.major': '1' }), PROGRAM], 'archive_invalid tar_format'],
    ['another character set', [pax({ hdrcharset: 'BINARY' }), PROGRAM], 'archive_invalid tar_format'],
    [
      'a file capability',
      [pax({ 'SCHILY.xattr.security.capability': 'x' }), PROGRAM],
      'archive_invalid tar_format',
    ],
    [
      'a pax record with a wrong length',
      [entry({ type: 'x' }, '99 path=x\n'), PROGRAM],
      'archive_invalid tar_format',
    ],
    [
      'a pax record with length 0',
      [entry({ type: 'x' }, '0 path=x\n'), PROGRAM],
      'archive_invalid tar_format',
    ],
    ['a pax record without a key', [entry({ type: 'x' }, '5 =x\n'), PROGRAM], 'archive_invalid tar_format'],
    [
      'a pax field named twice',
      [entry({ type: 'x' }, '10 path=a\n10 path=b\n'), PROGRAM],
      'archive_invalid tar_format',
    ],
    ['two pax headers', [pax({ path: 'a' }), pax({ path: 'b' }), PROGRAM], 'archive_invalid tar_format'],
    [
      'a pax header and a long name',
      [pax({ path: 'a' }), entry({ type: 'L' }, 'b\0'), PROGRAM],
      'archive_invalid tar_format',
    ],
    ['a pax header that belongs to nothing', [PROGRAM, pax({ path: 'a' })], 'archive_invalid tar_format'],
    ['a huge pax header', [header({ type: 'x', size: 2 ** 30 })], 'archive_invalid tar_format'],
    ['a long name without an end', [entry({ type: 'L' }, longName), PROGRAM], 'archive_invalid tar_format'],
    [
      'an entry behind the end',
      [PROGRAM, Buffer.alloc(512), entry({ name: 'x' })],
      'archive_invalid trailing_data',
    ],
    [
      'bytes behind the end',
      [PROGRAM, Buffer.alloc(1024), Buffer.from('x')],
      'archive_invalid trailing_data',
    ],
  ])('refuses %s', async (_, parts, expected) => {
    expect(await refusal(tar(...parts))).toBe(expected)
  })

  it('refuses an archive without its end', async () => {
    expect(await refusal(PROGRAM)).toBe('archive_invalid truncated')
  })

  it('never fails with anything but its two codes, whatever bytes it is given', async () => {
    const archive = tar(
      PROGRAM,
      pax({ path: 'lib/ü' }),
      entry({ name: 'x' }, 'abc'),
      entry({ type: 'L' }, 'long\0'),
      entry({}),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(archive.length - 1), fc.nat(255)), { minLength: 1, maxLength: 12 }),
        async (changes) => {
          const bytes = Buffer.from(archive)
          for (const [offset, value] of changes) bytes[offset] = value
          const outcome = await refusal(bytes)
          expect(outcome).toMatch(/^(accepted|archive_invalid \w+|archive_too_large undefined)$/)
        },
      ),
      { numRuns: 300 },
    )
  })
})

describe('archives of other programs', () => {
  it('reads what tar-stream writes, long and foreign names included', async () => {
    const writer = pack()
    writer.entry({ name: 'bin', type: 'directory' })
    writer.entry({ name: 'bin/tool', mode: 0o755 }, 'x')
    writer.entry({ name: `lib/${'n'.repeat(180)}` }, 'y')
    writer.entry({ name: 'lib/naïve' }, 'z')
    writer.finalize()
    const parts: Uint8Array[] = []
    for await (const part of writer as AsyncIterable<Uint8Array>) parts.push(part)
    expect(await inspect(Buffer.concat(parts))).toMatchObject({ entries: 4, programs: ['tool'] })
  })

  it('takes ./ for what it is, and a metadata.json of another shape for the author’s own', async () => {
    const bytes = tar(
      entry({ name: './', type: '5' }),
      entry({ name: './bin/', type: '5' }),
      entry({ name: './bin/tool', magic: 'ustar  \0' }, 'x'),
      entry({ name: './metadata.json', mode: '0000644\0' }, '{"id": 7}'),
    )
    expect(await inspect(bytes)).toMatchObject({ entries: 3, programs: ['tool'], metadata: null })
  })
})
