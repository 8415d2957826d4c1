import { once } from 'node:events'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { program, startCatalog, type TestCatalog } from './catalog.ts'
import { aMachine, lives, type Machine, type Running, readRecord, type Started, until } from './machine.ts'

let catalog: TestCatalog
let machine: Machine

/** A worker that answers with what it was started with, and misbehaves as its arguments say. */
const SERVER = `
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
const args = process.argv.slice(2)
const has = (flag) => args.includes(flag)
console.error('loading the model')
if (has('--die')) {
  console.error('the model is broken')
  process.exit(3)
}
if (has('--child')) {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' })
  writeFileSync('child.pid', String(child.pid))
}
process.on('SIGTERM', () => {
  if (has('--deaf')) return
  console.error('finishing requests')
  setTimeout(() => process.exit(0), 50)
})
const health = has('--unwell') ? 503 : 200
if (has('--idle')) setInterval(() => {}, 1000)
else createServer((request, response) => {
  if (request.url === '/crash') process.exit(7)
  response.writeHead(request.url === '/health' ? health : 200)
  response.end(JSON.stringify({ args, cwd: process.cwd(), token: process.env.RBEE_TOKEN ?? null }))
}).listen(Number(args[args.indexOf('--port') + 1]), '127.0.0.1')
`

/** A shell script stands before the program, as the official workers have it. */
function serving(id: string, start = 'exec') {
  const node = `${start} "${process.execPath}" "$(dirname "$0")/../server.mjs" "$@"`
  return program(id, `[ "$1" = --self-test ] && exit 0\n${node}`, { 'server.mjs': SERVER })
}

beforeAll(async () => {
  catalog = await startCatalog()
  const run = (id: string) => ({
    run: { command: [`bin/${id}`], port_flag: '--port', model_flag: '--weights' },
  })
  for (const id of ['web-worker', 'life-worker']) {
    await catalog.publish({ id, variants: { cpu: serving(id) }, manifest: run(id) })
  }
  // Its shell ends at once when it is asked to; the server behind it must have its time all the same.
  const nested = serving('nested-worker', '')
  await catalog.publish({ id: 'nested-worker', variants: { cpu: nested }, manifest: run('nested-worker') })
  await catalog.publish({
    id: 'job-worker',
    variants: { cpu: program('job-worker', '[ "$1" = --self-test ] && exit 0\nexec sleep 300') },
    manifest: { run: { command: ['bin/job-worker'] } },
  })
  await catalog.publish({
    id: 'mute-worker',
    variants: { cpu: program('mute-worker', '') },
    manifest: { run: { command: ['bin/mute-worker'] } },
  })
  machine = await aMachine(catalog.url)
  await install('web-worker')
})
afterEach(() => machine.endEverything())
afterAll(async () => {
  await machine[Symbol.asyncDispose]()
  await catalog[Symbol.asyncDispose]()
})

async function install(id: string): Promise<void> {
  const { code, stderr } = await machine.hive('install', id)
  expect({ code, stderr }).toMatchObject({ code: 0 })
}

const answerOf = async (url: string) =>
  (await (await fetch(url)).json()) as { args: string[]; cwd: string; token: string | null }

describe('a detached worker', () => {
  it('is installed, started, seen, used, stopped and removed', async () => {
    await install('life-worker')
    await writeFile(join(machine.folder, 'tiny.gguf'), 'model')
    const running = await machine.runDetached(
      'life-worker',
      '--model',
      'tiny.gguf',
      '--',
      '--threads',
      '2',
      '--json',
    )
    const { args, cwd } = await answerOf(running.url)
    // Relative to the caller, and absolute for the worker, which runs elsewhere and on a port of its own.
    const { worker_port } = await readRecord(machine.home, 'life-worker')
    expect(args).toEqual([
      ...['--port', String(worker_port), '--weights', join(machine.folder, 'tiny.gguf')],
      ...['--threads', '2', '--json'],
    ])
    expect(worker_port).not.toBe(running.port)
    expect(cwd).toContain(join('workers', 'life-worker', 'builds'))
    expect(await readFile(running.log, 'utf8')).toMatch(
      /^rbee-hive: \S+ started life-worker 0\.1\.0 \(cpu\), process \d+\nloading the model\n$/,
    )

    expect(await machine.workers('status')).toMatchObject([
      { id: 'life-worker', healthy: true, pid: running.pid },
    ])
    expect((await machine.hive('status', 'life-worker')).stdout).toMatch(
      /^WORKER.*\nlife-worker +0\.1\.0 +cpu +\d+ +\d+ s +healthy +http:\/\/127\.0\.0\.1:\d+\n$/,
    )
    expect(await machine.workers('list')).toMatchObject([
      { id: 'life-worker', running: true },
      { id: 'web-worker', running: false },
    ])
    const removal = await machine.hive('uninstall', 'life-worker')
    expect(removal).toMatchObject({ code: 1, stderr: expect.stringContaining('rbee-hive stop life-worker') })

    const stopped = await machine.hive('stop', 'life-worker-cpu')
    expect(stopped).toMatchObject({ code: 0, stdout: 'life-worker has stopped\n' })
    expect(await lives(running.pid)).toBe(false)
    expect(await readFile(running.log, 'utf8')).toContain('finishing requests')
    expect(await machine.workers('status')).toEqual([])

    expect(await machine.hive('uninstall', 'life-worker')).toMatchObject({ code: 0 })
    expect(await readdir(join(machine.home, 'workers'))).not.toContain('life-worker')
    expect(await machine.hive('run', 'life-worker')).toMatchObject({ code: 1 })
  })

  it('does not get to see what opens the registry', async () => {
    const token = { RBEE_TOKEN: 'rbee_pub_secret' }
    const { stdout } = await machine.start('rbee-hive', ['run', 'web-worker', '--detach', '--json'], token)
      .finished
    expect(await answerOf((JSON.parse(stdout) as { running: Running }).running.url)).toMatchObject({
      token: null,
    })
  })

  it('runs once, however often it is started at the same moment', async () => {
    const outcomes = await Promise.all([1, 2, 3].map(() => machine.hive('run', 'web-worker', '--detach')))
    expect(outcomes.map(({ code }) => code).toSorted()).toEqual([0, 1, 1])
    for (const { code, stderr } of outcomes) if (code === 1) expect(stderr).toContain('is running already')
    expect(await machine.workers('status')).toMatchObject([{ healthy: true }])
  })

  it('is ended by force when it does not listen, with everything it started', async () => {
    const running = await machine.runDetached('web-worker', '--', '--deaf', '--child')
    const { cwd } = await answerOf(running.url)
    const child = Number(await readFile(join(cwd, 'child.pid'), 'utf8'))
    const { code, value } = await machine.hiveJson('stop', 'web-worker', '--grace', '0.2')
    expect({ code, value }).toMatchObject({ code: 0, value: { id: 'web-worker', killed: true } })
    expect(await lives(running.pid)).toBe(false)
    expect(await lives(child)).toBe(false)
  })

  it('may finish its requests behind a shell script that does not wait', async () => {
    await install('nested-worker')
    const running = await machine.runDetached('nested-worker')
    expect(await machine.hive('stop', 'nested-worker')).toMatchObject({ code: 0 })
    expect(await readFile(running.log, 'utf8')).toContain('finishing requests')
    await expect(fetch(running.url)).rejects.toThrow()
  })

  it('goes on from its files when two newer builds are installed meanwhile', async () => {
    const publish = (version: string) =>
      catalog.publish({
        id: 'moving-worker',
        version,
        variants: { cpu: { ...serving('moving-worker'), VERSION: version } },
        manifest: { run: { command: ['bin/moving-worker'], port_flag: '--port' } },
      })
    await publish('0.1.0')
    await install('moving-worker')
    const { cwd } = await answerOf((await machine.runDetached('moving-worker')).url)
    for (const version of ['0.2.0', '0.3.0']) {
      await publish(version)
      await install('moving-worker')
    }
    expect(await readdir(cwd)).toContain('server.mjs')
    expect(await machine.active('moving-worker')).toBe('0.3.0 cpu')
    expect(await machine.hive('stop', 'moving-worker')).toMatchObject({ code: 0 })
  })
})

describe('a worker that does not get ready', () => {
  it('by dying is reported with its last words', async () => {
    const { code, value } = await machine.hiveJson('run', 'web-worker', '--detach', '--', '--die')
    expect(code).toBe(1)
    expect(value).toMatchObject({
      error: {
        code: 'start_failed',
        message: 'web-worker 0.1.0 did not start: exit code 3: the model is broken',
        next: expect.stringContaining(join('logs', 'web-worker.log')),
      },
    })
    const foreground = await machine.hive('run', 'web-worker', '--', '--die')
    expect(foreground).toMatchObject({ code: 1, stdout: '' })
    expect(foreground.stderr).toContain(
      'the model is broken\nerror: web-worker 0.1.0 did not start: exit code 3',
    )
    expect(await machine.workers('status')).toEqual([])
  })

  it('because it is not well is ended after its time, with everything it started', async () => {
    const args = ['web-worker', '--ready-timeout', '4', '--', '--unwell', '--child']
    const { code, stderr } = await machine.hive('run', ...args)
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringContaining('within 4 s: it answers HTTP 503'),
    })
    const builds = join(machine.home, 'workers/web-worker/builds')
    const [build] = await readdir(builds)
    const child = await readFile(join(builds, build ?? '', 'child.pid'), 'utf8')
    expect(await lives(Number(child))).toBe(false)
    expect(await readdir(join(machine.home, 'running'))).toEqual([])
  })

  it('because it does not listen is ended after its time', async () => {
    expect(await machine.hive('run', 'web-worker', '--ready-timeout', '0.5', '--', '--idle')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('within 0.5 s: nothing answers there'),
    })
  })

  it('is not mistaken for another program on its port', async () => {
    // The worker keeps its port to itself while it loads; somebody else takes it and is healthy.
    const other = createServer((_request, response) => response.end('fine'))
    const started = machine.start('rbee-hive', ['run', 'web-worker', '--ready-timeout', '4', '--', '--idle'])
    await started.says('loading the model')
    const { worker_port } = await readRecord(machine.home, 'web-worker')
    other.listen(worker_port ?? 0, '127.0.0.1')
    try {
      expect(await started.finished).toMatchObject({
        code: 1,
        stderr: expect.stringContaining('within 4 s: another program answers there'),
      })
    } finally {
      other.closeAllConnections()
      other.close()
    }
  })

  it('because its port is taken is not even started', async () => {
    const other = createServer()
    other.listen(0, '127.0.0.1')
    await once(other, 'listening')
    const { port } = other.address() as AddressInfo
    const { code, value } = await machine.hiveJson('run', 'web-worker', '--port', String(port))
    other.close()
    expect({ code, value }).toMatchObject({
      code: 1,
      value: { error: { code: 'port_in_use', message: `port ${port} is in use` } },
    })
  })

  it.each([
    [['web-worker', '--model', 'nowhere.gguf'], 1, 'file_not_found'],
    [['web-worker', '--port', '70000'], 2, 'usage'],
    [['web-worker', '--threads', '2'], 2, 'usage'],
    [['nope'], 1, 'not_installed'],
  ])('because of %j is told why', async (args, exitCode, code) => {
    const outcome = await machine.hiveJson('run', ...args)
    expect(outcome).toMatchObject({ code: exitCode, value: { error: { code } } })
  })

  it('because its program cannot be started is told why', async () => {
    await install('mute-worker')
    const builds = join(machine.home, 'workers/mute-worker/builds')
    const [build] = await readdir(builds)
    await writeFile(join(builds, build ?? '', 'bin/mute-worker'), '#!/no/such/interpreter\n')
    const { code, stderr } = await machine.hive('run', 'mute-worker')
    expect({ code, stderr }).toMatchObject({ code: 1, stderr: expect.stringContaining('ENOENT') })
  })
})

describe('a worker in the foreground', () => {
  const started = async (
    worker: string,
    ...args: string[]
  ): Promise<Started & { url: string; pid: number }> => {
    const program = machine.start('rbee-hive', ['run', worker, ...args])
    await program.says('stop it with Ctrl-C')
    const [running] = await machine.workers('status')
    return { ...program, url: String(running?.url), pid: Number(running?.pid) }
  }

  it('prints to stderr, and Ctrl-C lets it finish', async () => {
    const { child, finished, pid } = await started('web-worker', '--json')
    child.kill('SIGINT')
    const { code, stdout, stderr } = await finished
    expect(code).toBe(130)
    expect(JSON.parse(stdout)).toMatchObject({
      running: { id: 'web-worker' },
      exit_code: 0,
      interrupted: true,
    })
    expect(stderr).toMatch(/loading the model\n.*it answers at http[^\n]*\n.*finishing requests\n$/s)
    expect(await lives(pid)).toBe(false)
    expect(await machine.workers('status')).toEqual([])
  })

  it('is ended by force when it is asked twice', async () => {
    const { child, finished, says, pid } = await started('web-worker', '--', '--deaf')
    child.kill('SIGINT')
    await says('once more ends it by force')
    child.kill('SIGINT')
    expect(await finished).toMatchObject({ code: 130 })
    await until(async () => !(await lives(pid)))
    expect(await machine.workers('status')).toEqual([])
  })

  it.each(['SIGINT', 'SIGHUP'] as const)(
    'that was interrupted by %s before it was ready is ended',
    async (signal) => {
      const { child, finished, says } = machine.start('rbee-hive', ['run', 'web-worker', '--', '--unwell'])
      await says('loading the model')
      const [running] = await machine.workers('status')
      child.kill(signal)
      expect(await finished).toMatchObject({ code: 130, stdout: '' })
      expect(await lives(Number(running?.pid))).toBe(false)
    },
  )

  it('that is stopped from elsewhere ends with 0, that breaks down with 1', async () => {
    const stopped = await started('web-worker')
    expect(await machine.hive('stop', 'web-worker')).toMatchObject({ code: 0 })
    expect(await stopped.finished).toMatchObject({ code: 0 })

    const crashing = await started('web-worker')
    await fetch(`${crashing.url}/crash`).catch(() => {})
    const { code, stderr } = await crashing.finished
    expect({ code, stderr }).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('web-worker ended by itself: exit code 7'),
    })
    expect(await machine.workers('status')).toEqual([])
  })

  it('needs neither a port nor a health address', async () => {
    await install('job-worker')
    expect(await machine.hive('run', 'job-worker', '--port', '1')).toMatchObject({ code: 2 })
    const { child, finished } = await started('job-worker')
    expect(await machine.workers('status')).toMatchObject([{ url: null, healthy: null }])
    child.kill('SIGTERM')
    expect(await finished).toMatchObject({ code: 130 })
  })
})

it('names the damaged file of an instance, and goes on with the others', async () => {
  await mkdir(join(machine.home, 'running'), { recursive: true })
  const file = join(machine.home, 'running/web-worker.json')
  await writeFile(file, '{"pid":')
  const damaged = [
    {
      name: 'web-worker',
      file,
      message: expect.stringContaining(file),
      next: expect.stringContaining('delete'),
    },
  ]
  for (const command of ['status', 'list']) {
    const { code, value, stderr } = await machine.hiveJson(command)
    expect({ code, value }).toMatchObject({ code: 0, value: { workers: expect.any(Array), damaged } })
    expect(stderr).toMatch(/^warning: .*web-worker\.json is damaged: .*; delete that file/)
  }
  const { code, value } = await machine.hiveJson('status', 'web-worker')
  expect(code).toBe(1)
  expect(value).toMatchObject({ error: { code: 'state_damaged', message: expect.stringContaining(file) } })
  await rm(file)
})
