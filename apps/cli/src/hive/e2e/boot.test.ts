import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { sampleFiles } from '../supervise/testing/sample-worker.ts'
import { startCatalog, type TestCatalog } from './catalog.ts'
import { aMachine, type Machine } from './machine.ts'

const ID = 'sample-worker'

let catalog: TestCatalog
let machine: Machine
let unit: string

beforeAll(async () => {
  catalog = await startCatalog()
  await catalog.publish({
    id: ID,
    variants: { cpu: sampleFiles(ID, { version: '1.0.0' }) },
    manifest: { run: { command: [`bin/${ID}`], port_flag: '--port' } },
  })
})
afterAll(() => catalog[Symbol.asyncDispose]())
beforeEach(async () => {
  machine = await aMachine(catalog.url)
  expect(await machine.hive('install', ID)).toMatchObject({ code: 0 })
  unit = join(machine.folder, 'config/systemd/user', `rbee-${ID}.service`)
})
afterEach(() => machine[Symbol.asyncDispose]())

/** Programs that stand in for systemd's: they note how they are called and answer as told. */
async function standIns(answers: { systemctl?: string; loginctl?: string } = {}) {
  const folder = join(machine.folder, 'bin')
  const log = join(machine.folder, 'calls.txt')
  await mkdir(folder, { recursive: true })
  for (const name of ['systemctl', 'loginctl'] as const) {
    const script = `#!/bin/sh\necho "${name} $*" >> '${log}'\n${answers[name] ?? 'exit 0'}\n`
    await writeFile(join(folder, name), script, { mode: 0o755 })
  }
  const env = {
    PATH: `${folder}:${process.env.PATH}`,
    HOME: machine.folder,
    XDG_CONFIG_HOME: join(machine.folder, 'config'),
  }
  return {
    boot: (...args: string[]) => machine.start('rbee-hive', ['boot', ...args], env).finished,
    calls: async () => (await readFile(log, 'utf8')).trim().split('\n'),
  }
}

const onLinux = process.platform === 'linux' ? describe : describe.skip

onLinux('workers that start with the machine', () => {
  it('are enabled, shown, and disabled again', async () => {
    await writeFile(join(machine.folder, 'my model.gguf'), '')
    const { boot, calls } = await standIns({ loginctl: 'echo Linger=no' })
    const enabled = await boot(
      'enable',
      ID,
      '--model',
      'my model.gguf',
      '--port',
      '9000',
      '--',
      '--threads',
      '4',
    )
    expect(enabled).toMatchObject({ code: 0, stderr: expect.stringContaining('loginctl enable-linger') })
    const text = await readFile(unit, 'utf8')
    expect(text).toContain(`"run" "${ID}" "--supervise" "--home" "${machine.home}"`)
    expect(text).toContain(`"--port" "9000" "--model" "${machine.folder}/my model.gguf" "--" "--threads" "4"`)
    expect(await calls()).toContain(`systemctl --user enable rbee-${ID}.service`)
    expect((await boot('status')).stdout).toMatch(new RegExp(`^${ID} +running +${unit}$`, 'm'))
    expect(await boot('disable', ID)).toMatchObject({ code: 0 })
    expect(await calls()).toContain(`systemctl --user disable --now rbee-${ID}.service`)
    expect((await boot('status')).stdout).toBe('no worker starts with the machine\n')
    expect(await boot('disable', ID)).toMatchObject({ code: 1 })
  })

  it('start at once with --now, and need no hint where services outlive the session', async () => {
    const { boot, calls } = await standIns({ loginctl: 'echo Linger=yes' })
    expect(await boot('enable', ID, '--now')).toMatchObject({ code: 0, stderr: '' })
    expect(await calls()).toContain(`systemctl --user enable --now rbee-${ID}.service`)
  })

  it('are only shown with --dry-run', async () => {
    const { boot } = await standIns({ systemctl: 'exit 1' })
    const { code, stdout } = await boot('enable', ID, '--dry-run')
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.stringContaining('[Service]') })
    await expect(readFile(unit)).rejects.toThrow('ENOENT')
  })

  it('are refused with the cure where systemd has no session for the user', async () => {
    const { boot } = await standIns({
      systemctl: 'echo "Failed to connect to bus: No medium found" >&2; exit 1',
    })
    const { code, stdout, stderr } = await boot('enable', ID, '--json')
    expect(code).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ error: { code: 'boot_unavailable' } })
    expect(stderr).toContain('No medium found')
    expect(stderr).toContain('enable-linger')
    await expect(readFile(unit)).rejects.toThrow('ENOENT')
  })

  it('leave nothing behind when systemd refuses the unit, and files of others alone', async () => {
    const { boot } = await standIns({ systemctl: '[ "$2" = enable ] && { echo no >&2; exit 1; }; exit 0' })
    expect(await boot('enable', ID)).toMatchObject({ code: 1 })
    await expect(readFile(unit)).rejects.toThrow('ENOENT')
    await writeFile(unit, '[Unit]\nDescription=mine\n')
    expect(await boot('enable', ID)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('not written by'),
    })
    expect(await readFile(unit, 'utf8')).toContain('mine')
  })

  it('must be installed', async () => {
    const { boot } = await standIns()
    const { stderr } = await boot('enable', 'other-worker')
    expect(stderr).toContain('not installed')
  })
})
