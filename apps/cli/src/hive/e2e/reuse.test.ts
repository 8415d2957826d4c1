import { mkdir, mkdtemp, open, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { compressArchive, listPackEntries } from '@rbee/packaging'
import { aManifest, anOperator, aReleaseInput, artifactOf, fakeRandomBytes, sendArchive } from '@rbee/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { HOST_ARCH, HOST_OS, program, startCatalog, type TestCatalog } from './catalog.ts'
import { aMachine, type Machine, until } from './machine.ts'
import { aMirror, faithful, type Mirror } from './mirror.ts'

const MiB = 2 ** 20
const random = fakeRandomBytes()
/** What nothing compresses, in a frame that fills the last chunk of a decoder. */
const MODEL = random(20 * MiB)
/** More than what is fetched at once. */
const OWN = random(6 * MiB)

let catalog: TestCatalog
let mirror: Mirror
let machine: Machine
let host: string
/** Bytes of archives that were sent. */
let sent = 0

beforeAll(async () => {
  catalog = await startCatalog()
  await publish('first-worker', { 'share/model.bin': MODEL })
  await publish('second-worker', { 'lib/other.bin': OWN, 'models/the-same.bin': MODEL, 'models/z': 'z' })
}, 60_000)
afterAll(() => catalog[Symbol.asyncDispose]())
beforeEach(async () => {
  mirror = await aMirror(catalog.url)
  mirror.answer = counted
  machine = await aMachine(mirror.url)
  host = await machine.profile({})
  expect(await install('first-worker')).toMatchObject({ code: 0 })
  mirror.ranges.length = 0
  sent = 0
})
afterEach(async () => {
  await machine[Symbol.asyncDispose]()
  await mirror[Symbol.asyncDispose]()
})

/** Publishes what `rbee-publish` packs. */
async function publish(id: string, more: Readonly<Record<string, string | Uint8Array>>): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), 'rbee-reuse-'))
  try {
    const source = join(root, 'source')
    for (const [name, bytes] of Object.entries(program(id, '', more))) {
      await mkdir(dirname(join(source, name)), { recursive: true })
      await writeFile(join(source, name), bytes, { mode: name.startsWith('bin/') ? 0o755 : 0o644 })
    }
    const { digest, unpackedSize, archives } = await compressArchive(await listPackEntries(source), root, {
      level: 'fast',
      formats: ['tar.zst'],
    })
    const [archive] = archives
    if (archive === undefined) throw new Error('nothing was packed')
    const packed = { ...archive, bytes: new Uint8Array(await readFile(archive.path)), digest, unpackedSize }
    const caller = anOperator()
    await sendArchive(catalog.registry, caller, packed)
    const artifact = artifactOf([packed], { platform: `${HOST_OS}-${HOST_ARCH}`, variant: 'cpu' })
    const manifest = aManifest({
      ...{ id, name: id, binary_name: id, build: { features: ['cpu'], default_feature: 'cpu' } },
      platforms: { linux: [], macos: [], windows: [], [HOST_OS]: [HOST_ARCH] },
      selftest: { command: [`bin/${id}`, '--self-test'], timeout_seconds: 20 },
    })
    const input = aReleaseInput({ manifest, version: '0.1.0', artifacts: [artifact] })
    await catalog.registry.publishRelease(caller, manifest.id, input)
  } finally {
    await rm(root, { recursive: true })
  }
}

function counted(request: IncomingMessage, response: ServerResponse, archive: Buffer): void {
  const [, first = '0', last = ''] = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '') ?? []
  sent += (last === '' ? archive.length : Number(last) + 1) - Number(first)
  faithful(request, response, archive)
}

const install = (worker: string) => machine.hive('install', worker, '--host-profile', host)

async function installSecond() {
  const { code, value, stderr } = await machine.hiveJson('install', 'second-worker', '--host-profile', host)
  expect({ code, stderr }).toMatchObject({ code: 0 })
  const { transfer } = value as { transfer: { bytes: number; reused_bytes: number } }
  return { transfer, stderr }
}

async function fileOf(worker: string, name: string): Promise<string> {
  const builds = join(machine.home, 'workers', worker, 'builds')
  const [build = ''] = await readdir(builds)
  return join(builds, build, name)
}

async function expectWhole(): Promise<void> {
  expect(await machine.active('second-worker')).toBe('0.1.0 cpu')
  expect(await machine.staging()).toEqual([])
  for (const [name, bytes] of [
    ['models/the-same.bin', MODEL],
    ['lib/other.bin', OWN],
  ] as const)
    expect(Buffer.compare(await readFile(await fileOf('second-worker', name)), bytes)).toBe(0)
  // It computes the digest of the archive once more.
  expect(await machine.hive('doctor')).toMatchObject({ code: 0 })
}

describe('a worker with a large file that another one has', () => {
  it('is installed without fetching the file again', async () => {
    const { transfer, stderr } = await installSecond()
    expect(transfer.bytes).toBe(sent)
    expect(sent).toBeLessThan(6.2 * MiB)
    expect(transfer.reused_bytes).toBeGreaterThanOrEqual(20 * MiB)
    expect(stderr).toMatch(/20\.0 MiB of 26\.\d MiB were here already/)
    await expectWhole()
  })

  it('is what was published where the other file was changed and looks as before', async () => {
    const path = await fileOf('first-worker', 'share/model.bin')
    const moment = new Date(1_000_000_000_000)
    await utimes(path, moment, moment)
    await installSecond()
    expect(await machine.hive('uninstall', 'second-worker')).toMatchObject({ code: 0 })
    const file = await open(path, 'r+')
    await file.write(Buffer.of(1, 2, 3), 0, 3, 10 * MiB)
    await file.close()
    await utimes(path, moment, moment)
    expect((await installSecond()).stderr).toContain('downloading the archive without it')
    await expectWhole()
  })

  it('is gone on with after SIGKILL, still without the file', async () => {
    mirror.answer = (request, response, archive) => {
      if (!request.headers.range?.startsWith('bytes=0-')) return faithful(request, response, archive)
      const end = Number(/(\d+)$/.exec(request.headers.range)?.[1])
      response.writeHead(206, { 'content-range': `bytes 0-${end}/${archive.length}` })
      response.write(archive.subarray(0, end - 100_000))
    }
    const { child, finished } = machine.start('rbee-hive', [
      ...['install', 'second-worker', '--host-profile', host],
    ])
    await until(async () => (await machine.staging()).some((name) => name.endsWith('.journal')))
    child.kill('SIGKILL')
    await finished
    mirror.answer = counted
    const { stderr } = await installSecond()
    expect(stderr).toContain('going on with an interrupted download')
    expect(sent).toBeLessThan(6.2 * MiB)
    await expectWhole()
  })
})
