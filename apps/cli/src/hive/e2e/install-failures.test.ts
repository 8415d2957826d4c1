import { execFileSync } from 'node:child_process'
import { chmod, mkdir, readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { installPlanSchema } from '@rbee/schema'
import { fakeRandomBytes } from '@rbee/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { program, startCatalog, type TestCatalog } from './catalog.ts'
import { aMachine, canMount, lives, type Machine, NVIDIA, until } from './machine.ts'
import { aMirror, breaking, faithful, type Mirror, spoiled, stuck } from './mirror.ts'

let catalog: TestCatalog
let mirror: Mirror
let machine: Machine
let host: string

/** Cannot be compressed, so that the archive is as large. */
const NOISE = fakeRandomBytes()(400_000)
const BROKEN = 'echo "no CUDA-capable device is detected" >&2; exit 1'

beforeAll(async () => {
  catalog = await startCatalog()
  const id = 'llm-worker'
  const passing = (label: string) => program(id, `# ${label}`, { 'model.bin': NOISE })
  await catalog.publish({ id, variants: { cpu: passing('old') } })
  // Its self-test waits, and says who it is, so that tests can interrupt it.
  const waiting = `echo $$ > "$SELF_TEST_PID"; sleep 300 & wait`
  await catalog.publish({ id, version: '0.2.0', variants: { cpu: program(id, waiting) } })
  await catalog.publish({ id, version: '0.3.0', variants: { cpu: program(id, 'exit 3') } })
  await catalog.publish({ id, version: '0.4.0', variants: { cpu: passing('new') } })

  const half = 'half-broken'
  await catalog.publish({ id: half, variants: { cuda: program(half, BROKEN), cpu: program(half, '# fine') } })
  const mostly = 'mostly-broken'
  await catalog.publish({
    id: mostly,
    variants: {
      cuda: program(mostly, BROKEN),
      vulkan: program(mostly, 'exit 9'),
      cpu: program(mostly, '# fine'),
    },
  })
  const all = 'all-broken'
  await catalog.publish({ id: all, variants: { cuda: program(all, BROKEN), cpu: program(all, 'exit 3') } })
  await catalog.publish({
    id: 'hanging',
    variants: { cpu: program('hanging', 'echo "loading the model"; sleep 300 & wait') },
    manifest: { selftest: { command: ['bin/hanging'], timeout_seconds: 2 } },
  })
  await catalog.publish({
    id: 'demanding',
    variants: { cpu: program('demanding', '') },
    manifest: { dependencies: { system: ['sh', 'no-such-program-here'] } },
  })
})
afterAll(() => catalog[Symbol.asyncDispose]())

beforeEach(async () => {
  mirror = await aMirror(catalog.url)
  machine = await aMachine(mirror.url)
  host = await machine.profile({})
})
afterEach(async () => {
  await machine[Symbol.asyncDispose]()
  await mirror[Symbol.asyncDispose]()
})

const install = (worker: string, ...args: string[]) =>
  machine.hive('install', worker, '--host-profile', host, ...args)

/** What every failure owes: nothing half-done lies around, and the build from before is active and whole. */
async function expectUnharmed(active: string | null): Promise<void> {
  expect(await machine.staging()).toEqual([])
  expect(await machine.active('llm-worker')).toBe(active)
  const builds = join(machine.home, 'workers/llm-worker/builds')
  expect(active === null ? [] : await readdir(builds)).toHaveLength(active === null ? 0 : 1)
}

describe('a registry or mirror', () => {
  it('that is not there ends the install with 5', async () => {
    await mirror[Symbol.asyncDispose]()
    const { code, value } = await machine.hiveJson('install', 'llm-worker')
    expect(code).toBe(5)
    expect(value).toMatchObject({
      error: { code: 'registry_unreachable', next: expect.stringContaining('RBEE_REGISTRY') },
    })
  })

  it('that is only reached through a proxy is reached through it', async () => {
    const proxy = { HTTP_PROXY: 'http://127.0.0.1:9' }
    const args = ['install', 'llm-worker@0.1.0', '--dry-run', '--host-profile', host]
    expect(await machine.start('rbee-hive', args, proxy).finished).toMatchObject({ code: 5 })
    const around = { ...proxy, NO_PROXY: '127.0.0.1' }
    expect(await machine.start('rbee-hive', args, around).finished).toMatchObject({ code: 0 })
  })

  it.each([
    ['other bytes', 'digest_mismatch', 4, spoiled],
    [
      'more bytes',
      'size_mismatch',
      4,
      (_request, response, archive) => response.end(Buffer.concat([archive, archive])),
    ],
    ['nothing it should', 'registry_invalid', 5, (_request, response) => response.writeHead(404).end()],
  ] satisfies [string, string, number, Mirror['answer']][])(
    'that serves %s is refused (%s)',
    async (...row) => {
      const [, code, exitCode, answer] = row
      await install('llm-worker@0.1.0')
      mirror.answer = answer
      const outcome = await machine.hiveJson('install', 'llm-worker@0.4.0', '--host-profile', host)
      expect(outcome).toMatchObject({ code: exitCode, value: { error: { code } } })
      await expectUnharmed('0.1.0 cpu')
    },
  )

  it('that breaks off again and again is taken up where it stopped', async () => {
    mirror.answer = breaking(150_000)
    expect(await install('llm-worker@0.1.0')).toMatchObject({ code: 0 })
    expect(mirror.ranges.slice(0, 2)).toEqual([null, 'bytes=150000-'])
    await expectUnharmed('0.1.0 cpu')
  })
})

describe('a self-test', () => {
  it('that fails makes the next best variant be tried, and says why once', async () => {
    host = await machine.profile({ gpus: [NVIDIA] })
    const { code, stderr, stdout } = await install('half-broken')
    expect({ code, stdout }).toEqual({
      code: 0,
      stdout: expect.stringContaining('installed half-broken 0.1.0 (cpu)'),
    })
    expect(stderr).toContain('→ trying the next best variant: cpu')
    expect(stderr.match(/no CUDA-capable device/g)).toHaveLength(1)
    expect(stderr.match(/not chosen:/g)).toHaveLength(1)

    const { value } = await machine.hiveJson('install', 'half-broken', '--host-profile', host)
    expect(value).toMatchObject({
      variant: 'cpu',
      status: 'already_installed',
      warnings: [{ code: 'cpu_fallback' }, { code: 'young_release' }],
      rejected: [{ variant: 'cuda', code: 'self_test', have: expect.stringContaining('no CUDA-capable') }],
    })
  })

  it('that fails twice is told twice', async () => {
    host = await machine.profile({ gpus: [NVIDIA] })
    await machine.trust()
    const { code, stderr } = await install('mostly-broken')
    expect(code).toBe(0)
    const told = stderr.split('\n').filter((line) => /^(warning|→ trying)/.test(line))
    expect(told).toEqual([
      expect.stringContaining('cuda failed its self-test: exit code 1: no CUDA-capable'),
      '→ trying the next best variant: vulkan',
      'warning: vulkan failed its self-test: exit code 9',
      expect.stringContaining('it will run on the processor (cpu)'),
      '→ trying the next best variant: cpu',
    ])
  })

  it('that every variant fails ends the install with 6, and the plan says so', async () => {
    host = await machine.profile({ gpus: [NVIDIA] })
    const { code, value } = await machine.hiveJson('install', 'all-broken', '--host-profile', host)
    expect(code).toBe(6)
    expect(installPlanSchema.parse(value)).toMatchObject({
      variant: null,
      rejected: [
        { variant: 'cuda', code: 'self_test' },
        { variant: 'cpu', code: 'self_test' },
      ],
    })
    expect(value).toMatchObject({ error: { code: 'self_test_failed' } })
    expect(await machine.active('all-broken')).toBeNull()
  })

  it('that fails leaves the version before active', async () => {
    await install('llm-worker@0.1.0')
    const { code, stderr } = await install('llm-worker@0.3.0')
    expect(code).toBe(6)
    expect(stderr).toContain('next: 0.1.0 (cpu) stays installed')
    await expectUnharmed('0.1.0 cpu')
  })

  it('that hangs is ended after its time', async () => {
    const { code, stderr } = await install('hanging')
    expect(code).toBe(6)
    expect(stderr).toContain('it did not end within 2 s: loading the model')
    expect(await machine.staging()).toEqual([])
  })
})

describe('a system', () => {
  it('that lacks what a worker needs is told so before anything is downloaded', async () => {
    const { code, stderr } = await install('demanding')
    expect(code).toBe(1)
    expect(stderr).toContain('demanding needs no-such-program-here, which this system lacks')
    expect(stderr).toMatch(/next: .*no-such-program-here/)
    expect(mirror.ranges).toEqual([])
  })

  const mount = canMount()
  it.skipIf(!mount)(
    `with a full disk keeps what was installed${mount ? '' : ' (needs the right to mount)'}`,
    async () => {
      await mkdir(machine.home)
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m,nr_inodes=60', 'tmpfs', machine.home])
      try {
        expect(await install('llm-worker@0.1.0')).toMatchObject({ code: 0 })
        const filler = join(machine.home, 'filler')
        // Once there are no more files, which shows while unpacking; once no more bytes, which is seen beforehand.
        const fill = [
          async () => {
            await mkdir(filler)
            const free = (await statfs(machine.home)).ffree
            for (let file = 0; file < free - 5; file += 1) await writeFile(join(filler, `${file}`), '')
          },
          async () => writeFile(filler, new Uint8Array(7.4 * 2 ** 20)),
        ]
        for (const fillUp of fill) {
          await fillUp()
          const { code, value } = await machine.hiveJson(
            'install',
            'llm-worker@0.4.0',
            '--host-profile',
            host,
          )
          expect({ code, value }).toMatchObject({ code: 1, value: { error: { code: 'disk_full' } } })
          await expectUnharmed('0.1.0 cpu')
          await rm(filler, { recursive: true })
        }
        expect(await install('llm-worker@0.4.0')).toMatchObject({ code: 0 })
      } finally {
        execFileSync('umount', [machine.home])
      }
    },
  )

  const readOnly = mount || process.getuid?.() !== 0
  it.skipIf(!readOnly)('with a home that may not be written names it', async () => {
    await mkdir(machine.home)
    if (mount) execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', machine.home])
    else await chmod(machine.home, 0o555)
    try {
      const { code, stderr } = await install('llm-worker@0.1.0')
      expect(code).toBe(2)
      expect(stderr).toContain(`${join(machine.home, 'staging')} may not be written`)
      expect(stderr).toContain('--home')
    } finally {
      if (mount) execFileSync('umount', [machine.home])
      else await chmod(machine.home, 0o755)
    }
  })
})

describe('an install that is interrupted', () => {
  const interrupted = (...args: string[]) =>
    machine.start('rbee-hive', ['install', ...args, '--host-profile', host], { SELF_TEST_PID: pidFile() })
  const pidFile = () => join(machine.folder, 'self-test.pid')
  const selfTestPid = async () => Number(await readFile(pidFile(), 'utf8').catch(() => '0'))

  beforeEach(async () => {
    expect(await install('llm-worker@0.1.0')).toMatchObject({ code: 0 })
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('during the download by %s leaves no trace', async (signal) => {
    mirror.answer = stuck
    const { child, finished } = interrupted('llm-worker@0.4.0', '--json')
    await until(async () => mirror.ranges.length === 2 && (await machine.staging()).length === 1)
    child.kill(signal)
    const { code, stdout, stderr } = await finished
    expect({ code, stderr }).toEqual({ code: 130, stderr: expect.stringContaining('error: interrupted') })
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'interrupted' } })
    await expectUnharmed('0.1.0 cpu')
  })

  it('during the self-test ends the self-test, too', async () => {
    const { child, finished } = interrupted('llm-worker@0.2.0')
    await until(async () => (await selfTestPid()) > 0)
    child.kill('SIGINT')
    expect(await finished).toMatchObject({ code: 130, stdout: '' })
    expect(await lives(await selfTestPid())).toBe(false)
    await expectUnharmed('0.1.0 cpu')
  })

  it('while the registry is waited for ends at once', async () => {
    const { child, finished } = machine.start('rbee-hive', ['install', 'llm-worker'], {
      RBEE_REGISTRY: `${mirror.url}/never`,
    })
    await until(() => mirror.waiting > 0)
    child.kill('SIGINT')
    expect(await finished).toMatchObject({ code: 130 })
  })

  it('by being killed is made good by the next one', async () => {
    mirror.answer = stuck
    const { child, finished } = interrupted('llm-worker@0.4.0')
    await until(async () => mirror.ranges.length === 2 && (await machine.staging()).length === 1)
    child.kill('SIGKILL')
    expect((await finished).code).toBeNull()
    expect(await machine.staging()).toHaveLength(1)
    expect(await machine.active('llm-worker')).toBe('0.1.0 cpu')

    mirror.answer = faithful
    expect(await install('llm-worker@0.4.0')).toMatchObject({ code: 0 })
    expect(await machine.active('llm-worker')).toBe('0.4.0 cpu')
    expect(await machine.staging()).toEqual([])
  })
})
