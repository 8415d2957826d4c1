import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { workerIdSchema } from '@rbee/schema'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type HiveHome, hiveHome } from './home.ts'
import {
  findInstance,
  type InstanceRecord,
  listInstances,
  type RecordedProcess,
  recordInstance,
  requireInstance,
} from './instances.ts'
import { clearLeftovers, leftoversOf } from './leftovers.ts'
import { endGroup } from './process-group.ts'
import { processIdentity } from './process-identity.ts'

const ID = workerIdSchema.parse('llm-worker')
let root: string
let home: HiveHome
const started: number[] = []

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'hive-'))
  home = hiveHome(root, '/')
})
afterEach(async () => {
  for (const pid of started.splice(0)) await endGroup(pid, 0, Date.now)
  await rm(root, { recursive: true, force: true })
})

async function start(script: string, env: Record<string, string> = {}): Promise<RecordedProcess> {
  const child = spawn('sh', ['-c', script], {
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
    env: { PATH: process.env.PATH, ...env },
  })
  await once(child.stdout, 'data')
  const pid = child.pid ?? 0
  started.push(pid)
  return { pid, identity: (await processIdentity(pid)) ?? '', build: '1.0.0-cpu-x' }
}

const SLEEPING = 'echo up; exec sleep 60'
const GONE = { pid: 2 ** 22 + 1, identity: 'another boot:1' }

function record(
  name: string,
  {
    supervisor,
    processes = [],
  }: { supervisor: { pid: number; identity: string }; processes?: RecordedProcess[] },
): InstanceRecord {
  return {
    instance: {
      name: workerIdSchema.parse(name),
      id: ID,
      version: '1.0.0',
      variant: 'cpu',
      build: '1.0.0-cpu-x',
      state: 'running',
      pid: processes[0]?.pid ?? null,
      supervisor_pid: supervisor.pid,
      port: null,
      url: null,
      health_url: null,
      model: null,
      log: null,
      restarts: 0,
      last_exit: null,
      next_try_at: null,
      started_at: '2026-01-01T00:00:00.000Z',
    },
    supervisor: { pid: supervisor.pid, identity: supervisor.identity, marker: `marker-of-${name}-${root}` },
    control: { port: 1, secret: 'secret' },
    worker_port: null,
    processes,
  }
}

describe('an instance', () => {
  it('is found as long as its supervisor lives, by its user only', async () => {
    const supervisor = await start(SLEEPING)
    const written = record('llm-worker', { supervisor })
    await recordInstance(home, written)
    expect(await findInstance(home, 'llm-worker')).toEqual(written)
    expect((await stat(home.runningFile('llm-worker'))).mode & 0o077).toBe(0)
    await endGroup(supervisor.pid, 5_000, Date.now)
    expect(await listInstances(home)).toEqual({ sound: [], damaged: [] })
    await clearLeftovers(home, 'llm-worker')
    expect(await readdir(home.running)).toEqual([])
  })

  it('whose supervisor was killed is ended when that is asked for: what was recorded, and what was not', async () => {
    const worker = await start(SLEEPING)
    const written = record('llm-worker', { supervisor: GONE, processes: [worker] })
    const unrecorded = await start(SLEEPING, { RBEE_SUPERVISION: written.supervisor.marker })
    const other = await start(SLEEPING, { RBEE_SUPERVISION: 'the marker of another supervisor' })
    await recordInstance(home, written)
    expect(await findInstance(home, 'llm-worker')).toBeNull()
    expect(await leftoversOf(written)).toContain(worker.pid)
    expect(await processIdentity(worker.pid)).toBe(worker.identity)
    expect(await clearLeftovers(home, 'llm-worker')).toBe(true)
    expect(await processIdentity(worker.pid)).toBeNull()
    if (process.platform === 'linux') expect(await processIdentity(unrecorded.pid)).toBeNull()
    expect(await processIdentity(other.pid)).toBe(other.identity)
  })

  it('is not confused with a process that got the same number later', async () => {
    const stranger = await start(SLEEPING)
    const recycled = { ...stranger, identity: GONE.identity }
    await recordInstance(home, record('llm-worker', { supervisor: recycled, processes: [recycled] }))
    await clearLeftovers(home, 'llm-worker')
    expect(await findInstance(home, 'llm-worker')).toBeNull()
    expect(await processIdentity(stranger.pid)).toBe(stranger.identity)
  })

  it('is found and meant whatever became of the file of another one', async () => {
    const supervisor = await start(SLEEPING)
    await recordInstance(home, record('first', { supervisor }))
    await writeFile(home.runningFile('damaged'), '{"pid":')
    const { sound, damaged } = await listInstances(home)
    expect(sound.map(({ instance }) => instance.name)).toEqual(['first'])
    expect(damaged).toMatchObject([{ name: 'damaged', file: home.runningFile('damaged') }])
    expect((await requireInstance(home, 'llm-worker')).record.instance.name).toBe('first')
    await expect(requireInstance(home, 'damaged')).rejects.toMatchObject({ code: 'state_damaged' })
    await expect(requireInstance(home, 'another')).rejects.toMatchObject({ code: 'not_running' })
  })

  it('is meant by its name, or by its worker where there is no other', async () => {
    const supervisor = await start(SLEEPING)
    const nameOf = async (wanted: string) => (await requireInstance(home, wanted)).record.instance.name
    await expect(nameOf('llm-worker')).rejects.toMatchObject({ code: 'not_running' })
    await recordInstance(home, record('first', { supervisor }))
    expect(await nameOf('first')).toBe('first')
    expect(await nameOf('llm-worker-rbee-cpu')).toBe('first')
    await recordInstance(home, record('second', { supervisor }))
    await expect(nameOf('llm-worker')).rejects.toMatchObject({
      code: 'usage',
      details: { available: ['first', 'second'] },
    })
    await recordInstance(home, record('llm-worker', { supervisor }))
    expect(await nameOf('llm-worker')).toBe('llm-worker')
  })
})

describe('endGroup', () => {
  it('ends by force what ignores being asked', async () => {
    const worker = await start('trap "" TERM; echo up; while :; do sleep 0.05; done')
    expect(await endGroup(worker.pid, 200, Date.now)).toBe(false)
    expect(await processIdentity(worker.pid)).toBeNull()
  })
})
