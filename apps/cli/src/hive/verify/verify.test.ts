import { readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { workerIdSchema } from '@rbee/schema'
import { aKeyChange, anOperator, aPublisherSigner } from '@rbee/testing'
import picocolors from 'picocolors'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXIT } from '../../program/exit-codes.ts'
import { entriesOf, forgedLog, stolenLogKey } from '../trust/testing/forged-log.ts'
import { honest, type Lie } from '../trust/testing/lying-proxy.ts'
import { type LyingWorld, lyingWorld, type Machine } from '../trust/testing/lying-world.ts'
import { describeVerification } from './describe.ts'
import type { Verification } from './finding.ts'

const alice = aPublisherSigner(1)
let world: LyingWorld

beforeAll(async () => {
  world = await lyingWorld()
  await world.publish('plain-worker', '1.0.0')
  await world.publish('echo-worker', '1.0.0')
  const id = workerIdSchema.parse('echo-worker')
  await world.catalog.registry.changeKeys(anOperator(), id, aKeyChange(id, [], 'bound', alice))
  await world.publish('echo-worker', '1.1.0', alice)
})
afterAll(() => world[Symbol.asyncDispose]())

/** What came of each check: `ok`, `not_available`, or the code of a failure. */
async function verify(machine: Machine, ...args: string[]) {
  const { stdout, exitCode, stderr } = await machine.hive(['verify', ...args, '--json'])
  if (stdout === '') throw new Error(stderr)
  const found = JSON.parse(stdout) as Verification
  const checks = Object.fromEntries(found.checks.map(({ check, status, code }) => [check, code ?? status]))
  return { exitCode, found, checks }
}

async function installed(id = 'echo-worker') {
  const machine = world.machine()
  const registry = world.turning()
  expect((await machine.install(registry.url, id)).code).toBe('done')
  return { machine, registry }
}

async function programOf({ home, active }: Machine, id = 'echo-worker'): Promise<string> {
  const { build } = { build: '', ...(await active(id)) }
  return join(home, 'workers', id, 'builds', build, 'bin', id)
}

const ALL = {
  files: 'ok',
  registry: 'ok',
  log: 'ok',
  publisher: 'ok',
  workflow: 'not_available',
  rebuilds: 'not_available',
  standing: 'ok',
}
const NOTHING_SAID = { registry: 'not_available', log: 'not_available', publisher: 'not_available' }

describe('rbee-hive verify', () => {
  it('says of an installed worker what is proven, and by whom', async () => {
    const { machine, registry } = await installed()
    const { exitCode, found, checks } = await verify(machine, 'echo-worker')
    expect({ exitCode, checks }).toEqual({ exitCode: 0, checks: ALL })
    expect(found).toMatchObject({
      worker: 'echo-worker',
      version: '1.1.0',
      variant: 'cpu',
      registry: registry.url,
      online: true,
      ok: true,
    })
    expect(found.checks.find(({ check }) => check === 'publisher')?.facts).toMatchObject({
      key_ids: [alice.key.key_id],
      builder: 'https://builder.example/v1',
    })
    expect(found.checks.find(({ check }) => check === 'registry')?.facts).toMatchObject({
      root_version: 1,
      trusted_by: 'first_use',
      root_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    })
  })

  it('says without the registry what was found then, and calls none of it proven', async () => {
    const { machine, registry } = await installed()
    await machine.hive(['audit'])
    const offline = await verify(machine, 'echo-worker', '--offline')
    expect(offline.checks).toEqual({ ...ALL, ...NOTHING_SAID })
    expect(offline).toMatchObject({ exitCode: 0, found: { online: false, ok: true } })
    registry.turn((_path, _answer, response) => {
      response.destroy()
      return 'answered'
    })
    const away = await verify(machine, 'echo-worker')
    expect(away.checks).toEqual({ ...ALL, ...NOTHING_SAID })
    const log = away.found.checks.find(({ check }) => check === 'log')
    expect(log).toMatchObject({
      message: expect.stringMatching(/cannot be reached.*when it was installed, /),
      facts: { recorded: { index: expect.any(Number) } },
    })
    const later = () => Date.now() + 30 * 86_400_000
    const { stdout } = await machine.hive(['verify', 'echo-worker', '--offline'], { clock: later })
    expect(stdout).toMatch(/standing +not available: .* has expired/)
  })

  it('reads every file again, and names the one that was changed', async () => {
    const { machine } = await installed()
    const program = await programOf(machine)
    const text = await readFile(program, 'utf8')
    const { mtime, atime } = await stat(program)
    await writeFile(program, text.replace('exit 0', 'exit 1'))
    await utimes(program, atime, mtime)
    const altered = await verify(machine, 'echo-worker')
    expect(altered).toMatchObject({
      exitCode: EXIT.refused,
      checks: { ...ALL, files: 'digest_mismatch' },
    })
    expect(altered.found.checks[0]?.facts).toMatchObject({ file: 'bin/echo-worker' })
    await writeFile(program, text)
    expect((await verify(machine, 'echo-worker')).checks).toEqual(ALL)
    await writeFile(join(program, '..', 'more'), '')
    expect((await verify(machine, 'echo-worker')).found.checks[0]?.facts).toMatchObject({ file: 'bin/more' })
    await rm(join(program, '..', 'more'))
    await rm(program)
    expect((await verify(machine, 'echo-worker')).found.checks[0]?.facts).toMatchObject({
      file: 'bin/echo-worker',
    })
  })

  it('says of a worker whose publisher signs nothing that this is not available', async () => {
    const { machine } = await installed('plain-worker')
    expect(await verify(machine, 'plain-worker')).toMatchObject({
      exitCode: 0,
      checks: { ...ALL, publisher: 'not_available' },
    })
  })

  it('checks a release that is not installed', async () => {
    const machine = world.machine()
    const registry = world.proxy.registry(honest)
    expect(await verify(machine, 'echo-worker@1.1.0', '--registry', registry)).toMatchObject({
      exitCode: 0,
      found: { installed_at: null, version: '1.1.0' },
      checks: { ...ALL, files: 'not_available' },
    })
    const { code, stderr } = await machine.hive(['verify', 'echo-worker'])
    expect({ code, stderr }).toMatchObject({
      code: 'not_installed',
      stderr: expect.stringContaining('rbee-hive verify echo-worker@VERSION'),
    })
    expect((await machine.hive(['verify', 'echo-worker@9.0.0', '--registry', registry])).code).toBe(
      'release_not_found',
    )
  })

  it('fails where one of those that are asked lies, and goes on with the others', async () => {
    const { machine, registry } = await installed()
    const [first = new Uint8Array(), second = new Uint8Array(), ...rest] = await entriesOf(world.catalog.url)
    const lies: [Lie, Partial<Record<keyof typeof ALL, string>>][] = [
      [
        forgedLog([second, first, ...rest], await stolenLogKey(world.catalog.dataDir)),
        { log: 'log_split_view' },
      ],
      [
        (path, answer) =>
          path.includes('/provenance/') ? { ...answer, body: answer.body.subarray(1) } : answer,
        { publisher: 'provenance_invalid' },
      ],
      [
        (path, answer) =>
          path.endsWith('/1.1.0') ? { ...answer, body: Buffer.from(`${answer.body} `) } : answer,
        { registry: 'document_altered', log: 'not_available', publisher: 'not_available' },
      ],
    ]
    for (const [lie, failures] of lies) {
      registry.turn(lie)
      const { exitCode, checks } = await verify(machine, 'echo-worker')
      expect({ exitCode, checks }).toEqual({ exitCode: EXIT.refused, checks: { ...ALL, ...failures } })
    }
  })
})

it('fails where the registry does not know any more what was installed from it', async () => {
  const { machine } = await installed()
  const path = join(machine.home, 'workers', 'echo-worker', 'active.json')
  await writeFile(path, (await readFile(path, 'utf8')).replaceAll('"1.1.0"', '"1.1.1"'))
  const { exitCode, checks } = await verify(machine, 'echo-worker')
  expect(exitCode).toBe(EXIT.refused)
  expect(checks).toMatchObject({ registry: 'release_not_found', log: 'not_available', standing: 'ok' })
})

it('is read in narrow and wide terminals, and without colours', async () => {
  const { machine } = await installed()
  const { found } = await verify(machine, 'echo-worker')
  const colors = picocolors.createColors(false)
  const wide = describeVerification(found, { colors, columns: null }).split('\n')
  expect(wide).toHaveLength(2 + Object.keys(ALL).length)
  expect(wide[0]).toMatch(/^echo-worker 1\.1\.0 \(cpu\) for \S+, installed \d{4}-\d\d-\d\d from http/)
  expect(wide.slice(1, -1).map((line) => line.slice(0, 14))).toEqual([
    '✓ files       ',
    '✓ registry    ',
    '✓ public log  ',
    '✓ publisher   ',
    '– workflow    ',
    '– rebuilds    ',
    '✓ standing    ',
  ])
  expect(wide.at(-1)).toMatch(/^5 of 7 hold, 2 not available; checked /)
  const narrow = describeVerification(found, { colors, columns: 60 }).split('\n')
  const long = narrow.filter((line) => line.length > 60)
  expect(long.every((line) => /^\s+\S+$/.test(line))).toBe(true)
  const coloured = describeVerification(found, { colors: picocolors.createColors(true), columns: null })
  expect(coloured).toContain('\u001b[32m✓')
})
