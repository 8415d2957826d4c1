import { createHash } from 'node:crypto'
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { compressArchive, type IndexedFile, parseFrameIndex, readResumePoint } from '@rbee/packaging'
import { digestOf, type InstallPlan, RbeeError, sha256Of, sha256Schema } from '@rbee/schema'
import { fakeRandomBytes } from '@rbee/testing'
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createTerminal } from '../../program/terminal.ts'
import type { FetchBytes } from '../../registry/fetch-bytes.ts'
import { fetchArchive } from '../fetch-archive.ts'
import { type HiveHome, hiveHome } from '../home.ts'

const MiB = 2 ** 20
const random = fakeRandomBytes()
const FILES = {
  'bin/a': random(1000),
  'lib/b.so': random(1.5 * MiB),
  'lib/c.so': random(2 * MiB),
  'lib/d.so': random(1.2 * MiB + 3),
}
type Name = keyof typeof FILES

let packed: { bytes: Buffer; index: readonly IndexedFile[]; artifact: NonNullable<InstallPlan['artifact']> }
let root: string
let home: HiveHome
let told: string
/** Ranges that were asked for. */
let asked: string[]
/** Bytes that were sent. */
let sent: number

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rbee-reuse-'))
  const entries = Object.entries(FILES).map(([name, bytes]) => {
    const common = { name, type: 'file' as const, size: bytes.length, executable: name.startsWith('bin/') }
    return { ...common, source: { bytes } }
  })
  const options = { level: 'fast', formats: ['tar.zst'] } as const
  const { archives, digest, unpackedSize } = await compressArchive(entries, folder, options)
  const bytes = await readFile(archives[0]?.path ?? '')
  await rm(folder, { recursive: true })
  const index = parseFrameIndex(bytes, bytes.length)
  if (index === null) throw new Error('it has no index')
  packed = { bytes, index, artifact: artifactOf(bytes, digest, unpackedSize) }
})

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rbee-reuse-'))
  home = hiveHome(root, '/')
  await mkdir(home.staging, { recursive: true })
  told = ''
  asked = []
  sent = 0
})
afterEach(() => rm(root, { recursive: true }))

function artifactOf(bytes: Uint8Array, digest: typeof packed.artifact.digest, unpackedSize: number) {
  const sha256 = sha256Schema.parse(createHash('sha256').update(bytes).digest('hex'))
  return {
    ...{ format: 'tar.zst' as const, size: bytes.length, checksum: digestOf(sha256), digest },
    ...{ unpacked_size: unpackedSize, download_url: 'http://registry.example/v1/blobs/x' },
  }
}

async function installed(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(home.workers, 'other/builds/1.0.0-cpu-x', name)
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, bytes)
  return path
}

/** A server that knows ranges. */
function serving(bytes: Uint8Array): FetchBytes {
  return async (_url, { headers }) => {
    const range = headers.range ?? ''
    asked.push(range)
    const [, first = '0', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? []
    const part = bytes.subarray(Number(first), last === '' ? undefined : Number(last) + 1)
    return {
      status: range === '' ? 200 : 206,
      headers: { get: () => (range === '' ? null : `bytes ${first}-${last}/${bytes.length}`) },
      body: pieces(part),
    }
  }
}

async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 100_000) {
    const piece = new Uint8Array(bytes.subarray(at, at + 100_000))
    sent += piece.length
    yield piece
  }
}

const staging = () => ({ folder: join(home.staging, 'new'), journal: join(home.staging, 'new.journal') })

async function fetched(fetchBytes: FetchBytes, artifact = packed.artifact) {
  const terminal = createTerminal({
    ...{ write: (text) => (told += text), columns: () => 80, clock: Date.now },
    ...{ interactive: false, quiet: false, color: false },
  })
  const from = await readResumePoint(staging().journal, sha256Of(artifact.checksum))
  const surroundings = { env: {}, terminal, signal: new AbortController().signal, fetchBytes }
  let counted = 0
  const { reused } = await fetchArchive({ ...staging(), from }, artifact, home, surroundings, (count) => {
    counted += count
  })
  for (const [name, bytes] of Object.entries(FILES))
    expect(Buffer.compare(await readFile(join(staging().folder, name)), bytes)).toBe(0)
  expect(await readdir(home.staging)).toEqual(['new'])
  expect(counted).toBeLessThanOrEqual(sent)
  return reused
}

describe('an archive of which files are installed', () => {
  it('is fetched without all of them', async () => {
    for (const name of ['lib/b.so', 'lib/c.so', 'lib/d.so'] as const)
      await installed(`${name}.1`, FILES[name])
    expect(await fetched(serving(packed.bytes))).toBeGreaterThan(4.6 * MiB)
    // The index with the end; the beginning; what stands between the files.
    expect(asked).toHaveLength(4)
    expect(sent).toBeLessThan(70_000)
    expect(Object.keys(JSON.parse(await readFile(home.fileDigests, 'utf8')).digests)).toHaveLength(3)
  })

  it('is fetched as before where too little is saved', async () => {
    await installed('lib/b.so', FILES['lib/b.so'].slice(1))
    await installed('lib/other', random(1.5 * MiB))
    expect(await fetched(serving(packed.bytes))).toBe(0)
    expect(asked.at(-1)).toBe('')
  })

  it('is not asked about where no large file is installed', async () => {
    await installed('lib/small', FILES['bin/a'])
    expect(await fetched(serving(packed.bytes))).toBe(0)
    expect(asked).toEqual([''])
  })

  it('is fetched as before where it is of a time without index', async () => {
    await installed('lib/c.so', FILES['lib/c.so'])
    const bytes = withoutIndex()
    expect(await fetched(serving(bytes), relabelled(bytes))).toBe(0)
    expect(told).not.toContain('downloading the archive without it')
  })

  it('is fetched as before from a server without ranges', async () => {
    await installed('lib/c.so', FILES['lib/c.so'])
    const whole = serving(packed.bytes)
    expect(await fetched((url, init) => whole(url, { ...init, headers: {} }))).toBe(0)
  })

  it('is gone on with as a whole where the server knows no ranges later', async () => {
    await installed('lib/c.so', FILES['lib/c.so'])
    const server = serving(packed.bytes)
    const forgetful: FetchBytes = (url, init) =>
      server(url, asked.length > 0 && !asked.includes('') ? { ...init, headers: {} } : init)
    expect(await fetched(forgetful)).toBe(0)
    expect(told).toContain('downloading the archive without it')
  })

  it('goes on from the file that was written to while it was used', async () => {
    const path = await installed('lib/c.so', FILES['lib/c.so'])
    const server = serving(packed.bytes)
    const meanwhile: FetchBytes = async (url, init) => {
      if (init.headers.range?.startsWith('bytes=0-')) await appendFile(path, 'more')
      return server(url, init)
    }
    expect(await fetched(meanwhile)).toBe(0)
    expect(told).toContain('downloading the archive without it')
    const { at = 0 } = packed.index[1] ?? {}
    expect(asked.at(-1)).toBe(`bytes=${at}-`)
  })

  it('goes on after it broke off, in the middle of what is installed and behind it', async () => {
    await installed('lib/c.so', FILES['lib/c.so'])
    const server = serving(packed.bytes)
    let lost = true
    const gone: FetchBytes = (url, init) => {
      // The request for what stands behind the installed file.
      if (lost && asked.length >= 2) throw new RbeeError('registry_unreachable', 'the network is gone')
      return server(url, init)
    }
    await expect(fetched(gone)).rejects.toMatchObject({ code: 'registry_unreachable' })
    lost = false
    const before = sent
    asked = []
    sent = 0
    await fetched(gone)
    expect(before + sent).toBeLessThan(packed.bytes.length - 2 * MiB + 3 * 70_000)
    expect(told).toContain('going on with an interrupted download')
  })
})

describe('an index that lies', () => {
  type Change = (index: IndexedFile[]) => unknown
  const change =
    (place: number, by: Partial<IndexedFile>): Change =>
    (index) =>
      index.map((file, n) => (n === place ? { ...file, ...by } : file))
  const moved =
    (by: number): Change =>
    (index) =>
      index.map((file) => ({ ...file, at: file.at + by }))
  const sizeOf = (name: Name) => FILES[name].length

  it.each<[string, Change]>([
    [
      'the digest of another file',
      (index) => index.map((file) => ({ ...file, sha256: digestOfFile('lib/c.so') })),
    ],
    ['a place before its frame', moved(-1)],
    ['a place behind it', moved(1)],
    ['frames that are too short', change(1, { frames: [[1_500_000, sizeOf('lib/c.so')]] })],
    ['frames that are too long', change(1, { frames: [[sizeOf('lib/c.so') + 2000, sizeOf('lib/c.so')]] })],
    [
      'the file in place of another',
      (index) => change(0, { ...index[1], at: index[0]?.at ?? 0 })(index.slice(0, 1)),
    ],
    [
      'the file twice',
      (index) => [index[1], { ...index[1], at: 3_800_000, frames: [[900_000, sizeOf('lib/c.so')]] }],
    ],
    ['the file in many frames', change(1, { frames: Array.from({ length: 512 }, () => [4096, 4096]) })],
  ])('costs no more than a download: %s', async (_what, lie) => {
    await installed('lib/c.so', FILES['lib/c.so'])
    const bytes = Buffer.concat([withoutIndex(), frameOf(lie([...packed.index]))])
    await fetched(serving(bytes), relabelled(bytes))
    expect(sent).toBeLessThan(2 * bytes.length + 70_000)
  })
})

function digestOfFile(name: Name) {
  return sha256Schema.parse(createHash('sha256').update(FILES[name]).digest('hex'))
}

function withoutIndex(): Buffer {
  const foot = packed.bytes.length - 12
  return packed.bytes.subarray(0, foot - packed.bytes.readUInt32LE(foot) - 8)
}

function relabelled(bytes: Uint8Array) {
  return artifactOf(bytes, packed.artifact.digest, packed.artifact.unpacked_size)
}

/** As an index is written, without what an honest writer looks at. */
function frameOf(files: unknown): Buffer {
  const json = Buffer.from(JSON.stringify({ files }))
  const [head, foot] = [Buffer.alloc(8), Buffer.alloc(4)]
  head.writeUInt32LE(0x184d2a57)
  head.writeUInt32LE(json.length + 12, 4)
  foot.writeUInt32LE(json.length)
  return Buffer.concat([head, json, foot, Buffer.from('rbeefrm1')])
}
