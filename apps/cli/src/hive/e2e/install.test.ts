import { readdir, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { installPlanSchema } from '@rbee/schema'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { HOST_ARCH, HOST_OS, program, startCatalog, type TestCatalog } from './catalog.ts'
import { aMachine, type Machine, NVIDIA } from './machine.ts'

let catalog: TestCatalog
let machine: Machine

const PASSES = '[ "$1" = --self-test ]'

/** Builds of one worker, told apart by a comment. */
function builds(id: string, label: string) {
  const build = (variant: string) => program(id, `${PASSES}\n# ${variant} ${label}`)
  return { cuda: build('cuda'), vulkan: build('vulkan'), cpu: build('cpu') }
}

beforeAll(async () => {
  catalog = await startCatalog()
  const manifest = { requirements: { cuda: { cuda_version: '>=12.0' } } }
  const id = 'llm-worker'
  await catalog.publish({ id, official: true, variants: builds(id, 'old'), manifest })
  await catalog.publish({ id, version: '0.2.0', variants: builds(id, 'new'), manifest })
  await catalog.publish({
    id: 'untested',
    variants: { cpu: program('untested', 'exit 1') },
    manifest: { selftest: undefined },
  })
  await catalog.publish({
    id: 'elsewhere',
    variants: { cpu: program('elsewhere', PASSES) },
    platforms: [HOST_ARCH === 'x86_64' ? 'linux-aarch64' : 'linux-x86_64'],
  })
})
afterAll(() => catalog[Symbol.asyncDispose]())
beforeEach(async () => {
  machine = await aMachine(catalog.url)
})
afterEach(() => machine[Symbol.asyncDispose]())

const plain = () => machine.profile({})
const withGpu = (gpu = {}) => machine.profile({ gpus: [{ ...NVIDIA, ...gpu }] })

describe('rbee-hive install', () => {
  it('detects this machine, shows the plan and its reasons, and installs; the second time it changes nothing', async () => {
    const first = await machine.hive('install', 'llm-worker', '--auto')
    expect(first).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^✓ installed llm-worker 0\.2\.0 /),
    })
    expect(first.stderr).toMatch(/^warning: trusting .*\nllm-worker 0\.2\.0: \S+ for /)
    expect(first.stderr).toContain('not chosen:')
    expect(first.stderr).toContain('→ running its self-test')
    expect(await machine.active('llm-worker')).toMatch(/^0\.2\.0 /)
    expect(await machine.staging()).toEqual([])

    const second = await machine.hive('install', 'llm-worker', '--auto')
    expect(second).toMatchObject({ code: 0, stdout: expect.stringContaining('is installed already') })
    expect(second.stderr).not.toContain('downloading')
  })

  it('chooses the GPU build where the driver is new enough, and says what stands against the others', async () => {
    const { code, value } = await machine.hiveJson(
      'install',
      'llm-worker',
      '--auto',
      '--host-profile',
      await withGpu(),
    )
    expect(code).toBe(0)
    expect(value).toMatchObject({
      variant: 'cuda',
      gpu: 0,
      status: 'installed',
      folder: expect.stringContaining(join('workers', 'llm-worker', 'builds')),
      rejected: [
        { variant: 'vulkan', code: 'lower_preference' },
        { variant: 'cpu', code: 'lower_preference' },
      ],
    })
    expect(await machine.active('llm-worker')).toBe('0.2.0 cuda')
  })

  it('says in one line that it falls back to the processor, and the cure, also with --quiet', async () => {
    await machine.trust()
    const unusable = await withGpu({
      usable: false,
      problem: 'the driver is not loaded; run: sudo modprobe nvidia',
    })
    const { code, stderr } = await machine.hive(
      'install',
      'llm-worker',
      '--quiet',
      '--host-profile',
      unusable,
    )
    expect(code).toBe(0)
    expect(stderr.trimEnd().split('\n')).toEqual([
      expect.stringMatching(/^warning: it will run on the processor .*sudo modprobe nvidia/),
    ])
    expect(await machine.active('llm-worker')).toBe('0.2.0 cpu')
  })

  it('prints the plan and does nothing with --dry-run', async () => {
    const { code, value, stderr } = await machine.hiveJson(
      ...[
        'install',
        'llm-worker',
        '--auto',
        '--dry-run',
        '--host-profile',
        await withGpu({ cuda_version: '11.8' }),
      ],
    )
    expect({ code, stderr }).toEqual({ code: 0, stderr: expect.stringMatching(/^warning: trusting .*\n$/) })
    const plan = installPlanSchema.parse(value)
    expect(plan).toEqual(value)
    expect(plan).toMatchObject({ variant: 'vulkan', platform: `${HOST_OS}-${HOST_ARCH}` })
    expect(plan.rejected.map(({ variant, code }) => [variant, code])).toEqual([
      ['cuda', 'cuda_version'],
      ['cpu', 'lower_preference'],
    ])
    expect(plan.artifact?.download_url).toMatch(`${catalog.url}/v1/blobs/`)
    expect(await machine.active('llm-worker')).toBeNull()

    const people = await machine.hive('install', 'llm-worker', '--dry-run', '--host-profile', await plain())
    expect(people.stdout).toMatch(/^llm-worker 0\.2\.0: cpu for /)
    expect(await readdir(machine.folder)).toEqual(['host.json'])
  })

  it('ends with 3 where nothing fits, and prints the plan all the same', async () => {
    const foreign = await machine.profile({ os: 'freebsd' })
    for (const more of [['--dry-run'], []]) {
      const { code, value } = await machine.hiveJson(
        'install',
        'llm-worker',
        ...more,
        '--host-profile',
        foreign,
      )
      expect(code).toBe(3)
      expect(installPlanSchema.parse(value)).toMatchObject({
        variant: null,
        gpu: null,
        artifact: null,
        rejected: [{ code: 'os' }, { code: 'os' }, { code: 'os' }],
      })
    }
    const people = await machine.hive('install', 'llm-worker', '--auto', '--host-profile', foreign)
    expect(people).toMatchObject({ code: 3, stdout: '' })
    expect(people.stderr).toContain('cuda needs linux, but this host has freebsd')
    expect(people.stderr).toContain('error: no variant of llm-worker 0.2.0 fits this host (freebsd-')
    expect(people.stderr.match(/no variant of llm-worker/g)).toHaveLength(1)
  })

  it('has nothing for a machine that nobody published for', async () => {
    const { code, value } = await machine.hiveJson('install', 'elsewhere', '--auto', '--dry-run')
    expect(code).toBe(3)
    expect(value).toMatchObject({ variant: null, rejected: [{ variant: 'cpu', code: 'arch' }] })
  })

  it('takes the variant and the version that were asked for', async () => {
    const host = await withGpu()
    const install = async (...args: string[]) => {
      expect(await machine.hive('install', ...args, '--host-profile', host)).toMatchObject({ code: 0 })
      return machine.active('llm-worker')
    }
    expect(await install('llm-worker', '--variant', 'cpu')).toBe('0.2.0 cpu')
    expect(await install('llm-worker@0.1.0')).toBe('0.1.0 cuda')
    expect(await install('llm-worker-vulkan')).toBe('0.2.0 vulkan')
    expect(await install('llm-worker-rbee-cpu', '--version', '0.1.0')).toBe('0.1.0 cpu')
    expect(await install('llm-worker-rbee')).toBe('0.2.0 cuda')
    expect(await install('cpu')).toBe('0.2.0 cpu')
    // The build before is kept, older ones are not.
    expect(await readdir(join(machine.home, 'workers/llm-worker/builds'))).toHaveLength(2)
  })

  it('does not take another variant than the one that was asked for', async () => {
    const asked = await machine.hive('install', 'llm-worker-cuda', '--host-profile', await plain())
    expect(asked).toMatchObject({ code: 3, stdout: '' })
    expect(asked.stderr).toContain('error: variant cuda of llm-worker 0.2.0 does not fit this host')
    expect(asked.stderr).toContain('next: cpu would fit; ')
    expect(await machine.active('llm-worker')).toBeNull()
  })

  it('names the variants where the worker has none of the name that was asked for', async () => {
    const { code, value, stderr } = await machine.hiveJson('install', 'llm-worker', '--variant', 'tpu')
    expect(code).toBe(3)
    expect(value).toMatchObject({ available: ['cuda', 'vulkan', 'cpu'] })
    expect(stderr).toContain('next: choose one of: cuda, vulkan, cpu\n')
  })

  it.each([
    [['nope'], 1, 'worker_not_found'],
    [['llm-worker@9.9.9'], 1, 'release_not_found'],
    [['llm-worker@new'], 2, 'invalid_version'],
    [['../etc'], 2, 'invalid_id'],
    [['llm-worker', '--variant', 'tpu'], 3, 'invalid_variant'],
    [['llm-worker', '--variant', 'tpu', '--dry-run'], 3, 'invalid_variant'],
    [['llm-worker', '--host-profile', 'nowhere.json'], 1, 'file_not_found'],
    [['llm-worker', '--registry', 'ftp://example'], 2, 'setting_invalid'],
    [['llm-worker', '--faster'], 2, 'usage'],
    [[], 2, 'usage'],
  ])('says what is wrong with %j', async (args, exitCode, code) => {
    const { value, ...outcome } = await machine.hiveJson('install', ...args)
    expect(outcome).toMatchObject({ code: exitCode, stderr: expect.stringContaining('error: ') })
    expect(value).toMatchObject({ error: { code, message: expect.any(String) } })
    expect(outcome.stderr).not.toMatch(/ \/v1\//)
  })

  it('installs a worker without a self-test, and says so', async () => {
    expect(await machine.hive('install', 'untested')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('it has no self-test'),
    })
  })

  it('brings back a build whose files were deleted', async () => {
    await machine.hive('install', 'llm-worker', '--host-profile', await plain())
    await rm(join(machine.home, 'workers/llm-worker/builds'), { recursive: true })
    const again = await machine.hive('install', 'llm-worker', '--host-profile', await plain())
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('✓ installed') })
    expect(await machine.active('llm-worker')).toBe('0.2.0 cpu')
  })

  it.each([
    ['is missing', (file: string) => rm(file)],
    ['was cut off', (file: string) => truncate(file, 3)],
  ])('brings back a build whose program %s', async (_what, damage) => {
    const install = async () => machine.hive('install', 'llm-worker', '--host-profile', await plain())
    const listed = async () => (await machine.hiveJson('info', 'llm-worker')).value
    await install()
    const { installed } = z
      .object({ installed: z.object({ active: z.object({ build: z.string() }) }) })
      .parse(await listed())
    const file = join(machine.home, 'workers/llm-worker/builds', installed.active.build, 'bin/llm-worker')
    const { size } = await stat(file)
    await damage(file)
    expect(await install()).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('✓ installed'),
      stderr: expect.stringContaining('warning: the program of llm-worker 0.2.0 (cpu) is missing or damaged'),
    })
    expect((await stat(file)).size).toBe(size)
    expect((await install()).stdout).toContain('is installed already; check its files with: rbee-hive doctor')
    expect(await machine.staging()).toEqual([])
  })

  it('survives being run several times at once', async () => {
    const host = await plain()
    const outcomes = await Promise.all(
      ['llm-worker', 'llm-worker', 'llm-worker@0.1.0', 'llm-worker-cpu@0.1.0'].map((worker) =>
        machine.hive('install', worker, '--host-profile', host),
      ),
    )
    expect(outcomes.map(({ code, stderr }) => (code === 0 ? 0 : stderr))).toEqual([0, 0, 0, 0])
    expect(await machine.active('llm-worker')).toMatch(/^0\.[12]\.0 cpu$/)
    expect(await machine.staging()).toEqual([])
    expect(await readdir(join(machine.home, 'locks/llm-worker'))).toEqual([])
  })
})

describe('rbee worker', () => {
  it('installs, lists and shows workers as rbee-hive does', async () => {
    const rbee = (...args: string[]) => machine.start('rbee', ['worker', ...args]).finished
    const host = await plain()
    expect(await rbee('install', 'llm-worker', '--auto', '--host-profile', host)).toMatchObject({ code: 0 })
    expect(JSON.parse((await rbee('list', '--json')).stdout)).toEqual((await machine.hiveJson('list')).value)
    expect((await rbee('list')).stdout).toMatch(/^WORKER.*\nllm-worker +0\.2\.0 +cpu +\S+ +stopped\n$/)
    const info = await rbee('info', 'llm-worker')
    expect(info.stdout).toMatch(/cuda +\S+ \(\d+ B\) +cuda_version >=12\.0\n/)
    expect(info.stdout).toContain('installed here: 0.2.0 (cpu)')

    const alone = await machine.start('rbee', ['worker', 'info', 'llm-worker-cpu'], {
      RBEE_REGISTRY: 'http://127.0.0.1:9',
    }).finished
    expect(alone).toMatchObject({ code: 0, stderr: expect.stringContaining('cannot be reached') })
    expect(alone.stdout).toContain('installed here: 0.2.0 (cpu)')
  })
})
