import { chmod, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sampleFiles } from '../supervise/testing/sample-worker.ts'
import { startCatalog, type TestCatalog } from './catalog.ts'
import { aMachine, type Machine, readRecord, until } from './machine.ts'

const ID = 'sample-worker'

interface Finding {
  check: string
  status: string
  message: string
  next: string | null
}

let catalog: TestCatalog
let machine: Machine

beforeAll(async () => {
  catalog = await startCatalog()
  await catalog.publish({
    id: ID,
    variants: { cpu: sampleFiles(ID, { version: '1.0.0' }) },
    manifest: { run: { command: [`bin/${ID}`], port_flag: '--port' }, selftest: undefined },
  })
})
afterAll(() => catalog[Symbol.asyncDispose]())
beforeEach(async () => {
  machine = await aMachine(catalog.url)
  expect(await machine.hive('install', ID)).toMatchObject({ code: 0 })
})
afterEach(() => machine[Symbol.asyncDispose]())

async function examine(...args: string[]): Promise<{ code: number | null; checks: Finding[] }> {
  const { code, value } = await machine.hiveJson('doctor', ...args)
  return { code, checks: (value as { checks: Finding[] }).checks }
}
const about = (checks: Finding[], check: string) => checks.find((found) => found.check === check)
const buildFolder = async () => {
  const builds = join(machine.home, 'workers', ID, 'builds')
  return join(builds, (await readdir(builds))[0] ?? '')
}

describe('the doctor', () => {
  it('finds nothing wrong with a fresh install and a worker that runs', async () => {
    expect(await machine.hive('run', ID, '--detach')).toMatchObject({ code: 0 })
    const { code, checks } = await examine()
    expect(checks.filter(({ status }) => status === 'problem')).toEqual([])
    expect(code).toBe(0)
    expect(about(checks, 'registry')).toMatchObject({ status: 'ok' })
    expect(about(checks, 'clock')).toMatchObject({ status: 'ok' })
    expect(about(checks, `worker ${ID}`)).toMatchObject({ status: 'ok', message: /as it was published/ })
    expect(about(checks, `running ${ID}`)).toMatchObject({ status: 'ok' })
  })

  it('tells people what it found, and how much of it is bad', async () => {
    const { stdout } = await machine.hive('doctor')
    expect(stdout).toMatch(/^ok +home: /m)
    expect(stdout).toMatch(/0 problems, \d+ warning|everything is fine/)
  })

  it('sees files of a build that were changed, and a program that is gone', async () => {
    await chmod(await buildFolder(), 0o755)
    await writeFile(join(await buildFolder(), 'README.md'), 'changed\n')
    expect(about((await examine()).checks, `worker ${ID}`)).toMatchObject({
      status: 'warning',
      message: /README\.md is not the one that was published/,
    })
    await writeFile(join(await buildFolder(), 'README.md'), `# ${ID.replace('s', 'x')}\n`)
    expect(about((await examine()).checks, `worker ${ID}`)).toMatchObject({
      status: 'warning',
      message: /its files are not those that were published/,
    })
    await rm(join(await buildFolder(), 'bin', ID))
    const { code, checks } = await examine()
    expect(code).toBe(1)
    expect(about(checks, `worker ${ID}`)).toMatchObject({ status: 'problem', message: /is missing/ })
  })

  it('sees damaged records and what killed programs left, and changes nothing', async () => {
    await writeFile(join(machine.home, 'workers', ID, 'active.json'), '{')
    await mkdir(join(machine.home, 'staging', '1.gone.00000000-0000-0000-0000-000000000000'), {
      recursive: true,
    })
    const { code, checks } = await examine()
    expect(code).toBe(1)
    expect(about(checks, `worker ${ID}`)).toMatchObject({ status: 'problem', message: /is damaged/ })
    expect(checks).toContainEqual(expect.objectContaining({ check: 'state', status: 'warning' }))
    expect(await machine.staging()).toHaveLength(1)
  })

  it('sees the worker that a killed supervisor left running', async () => {
    expect(await machine.hive('run', ID, '--detach')).toMatchObject({ code: 0 })
    const { supervisor, processes } = await readRecord(machine.home, ID)
    process.kill(supervisor.pid, 'SIGKILL')
    await until(async () => about((await examine()).checks, 'state')?.status === 'warning')
    const orphan = about((await examine()).checks, 'state')
    expect(orphan?.message).toContain(String(processes[0]?.pid))
    expect(orphan?.next).toContain(`rbee-hive stop ${ID}`)
  })

  it('says quickly that the registry is away, and that what is installed goes on to work', async () => {
    const begun = performance.now()
    const { code, checks } = await examine('--registry', 'http://127.0.0.1:1')
    expect(performance.now() - begun).toBeLessThan(15_000)
    expect(code).toBe(1)
    expect(about(checks, 'registry')).toMatchObject({
      status: 'problem',
      next: /what is installed goes on to work/,
    })
  })

  it('sees a wrong clock, a server that is no registry, and a variable that names no proxy', async () => {
    const server = createServer((_request, response) => {
      response.writeHead(200, { date: new Date(Date.now() - 3_600_000).toUTCString() }).end('hello')
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const { checks } = await examine('--registry', url)
    server.close()
    expect(about(checks, 'registry')).toMatchObject({ status: 'problem', message: /no registry of workers/ })
    expect(about(checks, 'clock')).toMatchObject({ status: 'warning', message: /1 h 0 min ahead/ })
    const secret = await machine.start('rbee-hive', ['doctor'], { HTTPS_PROXY: 'user:secret' }).finished
    expect(secret.stdout).toContain('HTTPS_PROXY is not the http or https address of a proxy')
    expect(secret.stdout + secret.stderr).not.toContain('secret')
  })
})
