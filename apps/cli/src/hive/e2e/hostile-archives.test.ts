import { createHash } from 'node:crypto'
import { lstat, readdir } from 'node:fs/promises'
import { crc32, gzipSync, constants as zlib, zstdCompressSync } from 'node:zlib'
import { type ArchiveFormat, releaseDocumentSchema, UPLOAD_PART_BYTES, uploadStateSchema } from '@rbee/schema'
import { fakeRandomBytes } from '@rbee/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { entry, header, PROGRAM, pax, tar } from '../../../../../packages/packaging/test/tar-writer.ts'
import { program as hiveProgram } from '../../commands/rbee-hive/index.ts'
import { runProgram } from '../../program/run.ts'
import { program, startCatalog, type TestCatalog } from './catalog.ts'
import { aMachine, type Machine } from './machine.ts'
import { aMirror, faithful, type Mirror } from './mirror.ts'

const ID = 'tool'

/** An archive that no one may accept: compressed bytes, and the tar that they claim to hold. */
interface HostileArchive {
  readonly format: ArchiveFormat
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly tar: Uint8Array
}

const zstd = (bytes: Uint8Array, params: Record<number, number> = {}, dictionary?: Buffer) =>
  zstdCompressSync(bytes, { params, dictionary })

/** A tar that is compressed as it should be. */
function tarred(...parts: Uint8Array[]): HostileArchive {
  const bytes = tar(...parts)
  return { format: 'tar.gz', bytes: new Uint8Array(gzipSync(bytes)), tar: bytes }
}

/** A good tar in bytes that are not what they should be. */
function packed(format: ArchiveFormat, bytes: Uint8Array, inside: Uint8Array = GOOD): HostileArchive {
  return { format, bytes: new Uint8Array(bytes), tar: inside }
}

const changed = (bytes: Uint8Array, offset: number, value: number) => {
  const copy = Buffer.from(bytes)
  copy[offset < 0 ? copy.length + offset : offset] = value
  return copy
}

const GOOD = tar(PROGRAM)
const LARGE = tar(PROGRAM, entry({ name: 'noise' }, Buffer.from(fakeRandomBytes()(300_000))))
const named = (name: string | Uint8Array) => tarred(PROGRAM, entry({ name }, 'x'))
const folded = (one: string, other: string) =>
  tarred(PROGRAM, pax({ path: one }), entry({}, 'x'), pax({ path: other }), entry({}, 'x'))
/** Frame header with a dictionary id of one byte and one empty last block (RFC 8878, 3.1.1). */
const WITH_DICTIONARY_ID = Buffer.from('28b52ffd210701010000', 'hex')
const SKIPPABLE = Buffer.concat([Buffer.from('502a4d18', 'hex'), Buffer.from('ffffffff', 'hex')])

const ARCHIVES: Readonly<Record<string, () => HostileArchive>> = {
  'climbs by its name': () => named('../evil'),
  'climbs in the middle': () => named('lib/../../evil'),
  'climbs by its prefix': () => tarred(PROGRAM, entry({ prefix: '../..', name: 'evil' }, 'x')),
  'climbs by pax': () => tarred(PROGRAM, pax({ path: '../evil' }), entry({}, 'x')),
  'climbs by a GNU long name': () => tarred(PROGRAM, entry({ type: 'L' }, '../evil\0'), entry({}, 'x')),
  'climbs with backslashes': () => named('..\\evil'),
  'has an absolute name': () => named('/tmp/rbee-evil'),
  'has a drive': () => named('C:evil'),
  'has a symbolic link': () => tarred(PROGRAM, entry({ name: 'a', type: '2', link: '/etc/passwd' })),
  'writes through a link': () =>
    tarred(PROGRAM, entry({ name: 'lib', type: '2', link: '/tmp' }), entry({ name: 'lib/evil' }, 'x')),
  'has a hard link': () => tarred(PROGRAM, entry({ name: 'a', type: '1', link: 'bin/tool' })),
  'has a character device': () => tarred(PROGRAM, entry({ name: 'a', type: '3' })),
  'has a block device': () => tarred(PROGRAM, entry({ name: 'a', type: '4' })),
  'has a named pipe': () => tarred(PROGRAM, entry({ name: 'a', type: '6' })),
  'has a GNU sparse file': () => tarred(PROGRAM, entry({ name: 'a', type: 'S' })),
  'has a pax sparse file': () => tarred(PROGRAM, pax({ 'GNU.sparse.map': '0,1' }), entry({ name: 'a' })),
  'has a GNU multi-volume entry': () => tarred(PROGRAM, entry({ name: 'a', type: 'M' })),
  'sets the user of who runs it': () => tarred(entry({ mode: '0004755\0' }, 'x')),
  'names a file twice': () => tarred(PROGRAM, PROGRAM),
  'names clash by case': () => folded('lib/data', 'LIB/DATA'),
  'names clash by normalisation': () => folded('lib/n\u00e4', 'lib/na\u0308'),
  'names clash by sharp s': () => folded('lib/stra\u00dfe', 'lib/STRASSE'),
  'a name is reserved by Windows': () => named('lib/NUL.txt'),
  'a name ends in a dot': () => named('lib/data.'),
  'a name ends in a blank': () => named('lib/data '),
  'a name is an alternate stream': () => named('lib/data:stream'),
  'a name turns its direction': () => named('lib/\u202egpj.exe'),
  'a name is no UTF-8': () => named(Buffer.from([0x6c, 0xff])),
  'a name holds NUL': () => tarred(PROGRAM, pax({ path: 'a\0b' }), entry({}, 'x')),
  'a name is too long': () => tarred(PROGRAM, pax({ path: 'n'.repeat(300) }), entry({}, 'x')),
  'a name is nested too deep': () => tarred(PROGRAM, pax({ path: `${'d/'.repeat(100)}x` }), entry({}, 'x')),
  'long names are chained': () =>
    tarred(PROGRAM, entry({ type: 'L' }, 'a\0'), entry({ type: 'L' }, 'b\0'), entry({}, 'x')),
  'pax says another size': () => tarred(PROGRAM, pax({ size: '1024' }), entry({ name: 'a' }, 'x')),
  'the size is negative': () => tarred(PROGRAM, header({ name: 'a', size: '-0000000001\0' })),
  'the size is in base 256': () =>
    tarred(PROGRAM, header({ name: 'a', size: Buffer.from('800000000000000000000001', 'hex') })),
  'the size is a bomb': () => tarred(PROGRAM, header({ name: 'a', size: 8 ** 12 - 1 })),
  'the checksum is wrong': () => tarred(PROGRAM, entry({ name: 'a', checksum: '0000001\0' })),
  'the header is of v7': () => tarred(PROGRAM, entry({ name: 'a', magic: '\0'.repeat(8) })),
  'there is no program': () => tarred(entry({ name: 'LICENSE' }, 'x')),
  'there is nothing': () => tarred(),
  'the end is missing': () => packed('tar.gz', gzipSync(PROGRAM), PROGRAM),
  'it is cut in a header': () => packed('tar.gz', gzipSync(GOOD.subarray(0, 300)), GOOD.subarray(0, 300)),
  'two archives follow each other': () => {
    const bytes = Buffer.concat([GOOD, tar(entry({ name: 'hidden' }, 'x'))])
    return packed('tar.gz', gzipSync(bytes), bytes)
  },
  'something follows the end': () => {
    const bytes = Buffer.concat([GOOD, Buffer.from('garbage')])
    return packed('tar.gz', gzipSync(bytes), bytes)
  },
  'gzip: cut': () => packed('tar.gz', gzipSync(LARGE).subarray(0, -9), LARGE),
  'gzip: followed by garbage': () => packed('tar.gz', Buffer.concat([gzipSync(GOOD), Buffer.from('x')])),
  'gzip: wrong sum': () => {
    const bytes = Buffer.from(gzipSync(GOOD))
    bytes.writeUInt32LE((crc32(GOOD) ^ 1) >>> 0, bytes.length - 8)
    return packed('tar.gz', bytes)
  },
  'gzip: wrong length': () => packed('tar.gz', changed(gzipSync(GOOD), -1, 7)),
  'gzip: is zstd': () => packed('tar.gz', zstd(GOOD)),
  'zstd: is gzip': () => packed('tar.zst', gzipSync(GOOD)),
  'zstd: cut': () => packed('tar.zst', zstd(LARGE).subarray(0, -5), LARGE),
  'zstd: followed by garbage': () => packed('tar.zst', Buffer.concat([zstd(GOOD), Buffer.from('garbage')])),
  'zstd: wrong sum': () => {
    const bytes = zstd(LARGE, { [zlib.ZSTD_c_checksumFlag]: 1 })
    return packed('tar.zst', changed(bytes, -1, (bytes.at(-1) ?? 0) ^ 1), LARGE)
  },
  'zstd: dictionary id': () => packed('tar.zst', Buffer.concat([WITH_DICTIONARY_ID, zstd(GOOD)])),
  'zstd: made with a dictionary': () => packed('tar.zst', zstd(GOOD, {}, GOOD)),
  'zstd: skippable frame without an end': () => packed('tar.zst', Buffer.concat([zstd(GOOD), SKIPPABLE])),
  'zstd: window too large': () => {
    const params = { [zlib.ZSTD_c_windowLog]: 27, [zlib.ZSTD_c_contentSizeFlag]: 0 }
    return packed('tar.zst', changed(zstd(LARGE, params), 5, 0xf8), LARGE)
  },
  'zstd: says another size of its contents': () => {
    const bytes = zstd(LARGE)
    return packed('tar.zst', changed(bytes, 6, (bytes[6] ?? 0) ^ 1), LARGE)
  },
}

const sum = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

let catalog: TestCatalog
let mirror: Mirror
let machine: Machine
let host: string
let token: string
beforeAll(async () => {
  catalog = await startCatalog()
  await catalog.publish({ id: ID, variants: { cpu: program(ID, 'exit 0') } })
  token = await catalog.publishToken()
  mirror = await aMirror(catalog.url)
  // What it offers could be signed by whoever runs it.
  mirror.signed = false
  machine = await aMachine(mirror.url)
  host = await machine.profile({})
})
afterAll(async () => {
  await machine[Symbol.asyncDispose]()
  await mirror[Symbol.asyncDispose]()
  await catalog[Symbol.asyncDispose]()
})

const REFUSALS = ['archive_invalid', 'archive_too_large']

describe.each(Object.entries(ARCHIVES))('an archive in which: %s', (_, make) => {
  it('is refused when it is uploaded, and not stored', () => expectRefused(make()))

  it('is refused when a lying mirror offers it, and nothing is left of it', async () => {
    lie(make())
    const { code, stdout } = await hive('install', ID, '--allow-unsigned', '--host-profile', host, '--json')
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: expect.toSatisfy((found) => REFUSALS.includes(found)) },
    })
    expect(code).toBe(4)
    expect(await machine.staging()).toEqual([])
    expect(await machine.active(ID)).toBeNull()
    expect(await readdir(machine.folder)).not.toContain('evil')
    await expect(lstat('/tmp/rbee-evil')).rejects.toMatchObject({ code: 'ENOENT' })
  })
})

it('an archive of more files than any worker has is refused', () => {
  const files = Array.from({ length: 50_001 }, (_, number) => header({ name: `n${number}` }))
  return expectRefused(tarred(PROGRAM, ...files))
})

it('what is not hostile is installed from the same mirror', async () => {
  lie(tarred(entry({}, '#!/bin/sh\nexit 0\n')))
  expect((await hive('install', ID, '--allow-unsigned', '--host-profile', host, '--json')).code).toBe(0)
  expect(await machine.active(ID)).toBe('0.1.0 cpu')
})

/** Uploads an archive in every detail as its bytes are; the registry must not take it. */
async function expectRefused({ format, bytes, tar: inside }: HostileArchive): Promise<void> {
  const sha256 = sum(bytes)
  const declared = { format, sha256, size: bytes.length, digest: `sha256:${sum(inside)}` }
  const state = uploadStateSchema.parse(await call('POST', '/v1/uploads', JSON.stringify(declared)))
  for (let part = 1; part <= state.parts; part += 1) {
    const from = (part - 1) * UPLOAD_PART_BYTES
    const path = `/v1/uploads/${state.upload_id}/parts/${part}`
    await call('PUT', path, bytes.slice(from, from + UPLOAD_PART_BYTES))
  }
  const answer = await call('POST', `/v1/uploads/${state.upload_id}/complete`)
  expect(answer).toMatchObject({ code: expect.toSatisfy((code) => REFUSALS.includes(code)) })
  const blob = await fetch(`${catalog.url}/v1/blobs/sha256/${sha256}`, { method: 'HEAD' })
  expect(blob.status).toBe(404)
}

async function call(method: string, path: string, body?: string | Uint8Array<ArrayBuffer>): Promise<unknown> {
  const type = typeof body === 'string' ? 'application/json' : 'application/octet-stream'
  const headers = {
    authorization: `Bearer ${token}`,
    ...(body === undefined ? {} : { 'content-type': type }),
  }
  return (await fetch(catalog.url + path, { method, headers, body })).json()
}

/** Lets the mirror offer an archive in place of the true one, with documents that fit it. */
function lie({ format, bytes, tar: inside }: HostileArchive): void {
  mirror.answer = (request, response) => faithful(request, response, Buffer.from(bytes))
  mirror.document = (path, text) => {
    if (!path.startsWith(`/v1/workers/${ID}/`)) return text
    const release = releaseDocumentSchema.safeParse(JSON.parse(text))
    if (!release.success) return text
    const archive = {
      format,
      size: bytes.length,
      checksum: `sha256:${sum(bytes)}`,
      download_url: `/v1/blobs/sha256/${sum(bytes)}`,
    }
    const artifact = { digest: `sha256:${sum(inside)}`, unpacked_size: inside.length, archives: [archive] }
    return JSON.stringify({
      ...release.data,
      variants: release.data.variants.map((variant) => ({
        ...variant,
        artifacts: variant.artifacts.map((one) => ({ ...one, ...artifact })),
      })),
    })
  }
}

/** The program itself in this process, which starts a hundred times as fast. */
async function hive(...argv: string[]): Promise<{ code: number; stdout: string }> {
  let stdout = ''
  const code = await runProgram(hiveProgram, {
    argv,
    program: [],
    env: machine.env,
    cwd: machine.folder,
    stdout: {
      write: (text) => {
        stdout += text
      },
    },
    stderr: { write: (_text, done) => done?.(), isTTY: false, columns: () => 80 },
    clock: Date.now,
    version: '0.0.0',
    signal: new AbortController().signal,
  })
  return { code, stdout }
}
