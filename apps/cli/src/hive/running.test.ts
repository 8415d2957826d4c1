import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { workerIdSchema } from '@rbee/schema'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type HiveHome, hiveHome } from './home.ts'
import { processIdentity } from './process-identity.ts'
import { findRunning, listRunning, type RunningWorker, recordRunning, stopProcess } from './running.ts'

const ID = workerIdSchema.parse('llm-worker')
let root: string
let home: HiveHome

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'hive-'))
  home = hiveHome(root, '/')
})
afterEach(() => rm(root, { recursive: true, force: true }))

async function start(script: string): Promise<RunningWorker> {
  const child = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore'], detached: true })
  await once(child.stdout, 'data')
  const pid = child.pid ?? 0
  return {
    id: ID,
    version: '1.0.0',
    variant: 'cpu',
    build: '1.0.0-cpu-x',
    pid,
    identity: (await processIdentity(pid)) ?? '',
    port: null,
    url: null,
    health_url: null,
    model: null,
    log: null,
    started_at: '2026-01-01T00:00:00.000Z',
  }
}

describe('running workers', () => {
  it('are found while their process lives, and forgotten with it', async () => {
    const worker = await start('echo up; exec sleep 60')
    await recordRunning(home, worker)
    expect(await findRunning(home, ID)).toEqual(worker)
    expect(await stopProcess(worker, 5_000, Date.now)).toBe(true)
    expect(await listRunning(home)).toEqual([])
    expect(await readdir(home.running)).toEqual([])
  })

  it('are not confused with a process that got the same number later', async () => {
    const worker = await start('echo up; exec sleep 60')
    const recycled = { ...worker, identity: 'another boot:1' }
    await recordRunning(home, recycled)
    expect(await findRunning(home, ID)).toBeNull()
    expect(await stopProcess(recycled, 100, Date.now)).toBe(true)
    expect(await processIdentity(worker.pid)).toBe(worker.identity)
    await stopProcess(worker, 5_000, Date.now)
  })

  it('are ended by force when they ignore being asked', async () => {
    const worker = await start('trap "" TERM; echo up; while :; do sleep 0.05; done')
    expect(await stopProcess(worker, 200, Date.now)).toBe(false)
    expect(await processIdentity(worker.pid)).toBeNull()
  })
})
