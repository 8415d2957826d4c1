import { execFileSync } from 'node:child_process'
import { cp, mkdir, readdir, readFile, rename, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gunzipSync, zstdCompressSync } from 'node:zlib'
import { makePatch, memorySource } from '@rbee/deltas'
import { platformSchema, sha256Schema, variantNameSchema, versionSchema, workerIdSchema } from '@rbee/schema'
import {
  aManifest,
  anOperator,
  aReleaseInput,
  artifactOf,
  fakeRandomBytes,
  type PackedArchive,
  packedArchive,
  sendArchive,
  sha256Hex,
  streamOf,
} from '@rbee/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { openBundle } from '../bundle/open-bundle.ts'
import { honest, type Lie } from '../trust/testing/lying-proxy.ts'
import { type Ended, type LyingWorld, lyingWorld } from '../trust/testing/lying-world.ts'
import { HOST_ARCH, HOST_OS, program } from './catalog.ts'
import { canMount } from './machine.ts'

// A disk that is full after every so many bytes that a command writes: it says so, nothing is half-done, and the same command
// succeeds once there is room.

const ID = 'echo-worker'
const KiB = 1024
/** More than everything that is written here at once. */
const DISK_BYTES = 10 * 1024 * KiB
/** What is left on the disk, until a command succeeds with it. */
const ROOM = [0, 16, 256, 976, 992, 1008, 1024, 1072, 1280, 2048, 4096, 7168].map((size) => size * KiB)
/** Of the tar, in each frame of an archive: an interrupted download goes on with the frame that it was at. */
const FRAME_BYTES = 40_000
/** So much that more than one piece of its archive, of 512 KiB, comes before it is cut. */
const NOISE = fakeRandomBytes()(1_000_000)

interface Attempts {
  readonly before?: () => Promise<void>
  /** Checks what must be so after a failure. */
  readonly unharmed: () => Promise<void>
  /** How often it has to fail at least. */
  readonly failures?: number
}

const mounts = canMount()

let world: LyingWorld
/** A file system of its own. */
let disk: string
let disks = 0

async function publish(version: string): Promise<{ archive: PackedArchive; tar: Uint8Array }> {
  const files = {
    ...program(ID, `exit 0 # ${version}`),
    'lib/model.bin': Buffer.concat([NOISE, Buffer.from(version)]),
  }
  const gzip = await packedArchive(files, 'tar.gz')
  const tar = gunzipSync(gzip.bytes)
  const frames: Buffer[] = []
  for (let at = 0; at < tar.length; at += FRAME_BYTES)
    frames.push(zstdCompressSync(tar.subarray(at, at + FRAME_BYTES)))
  const bytes = new Uint8Array(Buffer.concat(frames))
  const sha256 = sha256Schema.parse(await sha256Hex(bytes))
  const archive: PackedArchive = { ...gzip, format: 'tar.zst', bytes, sha256, size: bytes.length }
  const { registry } = world.catalog
  for (const one of [archive, gzip]) await sendArchive(registry, anOperator(), one)
  const manifest = aManifest({
    ...{ id: ID, name: ID, binary_name: ID, build: { features: ['cpu'], default_feature: 'cpu' } },
    platforms: { [HOST_OS]: [HOST_ARCH] },
    selftest: { command: [`bin/${ID}`, '--self-test'], timeout_seconds: 20 },
  })
  const artifact = artifactOf([archive, gzip], { platform: `${HOST_OS}-${HOST_ARCH}` })
  const input = aReleaseInput({ manifest, version, artifacts: [artifact] })
  await registry.publishRelease(anOperator(), workerIdSchema.parse(ID), input)
  return { archive, tar }
}

describe.skipIf(!mounts)(`a disk that gets full${mounts ? '' : ' (needs the right to mount)'}`, () => {
  let first: Awaited<ReturnType<typeof publish>>
  let second: Awaited<ReturnType<typeof publish>>
  let host: string

  beforeAll(async () => {
    world = await lyingWorld()
    host = join(world.folder, 'host.json')
    first = await publish('1.0.0')
    second = await publish('1.1.0')
  }, 60_000)
  afterAll(() => world[Symbol.asyncDispose]())
  beforeEach(async () => {
    disks += 1
    disk = join(world.folder, `disk-${disks}`)
    await mkdir(disk)
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${DISK_BYTES}`, 'tmpfs', disk])
  })
  afterEach(() => {
    execFileSync('umount', ['-l', disk])
  })

  const home = () => join(disk, 'home')
  const hive = (...args: string[]) => world.machine(home()).hive(args)
  const install = (version: string, registry = world.catalog.url) =>
    hive('install', `${ID}@${version}`, '--host-profile', host, '--registry', registry)

  /** Leaves so many bytes on the disk. @returns what gives them back. */
  async function leave(bytes: number): Promise<() => Promise<void>> {
    const { bavail, bsize } = await statfs(disk)
    const filler = join(disk, 'filler')
    await writeFile(filler, new Uint8Array(Math.max(0, bavail * bsize - bytes)))
    return () => rm(filler)
  }

  /**
   * Runs a command with ever more room until it succeeds. Before each run, everything on the disk is as `before` made it.
   */
  async function withEverMoreRoom(
    command: () => Promise<Ended>,
    { before = async () => {}, unharmed, failures: least = 3 }: Attempts,
  ): Promise<void> {
    const saved = join(world.folder, `saved-${disks}`)
    await before()
    await cp(disk, saved, { recursive: true, preserveTimestamps: true })
    let failures = 0
    for (const room of ROOM) {
      const free = await leave(room)
      const { code, exitCode, stderr } = await command()
      if (code === 'done') {
        expect(failures).toBeGreaterThanOrEqual(least)
        return
      }
      failures += 1
      expect({ code, exitCode }, `${room} bytes: ${stderr}`).toEqual({ code: 'disk_full', exitCode: 1 })
      expect(stderr).toMatch(/^next: .*free some space/m)
      await unharmed()
      await free()
      const again = await command()
      expect(again.code, `after ${room} bytes: ${again.stderr}`).toBe('done')
      for (const name of await readdir(disk)) await rm(join(disk, name), { recursive: true })
      await cp(saved, disk, { recursive: true, preserveTimestamps: true })
    }
    throw new Error('it never had enough')
  }

  const active = async () => {
    const text = await readFile(join(home(), 'workers', ID, 'active.json'), 'utf8').catch(() => null)
    return text === null ? null : (JSON.parse(text) as { active: { version: string } }).active.version
  }
  const nothingInstalled = async () => expect(await active()).toBeNull()
  const stays = (version: string) => async () => {
    expect(await active()).toBe(version)
    expect((await readdir(join(home(), 'staging'))).filter((name) => !name.endsWith('.journal'))).toEqual([])
    const checked = await hive('doctor')
    expect(checked.stdout).not.toContain('damaged')
  }

  it('stops a download that was interrupted before, and all of it is had later', async () => {
    const { sha256, size } = first.archive
    const cutOff: Lie = (path, answer, response) => {
      if (!path.endsWith(sha256)) return answer
      const again = response.req.headers.range !== undefined
      response.writeHead(200, { 'content-length': size })
      if (again) response.destroy()
      else response.write(answer.body.subarray(0, size * 0.7), () => response.destroy())
      return 'answered'
    }
    const registry = world.turning()
    const before = async () => {
      registry.turn(cutOff)
      expect((await install('1.0.0', registry.url)).code).toBe('registry_unreachable')
      expect((await readdir(join(home(), 'staging'))).some((name) => name.endsWith('.journal'))).toBe(true)
      registry.turn(honest)
    }
    // Each command is a process of its own, which is gone when the next one begins.
    const abandon = async () => {
      const staging = join(home(), 'staging')
      for (const one of await readdir(staging))
        await rename(join(staging, one), join(staging, one.endsWith('.journal') ? 'left.journal' : 'left'))
    }
    let resumed = 0
    const command = async () => {
      await abandon()
      const ended = await install('1.0.0', registry.url)
      if (ended.stderr.includes('going on with an interrupted download')) resumed += 1
      return ended
    }
    await withEverMoreRoom(command, { before, unharmed: nothingInstalled })
    // Also after the failures for want of room: what was unpacked waited for it.
    expect(resumed).toBeGreaterThan(2)
  })

  it('stops a patch, and what is installed stays', async () => {
    const made = await makePatch(memorySource(first.tar), memorySource(second.tar), { now: () => 0 })
    if (typeof made === 'string') throw new Error(made)
    const name = {
      ...{ id: workerIdSchema.parse(ID), version: versionSchema.parse('1.1.0'), from: first.archive.digest },
      ...{
        platform: platformSchema.parse(`${HOST_OS}-${HOST_ARCH}`),
        variant: variantNameSchema.parse('cpu'),
      },
    }
    await world.catalog.registry.putPatch(anOperator(), name, streamOf(made.bytes), made.bytes.length)
    let patched = 0
    const command = async () => {
      const ended = await install('1.1.0')
      if (ended.stderr.includes('patching 1.0.0')) patched += 1
      return ended
    }
    const before = async () => expect((await install('1.0.0')).code).toBe('done')
    await withEverMoreRoom(command, { before, unharmed: stays('1.0.0') })
    expect(patched).toBeGreaterThan(2)
  })

  it('stops a licence that is added and a seat that is taken, and neither is lost', async () => {
    const { token } = await world.catalog.createToken('operator')
    const issued = await fetch(`${world.catalog.url}/v1/licenses`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify({ customer: 'ACME GmbH', workers: [ID], seats: 1 }),
    })
    const { token: licence } = (await issued.json()) as { token: string }
    const license = (...args: string[]) =>
      world.machine(home()).hive(['license', ...args], { env: { RBEE_LICENSE_TOKEN: licence } })
    // The one seat is this machine's, however often it is asked for.
    const command = async () => {
      const added = await license('add', '--registry', world.catalog.url)
      return added.code === 'done' ? license('activate') : added
    }
    const unharmed = async () =>
      expect((await world.machine(home()).hive(['license', 'list'])).code).toBe('done')
    const before = async () => {
      expect((await command()).code).toBe('done')
      expect((await license('release')).code).toBe('done')
      await rm(join(home(), 'licenses.json'))
    }
    await withEverMoreRoom(command, { before, unharmed, failures: 1 })
    const { stdout } = await world.machine(home()).hive(['license', 'list', '--json'])
    expect(JSON.parse(stdout)).toMatchObject({ licenses: [{ customer: 'ACME GmbH' }] })
  })

  it('stops a bundle that is made, and the one before stays', async () => {
    const file = join(disk, 'workers.rbee')
    const create = (version: string) => {
      const args = ['bundle', 'create', `${ID}@${version}`, '-o', file, '--host-profile', host]
      return hive(...args, '--registry', world.catalog.url)
    }
    const unharmed = async () => {
      await using bundle = await openBundle(file, { signal: new AbortController().signal })
      expect(bundle.index.workers[0]?.version).toBe('1.0.0')
      expect((await readdir(disk)).filter((one) => one.startsWith('workers'))).toEqual(['workers.rbee'])
    }
    const before = async () => expect((await create('1.0.0')).code).toBe('done')
    await withEverMoreRoom(() => create('1.1.0'), { before, unharmed })
  })

  it('stops a bundle that is installed, and what is installed stays', async () => {
    const file = join(world.folder, 'whole.rbee')
    const args = ['bundle', 'create', `${ID}@1.1.0`, '-o', file, '--host-profile', host]
    const made = await world.machine().hive([...args, '--registry', world.catalog.url])
    expect(made.code, made.stderr).toBe('done')
    const before = async () => expect((await install('1.0.0')).code).toBe('done')
    const command = () => hive('bundle', 'install', file, '--host-profile', host)
    await withEverMoreRoom(command, { before, unharmed: stays('1.0.0') })
  })

  it('stops a mirror, which shows what it showed before', async () => {
    const folder = join(disk, 'mirror')
    const timestamp = () => readFile(join(folder, 'v1/tuf/timestamp.json'), 'utf8').catch(() => null)
    const command = () =>
      world.machine().hive(['mirror', 'sync', folder, ID, '--registry', world.catalog.url, '--yes'])
    const unharmed = async () => expect(await timestamp()).toBeNull()
    await withEverMoreRoom(command, { unharmed })
    expect(await timestamp()).not.toBeNull()
  })
})
