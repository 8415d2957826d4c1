import { execFileSync, spawnSync } from 'node:child_process'
import { copyFile, mkdir, readdir, readFile, symlink, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RbeeError, workerIdSchema } from '@rbee/schema'
import { aKeyChange, anOperator, aPublisherSigner } from '@rbee/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXIT } from '../../program/exit-codes.ts'
import { aMachine } from '../e2e/machine.ts'
import { aMirror, stuck } from '../e2e/mirror.ts'
import { honest } from '../trust/testing/lying-proxy.ts'
import { type LyingWorld, lyingWorld } from '../trust/testing/lying-world.ts'
import { sumText } from './bundle-index.ts'
import { END, headerOf, paddingOf } from './container.ts'
import { openBundle } from './open-bundle.ts'

const ID = workerIdSchema.parse('echo-worker')
const PROGRAM = fileURLToPath(new URL('../../../bin/rbee-hive.js', import.meta.url))
const SEED = 20_261_122
const PLACES = 400
const DAY_MS = 86_400_000
const DAMAGED = { exitCode: EXIT.refused, code: 'bundle_invalid' }

let world: LyingWorld
let whole: Buffer
let copies = 0

beforeAll(async () => {
  world = await lyingWorld()
  const publisher = aPublisherSigner(1)
  await world.publish(ID, '1.0.0')
  const bound = aKeyChange(ID, [], 'bound', publisher, [publisher])
  await world.catalog.registry.changeKeys(anOperator(), ID, bound)
  await world.publish(ID, '1.1.0', publisher)
  await world.publish('other-worker', '1.0.0')
  await create('workers.rbee', 'echo-worker', 'other-worker')
  whole = await readFile(at('workers.rbee'))
}, 60_000)
afterAll(() => world[Symbol.asyncDispose]())

const at = (name: string) => join(world.folder, name)

async function create(output: string, ...args: string[]) {
  const host = ['--host-profile', 'host.json', '--registry', world.catalog.url, '-o', output]
  const ended = await world.machine().hive(['bundle', 'create', ...args, ...host])
  expect(ended).toMatchObject({ code: 'done', exitCode: 0 })
}

async function kept(bytes: Uint8Array): Promise<string> {
  copies += 1
  const name = `copy-${copies}.rbee`
  await writeFile(at(name), bytes)
  return name
}

const install = (machine: ReturnType<LyingWorld['machine']>, file: string, ...more: string[]) =>
  machine.hive(['bundle', 'install', file, '--host-profile', 'host.json', ...more])

async function codeOf(path: string): Promise<string> {
  try {
    await using _bundle = await openBundle(path, { signal: new AbortController().signal })
    return 'opened'
  } catch (error) {
    if (error instanceof RbeeError) return error.code
    throw error
  }
}

/** The files of a bundle, by their names and in their order, and put together again. */
function filesOf(bytes: Buffer): [string, Buffer][] {
  const files: [string, Buffer][] = []
  for (let start = 0; start < bytes.length - END.length; ) {
    const name = bytes.toString('latin1', start, start + 100).replace(/\0.*$/s, '')
    const size = Number.parseInt(bytes.toString('latin1', start + 124, start + 135), 8)
    files.push([name, bytes.subarray(start + 512, start + 512 + size)])
    start += 512 + size + paddingOf(size).length
  }
  return files
}
function packed(files: readonly (readonly [string, Buffer])[]): Buffer {
  const parts = files.flatMap(([name, bytes]) => [
    headerOf(name, bytes.length),
    bytes,
    paddingOf(bytes.length),
  ])
  return Buffer.concat([...parts, END])
}
/** With another index, whose sum is right. */
function reindexed(change: (index: Record<string, unknown>) => void): Buffer {
  const files = filesOf(whole)
  const index = JSON.parse(`${files[0]?.[1]}`) as Record<string, unknown>
  change(index)
  const text = Buffer.from(JSON.stringify(index))
  return packed([['index.json', text], ['index.sha256', sumText(text)], ...files.slice(2)])
}

describe('a bundle', () => {
  it('installs what its registry published, and what is known of that from then on', async () => {
    const machine = world.machine()
    const ended = await install(machine, 'workers.rbee')
    expect(ended).toMatchObject({ code: 'done', exitCode: 0 })
    expect(ended.stderr).toContain('on first use: root 1, sha256:')
    expect(ended.stderr).toMatch(/is \d+ s old/)
    expect(await machine.active()).toMatchObject({
      version: '1.1.0',
      registry: world.catalog.url,
      evidence: { log: { size: 6 }, publisher: { key_ids: [expect.any(String)] } },
    })
    expect(await machine.active('other-worker')).toMatchObject({ version: '1.0.0' })
    expect(await machine.install(world.catalog.url, 'echo-worker', '--now')).toMatchObject({ code: 'done' })
  })

  it('is a tar that other programs read', () => {
    const names = execFileSync('tar', ['-tf', at('workers.rbee')], { encoding: 'utf8' }).split('\n')
    expect(names.slice(0, 2)).toEqual(['index.json', 'index.sha256'])
  })

  it('says what it holds', async () => {
    const stdout = execFileSync(process.execPath, [PROGRAM, 'bundle', 'show', at('workers.rbee'), '--json'], {
      encoding: 'utf8',
    })
    expect(JSON.parse(stdout)).toMatchObject({
      registry: world.catalog.url,
      root: { version: 1 },
      workers: [
        { worker: 'echo-worker', version: '1.1.0', variant: null, builds: [{ variant: 'cpu' }] },
        { worker: 'other-worker', version: '1.0.0' },
      ],
    })
    const shown = execFileSync(process.execPath, [PROGRAM, 'bundle', 'show', at('workers.rbee')], {
      encoding: 'utf8',
    })
    expect(shown).toContain('echo-worker 1.1.0 (cpu) for ')
  })

  it('installs where there is no network', async (ctx) => {
    if (spawnSync('unshare', ['-rn', 'true']).status !== 0) ctx.skip('unshare -rn is not permitted here')
    const home = at('no-network')
    const args = ['-rn', process.execPath, PROGRAM, 'bundle', 'install', at('workers.rbee'), '--json']
    const ended = spawnSync('unshare', [...args, '--home', home, '--host-profile', at('host.json')], {
      encoding: 'utf8',
      env: { PATH: process.env.PATH },
    })
    expect(ended, ended.stderr).toMatchObject({ status: 0 })
    expect(await readdir(join(home, 'workers', 'echo-worker', 'builds'))).toHaveLength(1)
  })

  it('installs until it is too old, though what is signed in it expired, and longer where that is asked for', async () => {
    const later = (days: number) => ({ clock: () => Date.now() + days * DAY_MS })
    const args = ['bundle', 'install', 'workers.rbee', '--host-profile', 'host.json']
    expect(await world.machine().hive(args, later(29))).toMatchObject({ code: 'done' })
    expect(await world.machine().hive(args, later(31))).toMatchObject({
      code: 'bundle_expired',
      exitCode: EXIT.refused,
    })
    expect(await world.machine().hive(args, later(-1))).toMatchObject({ code: 'bundle_expired' })
    const taken = await world.machine().hive([...args, '--max-age', '60d'], later(31))
    expect(taken.stderr).toContain('is 31 days old')
    expect(taken.code).toBe('done')
  })

  it('is refused once the machine knows something newer of the registry', async () => {
    await create('older.rbee', 'echo-worker@1.0.0')
    await world.publish('later-worker', '1.0.0')
    const machine = world.machine()
    expect(await machine.install(world.catalog.url, 'later-worker')).toMatchObject({ code: 'done' })
    expect(await install(machine, 'older.rbee')).toMatchObject({
      code: 'metadata_rollback',
      exitCode: EXIT.refused,
    })
    expect(await machine.active()).toBeNull()
  })

  it('is refused where it is of another registry than it says', async () => {
    await using other = await lyingWorld()
    await other.publish('echo-worker', '1.1.0')
    const machine = world.machine()
    expect(await machine.install(other.catalog.url)).toMatchObject({ code: 'done' })
    const forged = await kept(reindexed((index) => (index.registry = other.catalog.url)))
    const { exitCode, code } = await install(machine, forged)
    expect({ exitCode, code }).toMatchObject({ exitCode: EXIT.refused, code: 'metadata_signature' })
  })

  it('says so where it has no build for the host, and installs nothing', async () => {
    const bare = await kept(
      reindexed((index) => {
        for (const file of index.files as { addresses: string[] }[])
          file.addresses = file.addresses.filter((address) => !address.startsWith('/v1/blobs/'))
      }),
    )
    const machine = world.machine()
    expect(await install(machine, bare)).toMatchObject({
      code: 'bundle_incomplete',
      exitCode: EXIT.nothingFits,
    })
    expect(await machine.active()).toBeNull()
  })

  it('is made of a mirror, while the registry is away, and is the same', async () => {
    const away = world.proxy.registry((_path, _answer, response) => {
      response.destroy()
      return 'answered'
    })
    const args = ['bundle', 'create', ID, '--host-profile', 'host.json', '-o', 'mirrored.rbee']
    const mirrors = ['--mirror', 'http://127.0.0.1:9', '--mirror', world.proxy.registry(honest)]
    const { exitCode, stderr } = await world.machine().hive([...args, '--registry', away, ...mirrors])
    expect(exitCode, stderr).toBe(0)
    expect(stderr).toContain('http://127.0.0.1:9 is passed over')
    const machine = world.machine()
    expect(await install(machine, 'mirrored.rbee')).toMatchObject({ code: 'done' })
    expect(await machine.active()).toMatchObject({ version: '1.1.0', registry: away })
  })

  it('leaves nothing when it is interrupted', async () => {
    await using between = await aMirror(world.catalog.url)
    between.answer = stuck
    await using machine = await aMachine(between.url)
    const args = ['bundle', 'create', ID, '-o', 'cut.rbee', '--host-profile', await machine.profile({})]
    const { child, finished } = machine.start('rbee-hive', args)
    await expect.poll(() => between.ranges.length, { timeout: 20_000 }).toBe(1)
    child.kill('SIGINT')
    expect(await finished).toMatchObject({ code: EXIT.interrupted })
    expect((await readdir(machine.folder)).filter((name) => name.startsWith('cut.rbee'))).toEqual([])
  })

  it('is not made of what nothing fits, and leaves nothing then', async () => {
    const machine = world.machine()
    const args = ['bundle', 'create', 'echo-worker', '--variant', 'cuda', '--host-profile', 'host.json']
    const ended = await machine.hive([...args, '--registry', world.catalog.url, '-o', 'out/none.rbee'])
    expect(ended.exitCode).toBe(EXIT.nothingFits)
    expect(await readdir(world.folder)).not.toContain('out')
  })
})

describe(`a bundle that was changed (seed ${SEED})`, () => {
  it(`is refused with a flipped bit in each of ${PLACES} places`, { timeout: 60_000 }, async () => {
    const path = at('flipped.rbee')
    const place = fc.record({ byte: fc.noBias(fc.nat(whole.length - 1)), bit: fc.nat(7) })
    const taken: string[] = []
    for (const { byte, bit } of fc.sample(place, { numRuns: PLACES, seed: SEED })) {
      const copy = Buffer.from(whole)
      copy.writeUInt8(copy.readUInt8(byte) ^ (1 << bit), byte)
      await writeFile(path, copy)
      const code = await codeOf(path)
      if (code !== 'bundle_invalid') taken.push(`bit ${bit} of byte ${byte}: ${code}`)
    }
    expect(taken).toEqual([])
  })

  it.each<[string, () => Buffer]>([
    ['a flipped bit', () => Buffer.concat([whole.subarray(0, 5000), Buffer.of(1), whole.subarray(5001)])],
    ['its end cut off', () => whole.subarray(0, whole.length - 1)],
    ['its half cut off', () => whole.subarray(0, whole.length / 2)],
    ['something behind it', () => Buffer.concat([whole, Buffer.alloc(512)])],
    ['nothing in it', () => Buffer.alloc(0)],
    ['another file twice', () => packed([...filesOf(whole), ...filesOf(whole).slice(-1)])],
    [
      'two files in another order',
      () => packed([...filesOf(whole).slice(0, 2), ...filesOf(whole).slice(2).toReversed()]),
    ],
    [
      'an index in another order',
      () => reindexed((index) => (index.files = (index.files as unknown[]).toReversed())),
    ],
    [
      'an index that names a file twice',
      () =>
        reindexed((index) => {
          const files = index.files as unknown[]
          index.files = [files[0], ...files]
        }),
    ],
    [
      'an address outside',
      () =>
        reindexed((index) => {
          const [file] = index.files as { addresses: string[] }[]
          file?.addresses.push('/../etc/passwd')
        }),
    ],
    ['a registry that is none', () => reindexed((index) => (index.registry = 'file:///etc'))],
    [
      'a name outside',
      () => packed(filesOf(whole).map(([name, bytes], i) => [i === 2 ? '../x' : name, bytes])),
    ],
    [
      'a link',
      () => {
        const copy = Buffer.from(whole)
        copy.write('2', 156)
        return copy
      },
    ],
  ])('is refused with %s, and nothing is left', async (_what, make) => {
    const machine = world.machine()
    expect(await install(machine, await kept(make()))).toMatchObject(DAMAGED)
    expect(await readdir(machine.home).catch(() => [])).toEqual([])
  })

  it('that never ends or is no file is refused', async () => {
    const machine = world.machine()
    await writeFile(at('endless.rbee'), whole)
    await truncate(at('endless.rbee'), 2 ** 40)
    await mkdir(at('folder.rbee'))
    await symlink('/dev/zero', at('zero.rbee'))
    execFileSync('mkfifo', [at('pipe.rbee')])
    for (const name of ['endless.rbee', 'folder.rbee', 'zero.rbee', 'pipe.rbee'])
      expect(await install(machine, name), name).toMatchObject(DAMAGED)
    expect(await install(machine, 'missing.rbee')).toMatchObject({ code: 'file_not_found' })
  })

  it('after it was written is found by what is signed, too', async () => {
    await copyFile(at('workers.rbee'), at('signed.rbee'))
    const files = filesOf(whole)
    const index = JSON.parse(`${files[0]?.[1]}`) as { files: { sha256: string; addresses: string[] }[] }
    const [release] = index.files.filter(({ addresses }) =>
      addresses.includes('/v1/workers/echo-worker/1.1.0'),
    )
    const [other] = index.files.filter(({ addresses }) =>
      addresses.includes('/v1/workers/other-worker/1.0.0'),
    )
    const swapped = reindexed((index) => {
      for (const file of index.files as { sha256: string; addresses: string[] }[]) {
        if (file.sha256 === release?.sha256) file.addresses = other?.addresses ?? []
        else if (file.sha256 === other?.sha256) file.addresses = release?.addresses ?? []
      }
    })
    const machine = world.machine()
    expect(await install(machine, await kept(swapped))).toMatchObject({
      exitCode: EXIT.refused,
      code: expect.stringMatching(/^document_/),
    })
    expect(await machine.active()).toBeNull()
  })
})
