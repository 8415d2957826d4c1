import { once } from 'node:events'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { RbeeError, type Revocation, versionSchema, workerIdSchema } from '@rbee/schema'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type HiveHome, hiveHome } from '../home.ts'
import type { InstalledBuild } from '../installed.ts'
import { findInstance, type InstanceRecord } from '../instances.ts'
import { processIdentity } from '../process-identity.ts'
import type { RevocationGuard } from '../revocations/guard.ts'
import { askState, switchInstance } from './control-client.ts'
import { type Supervised, type SuperviseOptions, superviseWorker } from './supervise.ts'
import { installSample, placeSample, type SampleBuild } from './testing/sample-worker.ts'

const ID = workerIdSchema.parse('sample-worker')
/** Knows of nothing that is quarantined. */
/** For a worker that is not sold. */
const NO_SEAT = { variablesFor: async () => ({}), end: async () => {} }
const GUARD: RevocationGuard = {
  assertMayStart: async () => {},
  findRevocation: async () => null,
  listOf: async () => null,
}
const QUICK = { firstMs: 50, longestMs: 200, stableMs: 60_000 }

let root: string
let home: HiveHome
let told: string[]
const running: Supervised[] = []

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'hive-'))
  home = hiveHome(root, '/')
  told = []
})
afterEach(async () => {
  await Promise.all(running.splice(0).map((supervised) => supervised.stop(0)))
  await rm(root, { recursive: true, force: true })
})

async function start(options: Partial<SuperviseOptions> = {}): Promise<Supervised> {
  const supervised = await superviseWorker({
    home,
    id: ID,
    name: ID,
    port: null,
    model: null,
    extra: [],
    env: { PATH: process.env.PATH },
    toLog: true,
    restart: QUICK,
    readyTimeoutMs: 10_000,
    guard: GUARD,
    seat: () => NO_SEAT,
    quarantine: { action: 'warn', checkEveryMs: 60_000 },
    clock: Date.now,
    signal: new AbortController().signal,
    tell: (line) => told.push(line),
    ...options,
  })
  running.push(supervised)
  return supervised
}

async function recorded(): Promise<InstanceRecord> {
  const record = await findInstance(home, ID)
  if (record === null) throw new Error('it is not there')
  return record
}

async function switchTo(
  build: InstalledBuild,
  options: { restart?: boolean; drainMs?: number; signal?: AbortSignal; switched?: () => void } = {},
): Promise<{ cut: number }> {
  const {
    restart = false,
    drainMs = 20_000,
    signal = new AbortController().signal,
    switched = () => {},
  } = options
  const order = { build, restart, ready_timeout_ms: 3_000, drain_timeout_ms: drainMs }
  return switchInstance(await recorded(), order, signal, switched)
}

const addressOf = (supervised: Supervised, path = '/') => `${supervised.instance().url}${path}`
const buildOf = async (supervised: Supervised) => (await fetch(addressOf(supervised))).headers.get('x-build')
const place = (sample: SampleBuild) => placeSample(home, ID, sample)

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 500; attempt += 1) {
    if (await holds()) return
    await sleep(20)
  }
  throw new Error(`what was waited for did not happen; told: ${told.join(' / ')}`)
}

/** Asks again and again until it is told to stop. @returns builds that answered, and everything that went wrong. */
function askAllTheTime(supervised: Supervised, paths: readonly string[]) {
  const builds = new Set<string>()
  const failures: string[] = []
  let requests = 0
  let on = true
  const asking = paths.map(async (path) => {
    while (on) {
      try {
        const method = requests % 2 === 0 ? 'GET' : 'POST'
        const answer = await fetch(addressOf(supervised, path), {
          method,
          body: method === 'POST' ? 'x' : null,
        })
        const text = await answer.text()
        if (answer.status !== 200) failures.push(`${answer.status} ${text}`)
        if (path.startsWith('/stream') && !text.endsWith('data: end\n\n'))
          failures.push('a stream without its end')
        builds.add(answer.headers.get('x-build') ?? 'none')
      } catch (error) {
        failures.push(String(error))
      }
      requests += 1
    }
  })
  return async () => {
    on = false
    await Promise.all(asking)
    return { builds: [...builds].toSorted(), failures, requests }
  }
}

describe('a supervised worker', () => {
  it('is started again when it crashed, on the same address, and says why it was away', async () => {
    await installSample(home, ID, { version: '1.0.0', readyAfterMs: 200 })
    const supervised = await start()
    const before = supervised.instance()
    await fetch(addressOf(supervised, '/crash')).catch(() => {})
    await until(() => supervised.instance().state !== 'running')
    const away = await fetch(addressOf(supervised))
    expect(away.status).toBe(503)
    expect(Number(away.headers.get('retry-after'))).toBeGreaterThan(0)
    expect(await away.json()).toMatchObject({ code: 'not_ready' })
    await until(() => supervised.instance().state === 'running')
    expect(await buildOf(supervised)).toBe('1.0.0')
    const after = await askState(await recorded())
    expect(after).toMatchObject({
      port: before.port,
      restarts: 1,
      last_exit: { code: 7, message: 'exit code 7' },
    })
    expect(after.pid).not.toBe(before.pid)
    expect(await readFile(home.logFile(ID), 'utf8')).toMatch(
      /started .*loading 1\.0\.0.*exit code 7.*started .*loading/s,
    )
  })

  it('that crashes again and again is tried less and less often, and can be stopped meanwhile', async () => {
    await installSample(home, ID, { version: '1.0.0' })
    const supervised = await start()
    await rm(join(home.worker(ID).builds, '1.0.0-cpu-sample/server.mjs'))
    await fetch(addressOf(supervised, '/crash')).catch(() => {})
    const waits = () => told.flatMap((line) => /again in ([\d.]+) s/.exec(line)?.[1] ?? [])
    await until(() => waits().length >= 4 && supervised.instance().state === 'crashed')
    const { next_try_at, last_exit, pid } = supervised.instance()
    expect({ pid, last_exit }).toMatchObject({
      pid: null,
      last_exit: { message: expect.stringContaining('did not start') },
    })
    expect(Date.parse(next_try_at ?? '')).toBeGreaterThan(0)
    expect(waits().slice(0, 4)).toEqual(['0.05', '0.1', '0.2', '0.2'])
    expect(await supervised.stop(1_000)).toBe(false)
  })

  it('keeps its port, and takes another one only where it is taken', async () => {
    await installSample(home, ID, { version: '1.0.0' })
    const ports: (number | null)[] = []
    for (let round = 0; round < 2; round += 1) {
      const supervised = await start()
      ports.push(supervised.instance().port)
      await supervised.stop(1_000)
      await supervised.finished
    }
    expect(ports[1]).toBe(ports[0])
    const other = createServer().listen(ports[0] ?? 0, '127.0.0.1')
    await once(other, 'listening')
    try {
      expect((await start()).instance().port).not.toBe(ports[0])
      const second = start({ name: workerIdSchema.parse('second'), port: ports[0] ?? 0 })
      await expect(second).rejects.toMatchObject({ code: 'port_in_use' })
    } finally {
      other.close()
    }
  })

  it('runs once under a name, and several times under several', async () => {
    await installSample(home, ID, { version: '1.0.0' })
    const first = await start()
    await expect(start()).rejects.toMatchObject({ code: 'still_running' })
    const second = await start({ name: workerIdSchema.parse('second') })
    expect(second.instance().port).not.toBe(first.instance().port)
    expect(await readdir(home.running)).toEqual([`${ID}.json`, 'second.json'])
    await installSample(home, workerIdSchema.parse('other-worker'), { version: '1.0.0' })
    await expect(start({ name: workerIdSchema.parse('other-worker') })).rejects.toMatchObject({
      code: 'usage',
    })
  })

  it('finishes its requests when it is stopped, also when it would end abruptly by itself', async () => {
    await installSample(home, ID, { version: '1.0.0', flags: '--abrupt' })
    const supervised = await start()
    const slow = fetch(addressOf(supervised, '/slow?ms=400'))
    await sleep(100)
    expect(await supervised.stop(10_000)).toBe(false)
    expect(await (await slow).text()).toBe('1.0.0')
    await supervised.finished
    await expect(fetch(addressOf(supervised))).rejects.toThrow()
    expect(await readdir(home.running)).toEqual([])
  })

  it('is controlled by nobody who lacks the secret', async () => {
    await installSample(home, ID, { version: '1.0.0' })
    const supervised = await start()
    const { control } = await recorded()
    for (const authorization of ['', 'Bearer ', 'Bearer wrong', control.secret]) {
      const answer = await fetch(`http://127.0.0.1:${control.port}/stop`, {
        method: 'POST',
        headers: { authorization },
        body: '{"grace_ms":0}',
      })
      expect(answer.status).toBe(401)
    }
    const headers = { authorization: `Bearer ${control.secret}` }
    const odd = await fetch(`http://127.0.0.1:${control.port}/switch`, {
      method: 'POST',
      headers,
      body: '{}',
    })
    expect(odd.status).toBe(422)
    expect(supervised.instance().state).toBe('running')
  })
})

describe('a switch to another build', () => {
  it('loses no request, lets streams finish where they are, and keeps the address', async () => {
    await installSample(home, ID, { version: '1.0.0', flags: '--abrupt' })
    const next = await place({ version: '2.0.0', readyAfterMs: 300 })
    const supervised = await start()
    const { url, pid } = supervised.instance()
    const stop = askAllTheTime(supervised, ['/', '/slow?ms=50', '/stream?ms=200', '/'])
    const long = fetch(addressOf(supervised, '/stream?ms=1500')).then((answer) => answer.text())
    await sleep(200)
    expect(await switchTo(next)).toEqual({ cut: 0 })
    const { builds, failures, requests } = await stop()
    expect({ builds, failures }).toEqual({ builds: ['1.0.0', '2.0.0'], failures: [] })
    expect(requests).toBeGreaterThan(50)
    const streamed = (await long).split('\n\n')
    expect(streamed.at(-2)).toBe('data: end')
    expect(new Set(streamed.slice(0, -2))).toEqual(new Set(['data: 1.0.0']))
    expect(supervised.instance()).toMatchObject({ url, version: '2.0.0', state: 'running' })
    expect(await processIdentity(pid ?? 0)).toBeNull()
  })

  it('begins to count crashes anew', async () => {
    await installSample(home, ID, { version: '1.0.0' })
    const supervised = await start()
    await fetch(addressOf(supervised, '/crash')).catch(() => {})
    await until(() => supervised.instance().state === 'running' && supervised.instance().restarts === 1)
    await switchTo(await place({ version: '2.0.0' }))
    expect((await recorded()).instance).toMatchObject({ version: '2.0.0', restarts: 0 })
    await fetch(addressOf(supervised, '/crash')).catch(() => {})
    await until(() => supervised.instance().state === 'running' && supervised.instance().restarts === 1)
  })

  it('to one that does not get ready changes nothing', async () => {
    await installSample(home, ID, { version: '1.0.0' })
    const supervised = await start()
    const { pid } = supervised.instance()
    for (const flags of ['--die', '--unwell']) {
      const broken = switchTo(await place({ version: '2.0.0', flags }))
      await expect(broken).rejects.toMatchObject({ code: 'start_failed' })
      expect(supervised.instance()).toMatchObject({ version: '1.0.0', pid, state: 'running' })
      expect((await recorded()).processes).toHaveLength(1)
      expect(await buildOf(supervised)).toBe('1.0.0')
    }
  })

  it('is taken back by whoever asked for it going away', async () => {
    await installSample(home, ID, { version: '1.0.0' })
    const supervised = await start()
    const asked = new AbortController()
    const slow = switchTo(await place({ version: '2.0.0', readyAfterMs: 60_000 }), { signal: asked.signal })
    await until(async () => (await recorded()).processes.length === 2)
    const fresh = (await recorded()).processes.find(({ build }) => build.startsWith('2'))
    const again = switchTo(await place({ version: '3.0.0' }))
    await expect(again).rejects.toMatchObject({ code: 'busy' })
    asked.abort(new Error('never mind'))
    await expect(slow).rejects.toThrow('never mind')
    await until(async () => (await recorded()).processes.length === 1)
    expect(await processIdentity(fresh?.pid ?? 0)).toBeNull()
    expect(await buildOf(supervised)).toBe('1.0.0')
  })

  it('gives way to a stop', async () => {
    await installSample(home, ID, { version: '1.0.0' })
    const supervised = await start()
    const slow = switchTo(await place({ version: '2.0.0', readyAfterMs: 60_000 }))
    const outcome = slow.then(
      () => 'switched',
      (error: { code?: string }) => error.code,
    )
    await until(async () => (await recorded()).processes.length === 2)
    const { processes } = await recorded()
    expect(await supervised.stop(5_000)).toBe(false)
    expect(await outcome).toBe('not_running')
    for (const { pid } of processes) expect(await processIdentity(pid)).toBeNull()
  })

  it('cuts off what takes longer than it may', async () => {
    await installSample(home, ID, { version: '1.0.0' })
    const supervised = await start()
    const endless = fetch(addressOf(supervised, '/stream?ms=60000')).then((answer) => answer.text())
    await until(() => supervised.instance().state === 'running')
    await sleep(100)
    const switching = switchTo(await place({ version: '2.0.0' }), { drainMs: 200 })
    await expect(endless).rejects.toThrow()
    expect(await switching).toEqual({ cut: 1 })
  })

  it('goes on when the old one crashes meanwhile', async () => {
    await installSample(home, ID, { version: '1.0.0' })
    const supervised = await start()
    const switching = switchTo(await place({ version: '2.0.0', readyAfterMs: 500 }))
    await until(async () => (await recorded()).processes.length === 2)
    await fetch(addressOf(supervised, '/crash')).catch(() => {})
    await switching
    expect(await buildOf(supervised)).toBe('2.0.0')
    expect((await recorded()).processes).toHaveLength(1)
  })

  it('cures one that crashes again and again', async () => {
    await installSample(home, ID, { version: '1.0.0' })
    const supervised = await start()
    await rm(join(home.worker(ID).builds, '1.0.0-cpu-sample/server.mjs'))
    await fetch(addressOf(supervised, '/crash')).catch(() => {})
    await until(() => supervised.instance().restarts >= 2)
    await switchTo(await place({ version: '2.0.0' }))
    expect(await buildOf(supervised)).toBe('2.0.0')
  })

  it('can end the old one first, and returns to it when the new one does not get ready', async () => {
    await installSample(home, ID, { version: '1.0.0' })
    const supervised = await start()
    const { pid, port } = supervised.instance()
    const broken = switchTo(await place({ version: '2.0.0', flags: '--die' }), { restart: true })
    await expect(broken).rejects.toMatchObject({ code: 'start_failed' })
    expect(await buildOf(supervised)).toBe('1.0.0')
    expect(supervised.instance().pid).not.toBe(pid)
    await switchTo(await place({ version: '3.0.0' }), { restart: true })
    expect(await buildOf(supervised)).toBe('3.0.0')
    expect(supervised.instance().port).toBe(port)
  })
})

describe('a worker whose release is quarantined while it runs', () => {
  const revocation: Revocation = {
    worker: ID,
    version: versionSchema.parse('1.0.0'),
    digests: [],
    reason: 'it harms',
    quarantined_at: '2026-01-01T00:00:00.000Z',
  }
  /** From now on quarantined, or not any more. */
  const changing = () => {
    const state = { isQuarantined: false }
    const guard: RevocationGuard = {
      ...GUARD,
      assertMayStart: async () => {
        if (state.isQuarantined) throw new RbeeError('quarantined', 'it is quarantined')
      },
      findRevocation: async () => (state.isQuarantined ? revocation : null),
    }
    return { state, guard }
  }

  it('goes on, and its log says so once', async () => {
    await installSample(home, ID, { version: '1.0.0' })
    const { state, guard } = changing()
    const supervised = await start({ guard, quarantine: { action: 'warn', checkEveryMs: 20 } })
    state.isQuarantined = true
    await until(() => told.some((line) => line.includes('is quarantined: it harms')))
    await sleep(200)
    expect(told.filter((line) => line.includes('it harms'))).toHaveLength(1)
    expect(await buildOf(supervised)).toBe('1.0.0')
  })

  it('is stopped where that is wanted', async () => {
    await installSample(home, ID, { version: '1.0.0' })
    const { state, guard } = changing()
    const supervised = await start({ guard, quarantine: { action: 'stop', checkEveryMs: 20 } })
    state.isQuarantined = true
    expect(await supervised.finished).toMatchObject({ reason: 'stopped' })
  })

  it('is not started again when it crashes, until it may run again', async () => {
    await installSample(home, ID, { version: '1.0.0' })
    const { state, guard } = changing()
    const supervised = await start({ guard })
    state.isQuarantined = true
    await fetch(addressOf(supervised, '/crash')).catch(() => null)
    await until(() => told.includes('it is quarantined'))
    expect(supervised.instance()).toMatchObject({ pid: null })
    state.isQuarantined = false
    await until(() => supervised.instance().state === 'running')
  })
})
