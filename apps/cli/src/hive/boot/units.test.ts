import { execFile, execFileSync } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { workerIdSchema } from '@rbee/schema'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { BootEntry } from './boot-entry.ts'
import { launchdAgent } from './launchd-agent.ts'
import { systemdUnit } from './systemd-unit.ts'

/** What a path or an argument can hold that means something to one of the two languages. */
const HOSTILE = [
  'a model.gguf',
  '50% %h %n %%',
  '$HOME ${HOME} $$',
  'say "hi" and \'bye\'',
  'back\\slash \\n \\x41',
  '; rm -rf /',
  ';',
  '<&> ]]> <!-- &amp; -->',
  'Größe 模型 🦀',
  'two\nlines\tand a tab',
  '# no comment',
  '-dash',
  '',
]

let folder: string
let program: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rbee-boot-'))
  const place = join(folder, 'a 100% "good" $place')
  await mkdir(place)
  program = join(place, 'rbee-hive')
  await writeFile(program, '#!/bin/sh\n', { mode: 0o755 })
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const entry = (args: readonly string[]): BootEntry => ({
  name: workerIdSchema.parse('llm-worker'),
  command: [program, ...args],
  path: '/usr/bin:/opt/a "b" 100%',
})

function runs(name: string, ...args: string[]): boolean {
  try {
    execFileSync(name, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

interface Output {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

function run(name: string, args: readonly string[], env: Record<string, string> = {}): Promise<Output> {
  return new Promise((resolve) => {
    execFile(name, [...args], { env: { ...process.env, ...env } }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : 1, stdout, stderr })
    })
  })
}

describe('the unit for systemd', () => {
  const present = runs('systemd-analyze', '--version')
  const test = present ? it : it.skip
  const suffix = present ? '' : ' (systemd-analyze is not installed)'

  async function verify(text: string): Promise<Output> {
    const file = join(folder, 'rbee-llm-worker.service')
    await writeFile(file, text)
    return run('systemd-analyze', ['--user', '--man=no', 'verify', file], {
      XDG_RUNTIME_DIR: folder,
      SYSTEMD_LOG_LEVEL: 'debug',
    })
  }

  test(`is read by systemd without a complaint, whatever its arguments hold${suffix}`, async () => {
    const { code, stdout, stderr } = await verify(systemdUnit(entry(HOSTILE)))
    const complaints = `${stdout}${stderr}`
      .split('\n')
      .filter((line) => line.includes('rbee-llm-worker.service:'))
      .filter((line) => /unknown|ignoring|invalid|failed|not executable|unbalanced/i.test(line))
    expect({ code, complaints }).toEqual({ code: 0, complaints: [] })
  })

  test(`leads to the program, also where its path has blanks, quotes, percent and dollar signs${suffix}`, async () => {
    const { stdout } = await verify(systemdUnit(entry(['50% a'])))
    expect(stdout).toContain('rbee worker llm-worker')
    expect(stdout.match(/Command Line: .*/)?.[0]).toContain(
      '/a 100% \\"good\\" \\$\\$place/rbee-hive" "50% a"',
    )
    const plain = systemdUnit({ ...entry([]), command: [join(folder, 'b 50% $x/rbee-hive'), 'run'] })
    await mkdir(join(folder, 'b 50% $x'), { recursive: true })
    await writeFile(join(folder, 'b 50% $x/rbee-hive'), '#!/bin/sh\n', { mode: 0o755 })
    expect((await verify(plain)).stdout.match(/Command Line: .*/)?.[0]).toContain(
      '/b 50% \\$x/rbee-hive" run',
    )
    expect((await verify(systemdUnit({ ...entry([]), command: ['/nowhere/rbee-hive'] }))).code).not.toBe(0)
  })

  it('starts a program whose path systemd refuses through a shell', async () => {
    const unit = systemdUnit({ ...entry([]), command: [program, 'a "b"', '$HOME'] })
    const line = /^ExecStart=(.*)$/m.exec(unit)?.[1] ?? ''
    expect(line).toMatch(/^"\/bin\/sh" "-c" "exec \\"\$\$0\\" \\"\$\$@\\""/)
    await writeFile(program, '#!/bin/sh\nprintf "%s|" "$@"\n', { mode: 0o755 })
    const { stdout } = await run('/bin/sh', ['-c', 'exec "$0" "$@"', program, 'a "b"', '$HOME'])
    expect(stdout).toBe('a "b"|$HOME|')
  })

  it('escapes what systemd would replace', () => {
    const unit = systemdUnit({ ...entry(['50% $HOME']), command: ['/a $b/c', '50% $HOME', 'x\ny'] })
    expect(unit).toContain('ExecStart="/a $b/c" "50%% $$HOME" "x\\x0ay"\n')
    expect(unit).toContain('Environment="PATH=/usr/bin:/opt/a \\"b\\" 100%%"\n')
  })
})

describe('the agent for launchd', () => {
  const present = runs('python3', '-c', 'import plistlib')
  const test = present ? it : it.skip
  const suffix = present ? '' : ' (python3 is not installed)'

  test(`holds every argument as it was${suffix}`, async () => {
    const file = join(folder, 'agent.plist')
    await writeFile(file, launchdAgent(entry(HOSTILE)))
    const script = 'import json,plistlib,sys;print(json.dumps(plistlib.load(open(sys.argv[1],"rb"))))'
    const { stdout } = await run('python3', ['-c', script, file])
    expect(JSON.parse(stdout)).toMatchObject({
      Label: 'dev.rbee.llm-worker',
      ProgramArguments: [program, ...HOSTILE],
      EnvironmentVariables: { PATH: '/usr/bin:/opt/a "b" 100%' },
      RunAtLoad: true,
      KeepAlive: { SuccessfulExit: false },
    })
  })
})
