import { spawnSync } from 'node:child_process'
import { chown, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { hostProfileSchema } from '@rbee/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { launcherOf } from '../../../distribution/launcher.ts'

const ENTRIES = new URL('../../entry/', import.meta.url)
/** A user without an account, as containers are often started with. */
const NOBODY_AT_ALL = 54_321
const mayBecomeOthers = process.platform === 'linux' && process.getuid?.() === 0
const reason = mayBecomeOthers ? '' : ' (needs the right to run programs as another user)'

function run(program: string, args: readonly string[], env: Record<string, string | undefined> = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, args, {
    cwd: '/',
    uid: NOBODY_AT_ALL,
    gid: NOBODY_AT_ALL,
    env: { PATH: process.env.PATH, ...env },
    encoding: 'utf8',
  })
  return { program, code: status, stdout, stderr }
}
const entry = (program: string, ...args: string[]) => [
  fileURLToPath(new URL(`${program}.ts`, ENTRIES)),
  ...args,
]
const hive = (args: readonly string[], env?: Record<string, string | undefined>) =>
  run('rbee-hive', entry('rbee-hive', ...args), env)

describe.skipIf(!mayBecomeOthers)(`a user without a home folder${reason}`, () => {
  let folder: string
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'rbee-homeless-'))
    await chown(folder, NOBODY_AT_ALL, NOBODY_AT_ALL)
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  it.each([['--version'], ['--help'], ['detect']])('can ask for %s', (...args) => {
    expect(hive(args)).toMatchObject({ code: 0, stderr: '' })
  })

  it('is told of everything but the free space of a disk that nobody named', () => {
    const profile = hostProfileSchema.parse(JSON.parse(hive(['detect', '--json']).stdout))
    expect(profile).toMatchObject({ os: 'linux', disk_free_bytes: null })
  })

  it.each([[['status']], [['list']], [['doctor']], [['install', 'x']], [['boot', 'enable', 'x']]])(
    'is told by %j what to name',
    (args) => {
      for (const env of [{}, { HOME: '' }]) {
        const { code, stderr } = hive(args, env)
        expect({ code, stderr }).toEqual({
          code: 2,
          stderr:
            'error: this user has no home folder, which ~/.cache/rbee needs (setting_invalid)\n' +
            'next: name a folder for workers with --home or RBEE_HOME\n',
        })
      }
    },
  )

  it('can use a folder that is named', () => {
    expect(hive(['status', '--home', folder])).toMatchObject({ code: 0, stdout: 'none is running\n' })
    expect(hive(['list'], { RBEE_HOME: folder })).toMatchObject({ code: 0 })
    expect(hive(['boot', 'status'], { RBEE_HOME: folder })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('(boot_unavailable)'),
    })
  })

  it('starts installed programs, which keep no compiled code then', () => {
    const script = launcherOf('rbee-hive', '1.2.3').replace(
      "import('../lib/rbee-hive.mjs')",
      'console.log("started")',
    )
    expect(run('rbee-hive', ['--eval', script.replace(/^#!.*/, '')])).toMatchObject({
      code: 0,
      stdout: 'started\n',
      stderr: '',
    })
  })
})
