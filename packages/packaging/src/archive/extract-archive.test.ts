import { execFile } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { mkdir, readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { digestOf, sha256Schema } from '@rbee/schema'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { temporaryFolder, writeFiles } from '../../test/folder.ts'
import { entry, inPieces, PROGRAM, tar } from '../../test/tar-writer.ts'
import { COMPRESSION_LEVELS, compressArchive } from './compress-archive.ts'
import { type ExtractOptions, extractArchive } from './extract-archive.ts'
import { inspectArchive } from './inspect-archive.ts'
import { digestTar } from './pack-tar.ts'
import { listPackEntries } from './source-folder.ts'

const run = promisify(execFile)
const sha256 = (bytes: Uint8Array) => sha256Schema.parse(createHash('sha256').update(bytes).digest('hex'))
const failure = (code: string) => expect.objectContaining({ code })

/** A `.tar.gz` and what is expected of it. */
function archive(...parts: Uint8Array[]): { bytes: Buffer; expected: ExtractOptions['expected'] } {
  const plain = tar(...parts)
  const bytes = gzipSync(plain)
  return { bytes, expected: { sha256: sha256(bytes), size: bytes.length, digest: digestOf(sha256(plain)) } }
}

/** Every file below a folder with its contents, and `/` behind folders. */
async function contents(folder: string): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const item of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(item.parentPath, item.name)
    const name = path.slice(folder.length + 1)
    if (item.isDirectory()) found[`${name}/`] = ''
    else {
      const executable = ((await stat(path)).mode & 0o111) !== 0 ? ' x' : ''
      found[name] = (await readFile(path)).toString('hex') + executable
    }
  }
  return found
}

describe('packing, inspecting and extracting', () => {
  const name = fc
    .array(fc.string({ unit: fc.constantFrom(...'abcdefghijkl-_ü日'), minLength: 1, maxLength: 60 }), {
      minLength: 1,
      maxLength: 4,
    })
    .map((parts) => `share/${parts.join('/')}`)

  it('gives back what was packed, in both formats and however it arrives', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(name, fc.uint8Array({ maxLength: 3_000 }), { maxKeys: 8 }),
        fc.array(fc.integer({ min: 1, max: 5_000 }), { minLength: 1, maxLength: 4 }),
        fc.constantFrom(...COMPRESSION_LEVELS),
        async (files, pieces, level) => {
          const names = Object.keys(files)
          fc.pre(names.every((one) => names.every((other) => !other.startsWith(`${one}/`))))
          const folder = await temporaryFolder()
          const source = join(folder, 'source')
          await writeFiles(source, { ...files, 'bin/tool': 'x' })
          const entries = await listPackEntries(source)
          const packed = await compressArchive(entries, folder, { level })
          expect(packed).toMatchObject(await digestTar(entries))
          for (const { path, format, sha256, size } of packed.archives) {
            const bytes = await readFile(path)
            expect(await inspectArchive(inPieces(bytes, pieces), format)).toMatchObject({
              digest: packed.digest,
              unpackedSize: packed.unpackedSize,
            })
            const destination = join(folder, format)
            const expected = { sha256, size, digest: packed.digest, unpackedSize: packed.unpackedSize }
            await extractArchive(inPieces(bytes, pieces), format, destination, { expected })
            expect(await contents(destination)).toEqual(await contents(source))
          }
        },
      ),
      { numRuns: 25 },
    )
  })

  it('gives the same compressed bytes again, so that an interrupted upload can go on', async () => {
    const folder = await temporaryFolder()
    await writeFiles(folder, { 'source/bin/tool': randomBytes(300_000) })
    await run('chmod', ['+x', join(folder, 'source/bin/tool')])
    const entries = await listPackEntries(join(folder, 'source'))
    const archives = []
    for (const again of ['a', 'b']) {
      await mkdir(join(folder, again))
      const packed = await compressArchive(entries, join(folder, again), { level: 'default' })
      archives.push(packed.archives.map(({ path, ...rest }) => rest))
    }
    expect(archives[0]).toEqual(archives[1])
  })
})

describe('an archive that can be had again', () => {
  const good = archive(PROGRAM)
  const damaged = { ...good, bytes: Buffer.from(good.bytes).fill(0, 40, 44) }
  const bad = archive(PROGRAM, entry({ name: '../evil' }, 'x'))

  it.each([
    ['is not asked for again when it is right', good, good.bytes, null, 0],
    ['was damaged on the way when the second one is, too', damaged, damaged.bytes, 'digest_mismatch', 1],
    ['was bad from the start when its digest is right', bad, bad.bytes, 'archive_invalid', 1],
    ['was cut off when the second one is short', damaged, good.bytes.subarray(0, 30), 'size_mismatch', 1],
    [
      'is another one when its tar has another digest',
      { ...good, expected: bad.expected },
      bad.bytes,
      'digest_mismatch',
      0,
    ],
  ])('%s', async (_, { bytes, expected }, second, code, times) => {
    const folder = await temporaryFolder()
    let asked = 0
    const again = () => {
      asked += 1
      return inPieces(second, [64])
    }
    const done = extractArchive(inPieces(bytes, [64]), 'tar.gz', join(folder, 'target'), { expected, again })
    if (code === null) await expect(done).resolves.toMatchObject({ programs: ['tool'] })
    else await expect(done).rejects.toMatchObject({ code })
    expect(asked).toBe(times)
  })
})

describe('a failed extraction', () => {
  const cases: [string, ReturnType<typeof archive>, string][] = [
    [
      'bytes with another digest',
      { ...archive(PROGRAM), expected: { ...archive(PROGRAM).expected, sha256: sha256(Buffer.from('')) } },
      'digest_mismatch',
    ],
    [
      'a tar with another digest',
      {
        ...archive(PROGRAM),
        expected: { ...archive(PROGRAM).expected, digest: digestOf(sha256(Buffer.from(''))) },
      },
      'digest_mismatch',
    ],
    [
      'fewer bytes',
      { ...archive(PROGRAM), expected: { ...archive(PROGRAM).expected, size: 5_000 } },
      'size_mismatch',
    ],
    [
      'more bytes',
      { ...archive(PROGRAM), expected: { ...archive(PROGRAM).expected, size: 50 } },
      'size_mismatch',
    ],
    [
      'more unpacked bytes',
      { ...archive(PROGRAM), expected: { ...archive(PROGRAM).expected, unpackedSize: 1024 } },
      'archive_too_large',
    ],
    [
      'damage on the way',
      { ...archive(PROGRAM), bytes: archive(PROGRAM).bytes.fill(0, 40, 44) },
      'digest_mismatch',
    ],
    ['a path that climbs', archive(PROGRAM, entry({ name: '../evil' }, 'x')), 'archive_invalid'],
    ['a link', archive(PROGRAM, entry({ name: 'a', type: '2', link: '/etc' })), 'archive_invalid'],
    ['a name that clashes', archive(PROGRAM, entry({ name: 'bin/TOOL' }, 'x')), 'archive_invalid'],
  ]
  it.each(cases)('leaves nothing behind: %s', async (_, { bytes, expected }, code) => {
    const folder = await temporaryFolder()
    const attempt = extractArchive(inPieces(bytes, [16]), 'tar.gz', join(folder, 'out'), { expected })
    await expect(attempt).rejects.toEqual(failure(code))
    expect(await readdir(folder)).toEqual([])
  })

  it('leaves nothing behind when it is interrupted, and ends the source', async () => {
    const folder = await temporaryFolder()
    const { bytes, expected } = archive(PROGRAM, entry({ name: 'noise' }, randomBytes(2_000_000)))
    const interruption = new AbortController()
    let ended = false
    const source = async function* () {
      try {
        yield* inPieces(bytes, [100_000])
      } finally {
        ended = true
      }
    }
    let taken = 0
    const attempt = extractArchive(source(), 'tar.gz', join(folder, 'out'), {
      expected,
      signal: interruption.signal,
      onProgress: (size) => {
        taken += size
        if (taken > 1_000_000) interruption.abort()
      },
    })
    await expect(attempt).rejects.toEqual(failure('interrupted'))
    expect(ended).toBe(true)
    expect(await readdir(folder)).toEqual([])
  })

  it('passes on why the source failed, and leaves nothing behind', async () => {
    const folder = await temporaryFolder()
    const { bytes, expected } = archive(PROGRAM)
    const source = async function* () {
      yield bytes.subarray(0, 20)
      throw new Error('connection lost')
    }
    await expect(extractArchive(source(), 'tar.gz', join(folder, 'out'), { expected })).rejects.toThrow(
      'connection lost',
    )
    expect(await readdir(folder)).toEqual([])
  })

  it('touches nothing in a folder that exists', async () => {
    const folder = await temporaryFolder()
    await writeFiles(folder, { 'out/mine': 'x' })
    const { bytes, expected } = archive(PROGRAM)
    await expect(
      extractArchive(inPieces(bytes), 'tar.gz', join(folder, 'out'), { expected }),
    ).rejects.toEqual(failure('busy'))
    expect(await readdir(join(folder, 'out'))).toEqual(['mine'])
  })
})

describe('a full disk', () => {
  let mounted: string | null = null
  afterEach(async () => {
    if (mounted !== null) await run('umount', [mounted])
    mounted = null
  })

  it('is named, and nothing is left behind', async (context) => {
    const folder = await temporaryFolder()
    try {
      await run('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', folder])
    } catch {
      return context.skip('a small file system cannot be mounted here')
    }
    mounted = folder
    const { bytes, expected } = archive(PROGRAM, entry({ name: 'noise' }, randomBytes(3_000_000)))
    await expect(
      extractArchive(inPieces(bytes), 'tar.gz', join(folder, 'out'), { expected }),
    ).rejects.toEqual(failure('disk_full'))
    expect(await readdir(folder)).toEqual([])

    const source = await temporaryFolder()
    await writeFiles(source, { 'bin/tool': randomBytes(3_000_000) })
    const entries = await listPackEntries(source)
    await expect(compressArchive(entries, folder, { level: 'fast' })).rejects.toEqual(failure('disk_full'))
    expect(await readdir(folder)).toEqual([])
  })
})

it('extracts with bsdtar and GNU tar to the same files', async (context) => {
  const folder = await temporaryFolder()
  const long = 'n'.repeat(120)
  await writeFiles(folder, { 'source/bin/tool': 'x', [`source/share/naïve/${long}`]: 'y' })
  await run('chmod', ['+x', join(folder, 'source/bin/tool')])
  const entries = await listPackEntries(join(folder, 'source'))
  const { archives } = await compressArchive(entries, folder, { level: 'fast' })
  const gzip = archives.find(({ format }) => format === 'tar.gz')
  if (!gzip) throw new Error('no .tar.gz')
  let tried = 0
  for (const program of ['tar', 'bsdtar']) {
    const found = await run(program, ['--version']).catch(() => null)
    if (found === null) continue
    tried += 1
    await mkdir(join(folder, program))
    // bsdtar warns of names that the locale cannot write.
    const env = { ...process.env, LC_ALL: 'C.UTF-8' }
    const { stderr } = await run(program, ['-xzf', gzip.path, '-C', join(folder, program)], { env })
    expect(stderr).toBe('')
    expect(await contents(join(folder, program))).toEqual(await contents(join(folder, 'source')))
  }
  if (tried === 0) context.skip('neither tar nor bsdtar is installed')
})
