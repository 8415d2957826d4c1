import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { newSignerKey, parseSignerKey } from '@rbee/transparency-log'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { EXIT } from '../../program/exit-codes.ts'
import { entriesOf, forgedLog, stolenLogKey } from '../trust/testing/forged-log.ts'
import { honest, type Lie } from '../trust/testing/lying-proxy.ts'
import { type LyingWorld, lyingWorld, type Machine } from '../trust/testing/lying-world.ts'

let world: LyingWorld
let version = 0

beforeAll(async () => {
  world = await lyingWorld()
  await world.publish('other-worker', '1.0.0')
  await nextRelease()
})
afterAll(() => world[Symbol.asyncDispose]())

/** Something that is not installed yet. */
async function nextRelease(): Promise<string> {
  version += 1
  await world.publish('echo-worker', `1.${version}.0`)
  return `1.${version}.0`
}

const keptLog = async ({ home }: Machine) => {
  const [folder = ''] = await readdir(join(home, 'trust'))
  const path = join(home, 'trust', folder, 'seen-log.json')
  return { path, log: JSON.parse(await readFile(path, 'utf8')) as { size: number; key: string } }
}

/** Refused, with nothing installed or kept of it. */
async function expectRefused(
  machine: Machine,
  registry: string,
  code: string,
  next: RegExp = /^next: nothing was changed; /m,
) {
  const before = await machine.active()
  const { exitCode, stderr, ...ended } = await machine.install(registry)
  expect({ exitCode, code: ended.code }, stderr).toEqual({ exitCode: EXIT.refused, code })
  expect(stderr).toMatch(next)
  expect(await machine.active()).toEqual(before)
}

const gone = { status: 404, body: Buffer.from('{}') }
const changed =
  (part: string, change: (body: Buffer) => void): Lie =>
  (path, answer) => {
    if (!path.includes(part)) return answer
    const body = Buffer.from(answer.body)
    change(body)
    return { ...answer, body }
  }

describe('a release that is published', () => {
  it('can be installed at once, and its place in the log is kept with it', async () => {
    const machine = world.machine()
    const registry = world.turning()
    const first = await nextRelease()
    expect((await machine.install(registry.url)).code).toBe('done')
    const size = (await entriesOf(world.catalog.url)).length
    expect(await machine.active()).toMatchObject({
      version: first,
      evidence: { log: { index: size - 1, size, published_at: expect.any(String) } },
    })
    expect((await keptLog(machine)).log).toMatchObject({ size })
    const second = await nextRelease()
    expect((await machine.hive(['update', 'echo-worker'])).code).toBe('done')
    expect(await machine.active()).toMatchObject({ version: second, evidence: { log: { index: size } } })
    expect((await keptLog(machine)).log).toMatchObject({ size: size + 1 })
  })

  it('is refused where no entry of the log tells of it', async () => {
    const signer = await stolenLogKey(world.catalog.dataDir)
    const entries = await entriesOf(world.catalog.url)
    // Taken out, and something else put in its place.
    const without = entries.slice(0, -1)
    const [other = new Uint8Array()] = without
    const unlisted: Lie = (path, answer) =>
      path.endsWith('/log')
        ? { status: 200, body: Buffer.from('{"worker":"echo-worker","entries":[]}') }
        : answer
    const lies: [Lie, string][] = [
      [forgedLog(without, signer), 'log_not_included'],
      [forgedLog([...without, other], signer), 'log_not_included'],
      [unlisted, 'log_release_unlogged'],
    ]
    await Promise.all(
      lies.map(([lie, code]) => expectRefused(world.machine(), world.proxy.registry(lie), code)),
    )
  })

  it('is refused where the log publishes it with other bytes', async () => {
    const machine = world.machine()
    const signer = await stolenLogKey(world.catalog.dataDir)
    const entries = await entriesOf(world.catalog.url)
    const text = new TextDecoder().decode(entries.at(-1))
    const altered = text.replace(/("digest":"sha256:)../, '$100')
    const forged = forgedLog([...entries.slice(0, -1), new TextEncoder().encode(altered)], signer)
    const registry = world.proxy.registry((path, answer, response) => {
      if (!path.endsWith('/log')) return forged(path, answer, response)
      const listed = JSON.parse(answer.body.toString('utf8')) as { entries: { entry: string }[] }
      for (const one of listed.entries) if (one.entry === text) one.entry = altered
      return { status: 200, body: Buffer.from(JSON.stringify(listed)) }
    })
    await expectRefused(machine, registry, 'log_release_altered')
  })
})

describe('a log that was seen', () => {
  it('is not believed any more where it has another past', async () => {
    const machine = world.machine()
    const registry = world.turning()
    await machine.install(registry.url)
    await nextRelease()
    const signer = await stolenLogKey(world.catalog.dataDir)
    const entries = await entriesOf(world.catalog.url)
    const [first = new Uint8Array(), second = new Uint8Array(), ...rest] = entries
    registry.turn(forgedLog([second, first, ...rest], signer))
    await expectRefused(machine, registry.url, 'log_forked')
    expect((await machine.hive(['update', 'echo-worker'])).code).toBe('log_forked')
    registry.turn(honest)
    expect((await machine.install(registry.url)).code).toBe('done')
  })

  it('is not believed where another one of its size is signed', async () => {
    const machine = world.machine()
    const registry = world.turning()
    await machine.install(registry.url)
    const signer = await stolenLogKey(world.catalog.dataDir)
    const [first = new Uint8Array(), second = new Uint8Array(), ...rest] = await entriesOf(world.catalog.url)
    registry.turn(forgedLog([second, first, ...rest], signer))
    expect((await machine.install(registry.url, 'other-worker')).code).toBe('log_split_view')
  })

  it('does not lose entries, be it that an old copy of it is shown', async () => {
    const old = await world.proxy.recorded(['/v1/log/checkpoint'])
    await nextRelease()
    const signer = await stolenLogKey(world.catalog.dataDir)
    const entries = await entriesOf(world.catalog.url)
    const afterwards = async (lie: Lie) => {
      const [machine, registry] = [world.machine(), world.turning()]
      await machine.install(registry.url)
      registry.turn(lie)
      const { code } = await machine.install(registry.url, 'other-worker')
      return { code, installed: (await machine.active('other-worker')) !== null }
    }
    // What a cache shows for a moment is no reason to refuse.
    let stale = 2
    const oldAtFirst: Lie = (path, answer, response) => {
      if (path !== '/v1/log/checkpoint' || stale === 0) return answer
      stale -= 1
      return old(path, answer, response)
    }
    expect(await Promise.all([old, forgedLog(entries.slice(1), signer), oldAtFirst].map(afterwards))).toEqual(
      [
        { code: 'log_shrunk', installed: false },
        { code: 'log_shrunk', installed: false },
        { code: 'done', installed: true },
      ],
    )
  })

  it('keeps its key', async () => {
    const machine = world.machine()
    const other = parseSignerKey(newSignerKey('rbee-catalog/other', new Uint8Array(32).fill(7)))
    const entries = await entriesOf(world.catalog.url)
    await expectRefused(
      world.machine(),
      world.proxy.registry(forgedLog(entries, other)),
      'log_signature_invalid',
    )
    const registry = world.turning()
    await machine.install(registry.url)
    const { path, log } = await keptLog(machine)
    await writeFile(path, JSON.stringify({ ...log, key: other.verifier.text }))
    await nextRelease()
    await expectRefused(machine, registry.url, 'log_signature_invalid', /rbee-hive trust remove /)
  })

  it('is not forgotten where what is kept of it is damaged', async () => {
    const machine = world.machine()
    const registry = world.turning()
    await machine.install(registry.url)
    await writeFile((await keptLog(machine)).path, '{')
    await nextRelease()
    const { code, stderr } = await machine.install(registry.url)
    expect(code).toBe('state_damaged')
    expect(stderr).toContain(`rbee-hive trust remove ${registry.url}`)
  })
})

describe.concurrent('a log whose files', () => {
  it.each<[string, Lie, string]>([
    [
      'are signed otherwise',
      changed('/log/checkpoint', (body) => body.writeUInt8(0x39, body.indexOf('\n') + 1)),
      'log_signature_invalid',
    ],
    [
      'are no notes',
      (path, answer) => (path.endsWith('/checkpoint') ? { status: 200, body: Buffer.from('{}') } : answer),
      'log_invalid',
    ],
    ['are held back', (path, answer) => (path.endsWith('/checkpoint') ? gone : answer), 'log_unavailable'],
    [
      'are altered',
      changed('/log/tile/0/', (body) => body.writeUInt8(body.readUInt8(0) ^ 1, 0)),
      'log_not_included',
    ],
    ['are missing', (path, answer) => (path.includes('/log/tile/') ? gone : answer), 'log_invalid'],
    [
      'are cut off',
      (path, answer) => (path.includes('/log/tile/') ? { ...answer, body: answer.body.subarray(1) } : answer),
      'log_invalid',
    ],
    [
      'have no end',
      (path, answer) => (path.includes('/log/tile/') ? { ...answer, body: Buffer.alloc(20_000) } : answer),
      'log_invalid',
    ],
  ])('%s is refused', (_what, lie, code) => expectRefused(world.machine(), world.proxy.registry(lie), code))
})

it('two programs at once keep what the longer log was', async () => {
  const machine = world.machine()
  const registry = world.turning()
  const outcomes = await Promise.all([
    machine.install(registry.url, 'echo-worker'),
    machine.install(registry.url, 'other-worker'),
    nextRelease(),
  ])
  expect(outcomes.slice(0, 2)).toMatchObject([{ code: 'done' }, { code: 'done' }])
  await machine.install(registry.url)
  expect((await keptLog(machine)).log.size).toBe((await entriesOf(world.catalog.url)).length)
})
