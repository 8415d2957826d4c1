import { execFileSync } from 'node:child_process'
import { chmod, mkdir, readdir, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type SampleBuild, sampleFiles } from '../supervise/testing/sample-worker.ts'
import { startCatalog, type TestCatalog } from './catalog.ts'
import { aMachine, canMount, lives, type Machine, NVIDIA, readRecord, until } from './machine.ts'
import { aMirror, type Mirror, spoiled } from './mirror.ts'

const ID = 'sample-worker'

let catalog: TestCatalog
let mirror: Mirror
let machine: Machine
let host: string

beforeEach(async () => {
  catalog = await startCatalog()
  mirror = await aMirror(catalog.url)
  machine = await aMachine(mirror.url)
  host = await machine.profile({})
  await publish({ version: '1.0.0' })
  expect(await machine.hive('install', ID, '--host-profile', host)).toMatchObject({ code: 0 })
})
afterEach(async () => {
  await machine[Symbol.asyncDispose]()
  await mirror[Symbol.asyncDispose]()
  await catalog[Symbol.asyncDispose]()
})

function publish(sample: SampleBuild, id = ID, variants: readonly string[] = ['cpu']): Promise<void> {
  const files = sampleFiles(id, sample)
  return catalog.publish({
    id,
    version: sample.version,
    variants: Object.fromEntries(
      variants.map((variant) => [variant, { ...files, 'build.txt': `${sample.version} ${variant}` }]),
    ),
    manifest: { run: { command: [`bin/${id}`], port_flag: '--port' } },
  })
}

const update = (...args: string[]) => machine.hiveJson('update', ID, '--host-profile', host, ...args)

const runDetached = (name = ID) => machine.runDetached(ID, '--name', name)
const buildAt = async (url: string) => (await fetch(url)).headers.get('x-build')
const workers = () => machine.workers('status')
const builds = () => readdir(join(machine.home, 'workers', ID, 'builds'))

describe('rbee-hive update', () => {
  it('of a worker under load loses no request, and both builds answer', async () => {
    await publish({ version: '2.0.0', readyAfterMs: 500 })
    const { url } = await runDetached()
    const seen = new Set<string | null>()
    const failures: string[] = []
    let on = true
    const asking = ['/', '/slow?ms=100', '/stream?ms=300'].map(async (path) => {
      while (on) {
        const answer = await fetch(url + path).catch((error: unknown) => String(error))
        if (typeof answer === 'string') failures.push(answer)
        else {
          const text = await answer.text().catch((error: unknown) => String(error))
          seen.add(answer.headers.get('x-build'))
          if (!answer.ok || (path.startsWith('/stream') && !text.endsWith('end\n\n'))) failures.push(text)
        }
      }
    })
    const long = fetch(`${url}/stream?ms=4000`).then((answer) => answer.text())
    const { code, value } = await update()
    on = false
    await Promise.all(asking)
    expect({ code, value }).toMatchObject({
      code: 0,
      value: {
        workers: [
          {
            worker: ID,
            status: 'updated',
            from: { version: '1.0.0', variant: 'cpu' },
            to: { version: '2.0.0', variant: 'cpu' },
            instances: [{ name: ID, from: '1.0.0', cut_requests: 0 }],
          },
        ],
      },
    })
    expect({ seen: [...seen].toSorted(), failures }).toEqual({
      seen: ['1.0.0 cpu', '2.0.0 cpu'],
      failures: [],
    })
    expect(await long).toMatch(/^(data: 1\.0\.0 cpu\n\n)+data: end\n\n$/)
    expect(await workers()).toMatchObject([{ id: ID, version: '2.0.0', url, healthy: true }])
    expect(await machine.active(ID)).toBe('2.0.0 cpu')
  })

  it('of a worker that does not run makes the new build active; with --dry-run it only says so', async () => {
    await publish({ version: '2.0.0' })
    const dry = await update('--dry-run')
    expect(dry).toMatchObject({
      code: 0,
      value: { workers: [{ status: 'planned', to: { version: '2.0.0' }, plan: { variant: 'cpu' } }] },
    })
    expect(await machine.active(ID)).toBe('1.0.0 cpu')
    expect((await machine.hive('update', '--all', '--host-profile', host)).stdout).toBe(
      '✓ sample-worker 1.0.0 (cpu) → 2.0.0 (cpu)\n  go back with: rbee-hive rollback sample-worker\n',
    )
    expect(await machine.active(ID)).toBe('2.0.0 cpu')
    expect(await update()).toMatchObject({ code: 0, value: { workers: [{ status: 'current', plan: null }] } })
  })

  it('to a build that does not get ready ends with 1; the old one goes on and nothing is left', async () => {
    await publish({ version: '2.0.0', flags: '--unwell' })
    const { url, pid } = await runDetached()
    const { code, value } = await update('--ready-timeout', '1')
    expect({ code, value }).toMatchObject({
      code: 1,
      value: { error: { code: 'start_failed', message: expect.stringContaining('it answers HTTP 503') } },
    })
    expect(await buildAt(url)).toBe('1.0.0 cpu')
    expect(await workers()).toMatchObject([{ pid, version: '1.0.0', healthy: true, restarts: 0 }])
    expect(await machine.active(ID)).toBe('1.0.0 cpu')
    expect(await builds()).toHaveLength(1)
    expect(await machine.staging()).toEqual([])
  })

  it('changes all instances of a worker or none', async () => {
    await publish({ version: '2.0.0' })
    const [first, second] = [await runDetached(), await runDetached('second')]
    // The second one cannot get ready, because the first one took what it needs.
    const started = machine.start('rbee-hive', ['update', ID, '--host-profile', host, '--ready-timeout', '4'])
    await started.says(`second: starting 2.0.0`)
    const fresh = (await readRecordUntil('second', 2)).find(({ build }) => build.startsWith('2'))
    process.kill(-(fresh?.pid ?? 0), 'SIGKILL')
    expect(await started.finished).toMatchObject({ code: 1 })
    expect([await buildAt(first.url), await buildAt(second.url)]).toEqual(['1.0.0 cpu', '1.0.0 cpu'])
    expect(await machine.active(ID)).toBe('1.0.0 cpu')
    expect(await update()).toMatchObject({ code: 0 })
    expect([await buildAt(first.url), await buildAt(second.url)]).toEqual(['2.0.0 cpu', '2.0.0 cpu'])
  })

  it('brings a running worker to what was installed meanwhile', async () => {
    const { url } = await runDetached()
    await publish({ version: '2.0.0' })
    await machine.hive('install', ID, '--host-profile', host)
    expect(await buildAt(url)).toBe('1.0.0 cpu')
    expect(await update()).toMatchObject({ code: 0, value: { workers: [{ status: 'updated', plan: null }] } })
    expect(await buildAt(url)).toBe('2.0.0 cpu')
  })

  it('can end the old one first', async () => {
    await publish({ version: '2.0.0' })
    const { url } = await runDetached()
    expect(await update('--restart')).toMatchObject({ code: 0 })
    expect(await buildAt(url)).toBe('2.0.0 cpu')
  })

  it('stays with the installed variant, unless it is told to choose anew', async () => {
    host = await machine.profile({ gpus: [NVIDIA] })
    await publish({ version: '2.0.0' }, ID, ['cuda', 'cpu'])
    expect(await update()).toMatchObject({ code: 0 })
    expect(await machine.active(ID)).toBe('2.0.0 cpu')
    expect(await update('--auto')).toMatchObject({ code: 0 })
    expect(await machine.active(ID)).toBe('2.0.0 cuda')
    await publish({ version: '3.0.0' }, ID, ['cpu'])
    expect(await update()).toMatchObject({
      code: 3,
      value: { error: { code: 'nothing_fits', next: expect.stringContaining(`update ${ID} --auto`) } },
    })
    host = await machine.profile({})
    await publish({ version: '4.0.0' }, ID, ['cuda', 'cpu'])
    expect(await update()).toMatchObject({
      code: 3,
      value: { error: { next: expect.stringContaining('--auto') } },
    })
    expect(await machine.active(ID)).toBe('2.0.0 cuda')
  })

  it.each([
    [[], 2, 'usage'],
    [['--all', ID], 2, 'usage'],
    [['nope'], 1, 'not_installed'],
  ])('of %j ends with %i', async (args, code, error) => {
    expect(await machine.hiveJson('update', ...args)).toMatchObject({
      code,
      value: { error: { code: error } },
    })
  })

  it('of several goes on when one fails, and ends with its exit code', async () => {
    await publish({ version: '1.0.0' }, 'other-worker')
    await machine.hive('install', 'other-worker', '--host-profile', host)
    await publish({ version: '2.0.0' }, 'other-worker')
    mirror.document = (path, text) =>
      path.includes(ID) ? text.replaceAll('"1.0.0"', '"0.9.0"').slice(0, 20) : text
    const { code, value } = await machine.hiveJson('update', '--all', '--host-profile', host)
    expect({ code, value }).toMatchObject({
      code: 4,
      value: {
        workers: [
          { worker: 'other-worker', status: 'updated' },
          { worker: ID, status: 'failed' },
        ],
      },
    })
    expect(await machine.active('other-worker')).toBe('2.0.0 cpu')
  })

  it('of all goes on when the record of one is damaged; install repairs it', async () => {
    await publish({ version: '1.0.0' }, 'other-worker')
    await machine.hive('install', 'other-worker@1.0.0', '--host-profile', host)
    await publish({ version: '2.0.0' }, 'other-worker')
    const record = join(machine.home, 'workers', ID, 'active.json')
    await writeFile(record, '{"id":')
    const listed = await machine.hiveJson('list')
    expect(listed).toMatchObject({
      code: 0,
      value: { workers: [{ id: 'other-worker' }], damaged: [{ name: ID, file: record }] },
      stderr: expect.stringContaining(`install it again with: rbee-hive install ${ID}`),
    })
    expect(await machine.hiveJson('update', '--all', '--host-profile', host)).toMatchObject({
      code: 1,
      value: {
        error: { code: 'state_damaged' },
        workers: [
          { worker: ID, status: 'failed', error: { code: 'state_damaged' } },
          { worker: 'other-worker', status: 'updated' },
        ],
      },
    })
    expect(await machine.hive('install', ID, '--host-profile', host)).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('warning: '),
      stdout: expect.stringContaining('✓ installed'),
    })
    expect((await machine.hiveJson('list')).value).toMatchObject({ damaged: [], workers: [{}, { id: ID }] })
  })
})

/** Waits until so many processes of an instance are written down. */
async function readRecordUntil(name: string, count: number) {
  await until(async () => (await readRecord(machine.home, name)).processes.length === count)
  return (await readRecord(machine.home, name)).processes
}

/** Lets the registry say something else from now on, as who runs it could sign it. */
async function lie(document: Mirror['document']): Promise<void> {
  mirror.signed = false
  mirror.document = document
  await machine.hive('trust', 'remove', mirror.url)
}
const UNSIGNED = '--allow-unsigned'

describe('a registry that lies', () => {
  it('about which version is the latest does not bring an older one back', async () => {
    await publish({ version: '2.0.0' })
    await update()
    await lie((_path, text) => text.replaceAll('2.0.0', '1.5.0'))
    expect(await update(UNSIGNED)).toMatchObject({
      code: 0,
      value: { workers: [{ status: 'current', reason: '2.0.0 is newer than what the registry has' }] },
    })
    expect(await machine.active(ID)).toBe('2.0.0 cpu')
  })

  it('about the bytes of a version is refused with 4', async () => {
    await lie((_path, text) => text.replaceAll(/"digest":"sha256:[0-9a-f]{8}/g, '"digest":"sha256:00000000'))
    expect(await update(UNSIGNED)).toMatchObject({ code: 4, value: { error: { code: 'digest_mismatch' } } })
    mirror.document = (_path, text) => text
    mirror.signed = true
    await publish({ version: '2.0.0' })
    mirror.answer = spoiled
    expect(await update()).toMatchObject({ code: 4, value: { error: { code: 'digest_mismatch' } } })
    expect(await machine.active(ID)).toBe('1.0.0 cpu')
    expect(await builds()).toHaveLength(1)
  })

  it('about which worker it is asked for is refused with 5', async () => {
    await lie((_path, text) => text.replaceAll(`"worker":"${ID}"`, '"worker":"other-worker"'))
    expect(await update(UNSIGNED)).toMatchObject({ code: 5, value: { error: { code: 'registry_invalid' } } })
  })

  it('is not asked where the worker came from another one, unless it is named', async () => {
    const { RBEE_REGISTRY: _, ...env } = machine.env
    const elsewhere = await startCatalog()
    await publish({ version: '2.0.0' })
    const dry = ['update', ID, '--dry-run', '--json', '--host-profile', host]
    const versionWith = async (...args: string[]) => {
      machine.env.RBEE_REGISTRY = undefined
      const { stdout } = await machine.start('rbee-hive', [...dry, ...args]).finished
      return JSON.parse(stdout) as { workers?: { to: { version: string } }[]; error?: { code: string } }
    }
    expect(env).not.toHaveProperty('RBEE_REGISTRY')
    expect((await versionWith()).workers?.[0]?.to.version).toBe('2.0.0')
    expect((await versionWith('--registry', elsewhere.url)).error?.code).toBe('worker_not_found')
    await elsewhere[Symbol.asyncDispose]()
  })
})

describe('a quarantined release', () => {
  const quarantined = (_path: string, text: string) =>
    text.replaceAll('"quarantined":null', '"quarantined":"mines coins"')

  it('is refused with 4 by install, by its plan, and by update', async () => {
    await publish({ version: '2.0.0' })
    await lie(quarantined)
    const install = (...args: string[]) =>
      machine.hiveJson('install', ID, UNSIGNED, '--host-profile', host, ...args)
    expect(await install()).toMatchObject({
      code: 4,
      value: { variant: null, rejected: [{ code: 'quarantined' }], error: { code: 'quarantined' } },
    })
    expect(await install('--version', '2.0.0', '--dry-run')).toMatchObject({
      code: 4,
      value: { variant: null },
    })
    expect(await update(UNSIGNED)).toMatchObject({ code: 4, value: { error: { code: 'quarantined' } } })
    expect(await machine.active(ID)).toBe('1.0.0 cpu')
  })

  it('that is installed already is told of', async () => {
    await lie(quarantined)
    expect(await update(UNSIGNED)).toMatchObject({
      code: 4,
      value: { error: { code: 'quarantined', message: expect.stringContaining('mines coins') } },
    })
  })
})

describe('rbee-hive rollback', () => {
  it('goes back to the build before, and forward again, also while it runs', async () => {
    expect(await machine.hiveJson('rollback', ID)).toMatchObject({
      code: 1,
      value: { error: { code: 'no_previous_build' } },
    })
    await publish({ version: '2.0.0' })
    await update()
    const { url } = await runDetached()
    for (const version of ['1.0.0', '2.0.0']) {
      const { code, value } = await machine.hiveJson('rollback', ID)
      expect({ code, value }).toMatchObject({
        code: 0,
        value: { to: { version }, instances: [{ name: ID }] },
      })
      expect(await machine.active(ID)).toBe(`${version} cpu`)
      expect(await buildAt(url)).toBe(`${version} cpu`)
    }
    await machine.hive('stop', ID)
    expect((await machine.hive('rollback', ID)).stdout).toMatch(/^✓ sample-worker is 1\.0\.0 \(cpu\) again/)
    expect(await buildAt((await runDetached()).url)).toBe('1.0.0 cpu')
  })
})

describe('an update that is disturbed', () => {
  const updating = () =>
    machine.start('rbee-hive', ['update', ID, '--host-profile', host, '--ready-timeout', '60'])

  it.each(['SIGINT', 'SIGKILL'] as const)(
    'by %s before the new build serves changes nothing',
    async (signal) => {
      await publish({ version: '2.0.0', readyAfterMs: 60_000 })
      const { url, pid } = await runDetached()
      const started = updating()
      await started.says('starting 2.0.0')
      const fresh = (await readRecordUntil(ID, 2)).find((one) => one.build.startsWith('2'))
      started.child.kill(signal)
      await started.finished
      await readRecordUntil(ID, 1)
      expect(await lives(fresh?.pid ?? 0)).toBe(false)
      expect(await workers()).toMatchObject([{ pid, version: '1.0.0', healthy: true }])
      expect(await machine.active(ID)).toBe('1.0.0 cpu')
      await publish({ version: '3.0.0' })
      expect(await update()).toMatchObject({ code: 0 })
      expect(await buildAt(url)).toBe('3.0.0 cpu')
      expect((await builds()).toSorted()).toEqual([expect.stringMatching(/^1/), expect.stringMatching(/^3/)])
    },
  )

  it('by SIGKILL between two instances is told of by run, status and doctor; the next update repairs it', async () => {
    const first = await runDetached()
    const second = await runDetached('second')
    await publish({ version: '2.0.0', readyAfterMs: 1_500 })
    const started = updating()
    await started.says(`${ID}: new requests go to 2.0.0`)
    started.child.kill('SIGKILL')
    await started.finished
    await readRecordUntil('second', 1)
    expect([await buildAt(first.url), await buildAt(second.url)]).toEqual(['2.0.0 cpu', '1.0.0 cpu'])

    const message = `${ID} runs 2.0.0 (cpu), while 1.0.0 (cpu) is active`
    const cure = `rbee-hive update ${ID}`
    expect((await machine.hive('status')).stderr).toContain(
      `${message}; bring every instance to one build with: ${cure}`,
    )
    expect(await workers()).toMatchObject([
      { name: ID, runs_active_build: false },
      { name: 'second', runs_active_build: true },
    ])
    const doctor = (await machine.hiveJson('doctor')).value
    expect(doctor).toMatchObject({
      checks: expect.arrayContaining([
        expect.objectContaining({
          check: `running ${ID}`,
          status: 'warning',
          message,
          next: expect.stringContaining(cure),
        }),
      ]),
    })
    expect((await machine.hive('run', ID, '--detach', '--name', 'third')).stderr).toContain(message)
    expect(await update()).toMatchObject({
      code: 0,
      stderr: expect.stringContaining(message),
      value: { workers: [{ status: 'updated', instances: [{ name: 'second' }, { name: 'third' }] }] },
    })
    expect([await buildAt(first.url), await buildAt(second.url)]).toEqual(['2.0.0 cpu', '2.0.0 cpu'])
    expect((await machine.hive('status')).stderr).toBe('')
  })

  it('by another update is not disturbed: that one is told', async () => {
    await publish({ version: '2.0.0', readyAfterMs: 4_000 })
    await runDetached()
    const first = updating()
    await first.says('starting 2.0.0')
    const others = await Promise.all([update(), machine.hiveJson('rollback', ID)])
    const busy = { code: 1, value: { error: { code: 'busy' } } }
    expect(others).toMatchObject([busy, busy])
    expect(await first.finished).toMatchObject({ code: 0 })
  })

  it('by a stop goes on without the instance', async () => {
    await publish({ version: '2.0.0', readyAfterMs: 30_000 })
    const { pid } = await runDetached()
    const started = updating()
    await readRecordUntil(ID, 2)
    expect(await machine.hive('stop', ID)).toMatchObject({ code: 0 })
    expect(await started.finished).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('stopped meanwhile'),
    })
    expect(await lives(pid)).toBe(false)
    expect(await workers()).toEqual([])
  })

  it('by its supervisor being killed leaves no process, and can be run again', async () => {
    await publish({ version: '2.0.0', readyAfterMs: 60_000 })
    const { supervisor_pid } = await runDetached()
    const started = updating()
    const processes = await readRecordUntil(ID, 2)
    process.kill(supervisor_pid, 'SIGKILL')
    expect(await started.finished).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('(start_failed)'),
    })
    expect(await workers()).toMatchObject([{ state: 'leftover' }])
    expect(await buildAt((await runDetached()).url)).toBe('1.0.0 cpu')
    for (const { pid } of processes) expect(await lives(pid)).toBe(false)
  })

  const mount = canMount()
  it.skipIf(!mount)(
    `by a full disk leaves the old build serving${mount ? '' : ' (needs the right to mount)'}`,
    async () => {
      await machine.hive('uninstall', ID)
      await rm(machine.home, { recursive: true })
      await mkdir(machine.home)
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', machine.home])
      try {
        await machine.hive('install', `${ID}@1.0.0`, '--host-profile', host)
        const { url } = await runDetached()
        await publish({ version: '2.0.0' })
        const { bavail, bsize } = await statfs(machine.home)
        await writeFile(join(machine.home, 'filler'), new Uint8Array(bavail * bsize))
        expect(await update()).toMatchObject({ code: 1, value: { error: { code: 'disk_full' } } })
        expect(await buildAt(url)).toBe('1.0.0 cpu')
        await rm(join(machine.home, 'filler'))
        expect(await update()).toMatchObject({ code: 0 })
        expect(await buildAt(url)).toBe('2.0.0 cpu')
        await machine.endEverything()
      } finally {
        execFileSync('umount', ['-l', machine.home])
        await chmod(machine.home, 0o755)
      }
    },
  )
})

describe('a supervisor', () => {
  const killSupervisor = async (pid: number) => {
    process.kill(pid, 'SIGKILL')
    await until(async () => !(await lives(pid)))
  }

  it.each([[['stop', ID]], [['run', ID, '--detach']], [['update', ID]], [['uninstall', ID]]])(
    'that is killed leaves a worker which rbee-hive %j ends, and the next run starts on the same port',
    async (command) => {
      const { pid, supervisor_pid, url } = await runDetached()
      await killSupervisor(supervisor_pid)
      const args = command[0] === 'update' ? [...command, '--host-profile', host] : command
      expect(await machine.hive(...args)).toMatchObject({ code: 0 })
      expect(await lives(pid)).toBe(false)
      if (command[0] === 'uninstall') expect(await machine.hive('install', ID)).toMatchObject({ code: 0 })
      else if (command[0] !== 'run') expect((await runDetached()).url).toBe(url)
    },
  )

  it('that is killed leaves a worker which commands that only look leave alone and tell of', async () => {
    const { pid, supervisor_pid } = await runDetached()
    await killSupervisor(supervisor_pid)
    const shown = await machine.hive('status')
    expect(shown).toMatchObject({
      code: 0,
      stdout: expect.stringContaining(`its supervisor was killed, process ${pid} was left`),
      stderr: expect.stringMatching(/rbee-hive stop sample-worker.* rbee-hive run sample-worker/),
    })
    expect(await workers()).toMatchObject([
      { name: ID, state: 'leftover', pid, healthy: false, left_running: [pid] },
    ])
    for (const args of [['status', ID], ['list'], ['logs', ID], ['doctor'], ['install', ID]]) {
      await machine.hive(...args)
      expect(await lives(pid), args.join(' ')).toBe(true)
    }
    expect(await machine.hive('stop', ID)).toMatchObject({ code: 0, stdout: 'sample-worker has stopped\n' })
    expect(await lives(pid)).toBe(false)
    expect(await workers()).toEqual([])
  })

  it('that was killed before its worker was written down leaves nothing behind either', async () => {
    const { pid, supervisor_pid } = await runDetached()
    const record = await readRecord(machine.home, ID)
    await killSupervisor(supervisor_pid)
    await writeFile(join(machine.home, 'running', `${ID}.json`), JSON.stringify({ ...record, processes: [] }))
    expect(await machine.hive('stop', ID)).toMatchObject({ code: 0 })
    expect(await workers()).toEqual([])
    if (process.platform === 'linux') expect(await lives(pid)).toBe(false)
  })

  it('starts a worker again that was killed', async () => {
    const { pid, url } = await runDetached()
    process.kill(pid, 'SIGKILL')
    await until(async () => (await buildAt(url).catch(() => null)) === '1.0.0 cpu')
    await sleep(100)
    const [worker] = await workers()
    expect(worker).toMatchObject({ healthy: true, restarts: 1, last_exit: { signal: 'SIGKILL' } })
    expect(worker?.pid).not.toBe(pid)
    expect((await machine.hive('status')).stdout).toContain('healthy, restarted once')
  })
})
