import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { echoWorker } from '../../examples/echo-worker.ts'
import {
  checkConformance,
  type FakeLicense,
  fakeLicense,
  type RunningWorker,
  readEvents,
  runToEnd,
  startWorker,
  TEST_TIME,
  textOf,
} from '../testing/index.ts'
import type { Worker } from '../worker.ts'

const MINUTE = 60_000

let folder: string
let now: number
let fake: FakeLicense
let worker: Worker
let running: RunningWorker | null
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'rbee-licensed-'))
  now = TEST_TIME
  fake = fakeLicense({ worker: echoWorker.name, folder })
  worker = { ...echoWorker, license: fake.guard }
  running = null
})
afterEach(async () => {
  await running?.stop()
  await rm(folder, { recursive: true })
})

const options = () => ({ env: fake.env, clock: () => now })

async function start(): Promise<RunningWorker> {
  running = await startWorker(worker, options())
  return running
}

const ask = ({ post }: RunningWorker) => post('/v1/completions', { prompt: 'one two' })
const healthOf = async ({ url }: RunningWorker) => (await fetch(`${url}/health`)).json()

describe('a worker that is sold', () => {
  it('does all that workers do, with a lease', async () => {
    await fake.lease()
    const results = await checkConformance(worker, { env: fake.env })
    expect(results.filter((result) => !result.passed)).toEqual([])
  })

  it('does not start without one, and says what to do', async () => {
    expect(await runToEnd(worker, options())).toEqual({
      code: 5,
      stdout: '',
      stderr: [
        'error: echo-worker does not serve: it was started without the lease of a licence',
        'next: add a licence with "rbee-hive license add", and start the worker with "rbee-hive run"',
        '',
      ].join('\n'),
    })
    await fake.lease({ at: TEST_TIME + 60 * MINUTE })
    const turnedBack = await runToEnd(worker, options())
    expect([turnedBack.code, turnedBack.stderr]).toEqual([
      5,
      expect.stringMatching(/^error: the clock of this machine shows 2026-01-01T00:00:00Z/),
    ])
  })

  it('proves itself and describes itself without one', async () => {
    for (const argv of [['--self-test'], ['--capabilities'], ['--version'], ['--help']])
      expect((await runToEnd(worker, { ...options(), argv })).code).toBe(0)
  })

  it('serves through the grace and says so, refuses behind it, and serves again with a new lease', async () => {
    await fake.lease({ seconds: 60, graceSeconds: 60 })
    const sold = await start()
    const valid = await ask(sold)
    expect([valid.status, valid.headers.get('x-rbee-license')]).toEqual([200, null])
    expect(await healthOf(sold)).toMatchObject({
      status: 'ok',
      license: { state: 'valid', until: '2026-01-01T00:01:00Z' },
    })

    now += MINUTE
    const grace = await sold.post('/v1/completions', { prompt: 'one two', stream: true })
    expect([grace.headers.get('x-rbee-license'), grace.headers.get('x-rbee-license-until')]).toEqual([
      'grace',
      '2026-01-01T00:02:00Z',
    ])
    expect(textOf(await readEvents(grace))).toBe('two one ')
    expect(await healthOf(sold)).toMatchObject({
      license: { state: 'grace', until: '2026-01-01T00:02:00Z' },
    })
    expect(sold.stderr()).toContain('warn the lease of the licence is over')
    expect((await fetch(`${sold.url}/ready`)).status).toBe(200)

    now += MINUTE
    const refused = await ask(sold)
    expect([refused.status, await refused.json()]).toEqual([
      403,
      {
        error: {
          message: expect.stringContaining(
            'the grace behind it are over; let this machine reach the registry',
          ),
          ...{ type: 'permission_error', param: null, code: 'license_refused', reason: 'expired' },
        },
      },
    ])
    expect((await fetch(`${sold.url}/ready`)).status).toBe(403)
    const health = await fetch(`${sold.url}/health`)
    expect([health.status, await health.json()]).toMatchObject([
      200,
      { status: 'ok', state: 'ready', license: { state: 'refused', reason: 'expired' } },
    ])
    expect((await fetch(`${sold.url}/v1/models`)).status).toBe(200)

    await fake.lease({ at: now })
    expect((await ask(sold)).status).toBe(200)
  })

  it('refuses while the clock is turned back', async () => {
    await fake.lease()
    now += 20 * MINUTE
    const sold = await start()
    expect((await ask(sold)).status).toBe(200)
    now -= 10 * MINUTE
    const refused = await ask(sold)
    expect([refused.status, await refused.json()]).toMatchObject([
      403,
      { error: { code: 'license_clock_back' } },
    ])
    expect(await healthOf(sold)).toMatchObject({ license: { state: 'clock_back' } })
    now += 10 * MINUTE
    expect((await ask(sold)).status).toBe(200)
  })
})
