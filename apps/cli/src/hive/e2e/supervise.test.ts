import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { sampleFiles } from '../supervise/testing/sample-worker.ts'
import { startCatalog, type TestCatalog } from './catalog.ts'
import { aMachine, lives, type Machine, until } from './machine.ts'

const ID = 'sample-worker'

let catalog: TestCatalog
let machine: Machine

beforeAll(async () => {
  catalog = await startCatalog()
  await catalog.publish({
    id: ID,
    variants: { cpu: sampleFiles(ID, { version: '1.0.0' }) },
    manifest: { run: { command: [`bin/${ID}`], port_flag: '--port' } },
  })
  machine = await aMachine(catalog.url)
  expect(await machine.hive('install', ID)).toMatchObject({ code: 0 })
})
afterEach(() => machine.endEverything())
afterAll(async () => {
  await machine[Symbol.asyncDispose]()
  await catalog[Symbol.asyncDispose]()
})

const runDetached = (...args: string[]) => machine.runDetached(ID, ...args)
const status = () => machine.workers('status')
const crash = (url: string) => fetch(`${url}/crash`).catch(() => {})
const log = (...args: string[]) => machine.hive('logs', ID, ...args)

describe('several instances of a worker', () => {
  it('run at the same time, each on its port, and are told apart by their names', async () => {
    const first = await runDetached()
    const second = await runDetached('--name', 'second')
    expect(await status()).toMatchObject([
      { name: ID, id: ID, url: first.url },
      { name: 'second', id: ID, url: second.url },
    ])
    expect((await machine.hive('status', ID)).stdout).toContain('second (sample-worker)')
    expect(await machine.hive('stop', 'second')).toMatchObject({ code: 0, stdout: 'second has stopped\n' })
    expect((await runDetached('--name', 'second')).port).toBe(second.port)
    expect(await machine.hive('run', ID, '--detach')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining(first.url),
    })
    expect((await log()).stdout).not.toContain('running already')
    expect(await machine.hive('uninstall', ID)).toMatchObject({ code: 1 })
    expect(await machine.hive('stop', ID)).toMatchObject({ code: 0 })
    expect(await machine.hive('status', 'smaple-worker')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('smaple-worker is not installed'),
    })
    expect(await status()).toMatchObject([{ name: 'second' }])
  })

  it('are not stopped by a name that means several of them', async () => {
    for (const name of ['first', 'second']) await runDetached('--name', name)
    expect(await machine.hiveJson('stop', ID)).toMatchObject({
      code: 2,
      value: { available: ['first', 'second'], error: { code: 'usage' } },
    })
  })
})

describe('a detached worker', () => {
  it('is started again after a second when it crashed; meanwhile its status says so', async () => {
    const { url, pid } = await runDetached()
    await crash(url)
    await until(async () => (await status())[0]?.state !== 'running')
    const answer = await fetch(url)
    expect(answer.status).toBe(503)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    await until(async () => (await fetch(url)).status === 200)
    const [worker] = await status()
    expect(worker).toMatchObject({
      state: 'running',
      restarts: 1,
      last_exit: { code: 7 },
      healthy: true,
      url,
    })
    expect(worker?.pid).not.toBe(pid)
  })

  it('that is interrupted while it starts is ended', async () => {
    const started = machine.start('rbee-hive', ['run', ID, '--detach', '--', '--unwell'])
    await until(async () => (await status())[0]?.pid !== undefined)
    const [worker] = await status()
    expect(await machine.hive('run', ID)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('(starting)'),
    })
    started.child.kill('SIGINT')
    expect(await started.finished).toMatchObject({ code: 130 })
    expect(await status()).toEqual([])
    expect(await lives(Number(worker?.pid))).toBe(false)
  })

  it('ends by force when its supervisor does not answer', async () => {
    const { supervisor_pid, pid } = await runDetached()
    process.kill(supervisor_pid, 'SIGSTOP')
    expect(await machine.hiveJson('stop', ID, '--grace', '0')).toMatchObject({
      code: 0,
      value: { killed: true },
    })
    for (const one of [supervisor_pid, pid]) expect(await lives(one)).toBe(false)
  }, 60_000)
})

describe('run --supervise', () => {
  it('stays, starts the worker again, writes its log, and ends with 0 when a service manager ends it', async () => {
    const started = machine.start('rbee-hive', ['run', ID, '--supervise'])
    await started.says('stop it with Ctrl-C')
    const [worker] = await status()
    await crash(String(worker?.url))
    await started.says('is started again in 1 s')
    await until(async () => (await status())[0]?.restarts === 1 && (await status())[0]?.state === 'running')
    expect(await readFile(String(worker?.log), 'utf8')).toContain('loading 1.0.0')
    started.child.kill('SIGTERM')
    expect(await started.finished).toMatchObject({ code: 0 })
    expect(await status()).toEqual([])
  })

  it('does not go with --detach', async () => {
    const { code, stderr } = await machine.hive('run', ID, '--supervise', '--detach')
    expect({ code, stderr }).toMatchObject({ code: 2, stderr: expect.stringContaining('--detach') })
  })
})

describe('rbee-hive logs', () => {
  it('shows what a worker printed, also before it crashed and before it was started anew', async () => {
    await runDetached()
    await machine.hive('stop', ID)
    const { url } = await runDetached()
    await crash(url)
    await until(async () => (await status())[0]?.restarts === 1 && (await status())[0]?.state === 'running')
    const { stdout, code } = await log()
    expect(code).toBe(0)
    expect(stdout.match(/started sample-worker 0\.1\.0/g)?.length).toBeGreaterThanOrEqual(3)
    const previous = (await log('--previous')).stdout
    expect(previous).toMatch(/^rbee-hive: \S+ started .*\nloading 1\.0\.0\n.*exit code 7/)
    expect((await log('--lines', '1')).stdout).toBe('loading 1.0.0\n')
    const { value } = await machine.hiveJson('logs', ID, '-n', '1')
    expect(value).toMatchObject({ name: ID, lines: ['loading 1.0.0'] })
  })

  it('follows, and ends with 130 on Ctrl-C, or with 0 when the worker is stopped', async () => {
    const { url } = await runDetached()
    const following = [1, 2].map(() => machine.start('rbee-hive', ['logs', ID, '--follow', '-n', '1']))
    await sleep(1500)
    await crash(url)
    await until(async () => (await status())[0]?.restarts === 1 && (await status())[0]?.state === 'running')
    following[0]?.child.kill('SIGINT')
    const first = await following[0]?.finished
    expect(first).toMatchObject({
      code: 130,
      stdout: expect.stringMatching(/exit code 7.*started .*\nloading/s),
      stderr: '',
    })
    await machine.hive('stop', ID)
    expect(await following[1]?.finished).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('finishing requests'),
    })
  })

  it('keeps what a terminal would obey to the file', async () => {
    await runDetached()
    await machine.hive('stop', ID)
    const path = join(machine.home, 'logs', `${ID}.log`)
    await writeFile(path, 'plain \u001b[31mred\u001b[0m \u001b]0;title\u0007 \u001b[2Jgone\n')
    expect((await log()).stdout).toBe('plain \u001b[31mred\u001b[0m ]0;title [2Jgone\n')
  })

  it.each([
    [['nope'], 1, 'not_running'],
    [[ID, '--follow'], 2, 'usage'],
    [[ID, '--lines', 'many'], 2, 'usage'],
  ])('of %j ends with %i', async (args, code, error) => {
    expect(await machine.hiveJson('logs', ...args)).toMatchObject({ code, value: { error: { code: error } } })
  })
})

describe('a model', () => {
  it('that is a folder is refused before anything is started', async () => {
    await mkdir(join(machine.folder, 'models'), { recursive: true })
    expect(await machine.hiveJson('run', ID, '--model', 'models')).toMatchObject({
      code: 1,
      value: {
        error: {
          code: 'file_unreadable',
          message: `${join(machine.folder, 'models')} is a folder, not a model file`,
        },
      },
    })
  })

  it.skipIf(process.getuid?.() === 0)('that may not be read is refused (not as root, who may)', async () => {
    const path = join(machine.folder, 'secret.gguf')
    await writeFile(path, 'model')
    await chmod(path, 0)
    expect(await machine.hiveJson('run', ID, '--model', path)).toMatchObject({
      value: { error: { code: 'file_unreadable' } },
    })
  })
})
