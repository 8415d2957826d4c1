import { execFile } from 'node:child_process'
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { manifestSchema, type RbeeError, variantNameSchema, versionSchema } from '@rbee/schema'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { buildVariant } from './build.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rbee-build-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

async function build(
  settings: { command?: string[]; output?: string; system?: 'cargo' | 'npm' | 'make' },
  surroundings: { signal?: AbortSignal; onLine?: (line: string) => void; variant?: string } = {},
): Promise<string> {
  const manifest = manifestSchema.parse({
    id: 'echo-worker',
    name: 'Echo',
    description: 'Echoes',
    license: 'MIT',
    binary_name: 'echo-worker',
    build: { features: ['cpu', 'cuda'], default_feature: 'cpu', ...settings },
    capabilities: {},
    platforms: { linux: ['x86_64'] },
  })
  const scratch = join(folder, 'scratch')
  await mkdir(scratch, { recursive: true })
  return buildVariant(
    {
      folder,
      manifest,
      version: versionSchema.parse('1.2.3'),
      platform: 'linux-x86_64',
      variant: variantNameSchema.parse(surroundings.variant ?? 'cpu'),
      scratch,
    },
    {
      env: { ...process.env, RBEE_TOKEN: 'rbee_pub_secret' },
      signal: surroundings.signal ?? new AbortController().signal,
      onLine: surroundings.onLine,
    },
  )
}

async function failure(work: Promise<unknown>): Promise<RbeeError> {
  return work.then(
    () => Promise.reject(new Error('it did not fail')),
    (error: RbeeError) => error,
  )
}

describe('a build command', () => {
  it('is told what to build and where to, and no secret', async () => {
    const script =
      'mkdir -p "$RBEE_OUTPUT"; echo "$RBEE_VARIANT $RBEE_PLATFORM $RBEE_VERSION $RBEE_TOKEN $PWD" > "$RBEE_OUTPUT/seen"'
    const output = await build({ command: ['sh', '-c', script], output: 'dist/{variant}-{platform}' })
    expect(output).toBe(join(folder, 'dist/cpu-linux-x86_64'))
    expect(await readFile(join(output, 'seen'), 'utf8')).toBe(`cpu linux-x86_64 1.2.3  ${folder}\n`)
  })

  it('gets a new folder where the manifest names none', async () => {
    const output = await build({ command: ['sh', '-c', 'echo x > "$RBEE_OUTPUT/x"'] })
    expect(await readFile(join(output, 'x'), 'utf8')).toBe('x\n')
  })

  it('is not given to a shell', async () => {
    const lines: string[] = []
    await build({ command: ['echo', '$(touch hacked); `id`'] }, { onLine: (line) => lines.push(line) })
    expect(lines).toEqual(['$(touch hacked); `id`'])
  })

  it('that fails is reported with the end of its output', async () => {
    const error = await failure(
      build({ command: ['sh', '-c', 'seq 100; echo "error: no such thing" >&2; exit 3'] }),
    )
    expect(error).toMatchObject({ code: 'build_failed', message: expect.stringContaining('exit code 3') })
    expect(error.details.log).toContain('error: no such thing')
    expect(String(error.details.log).split('\n').length).toBeLessThanOrEqual(40)
  })

  it('that does not exist is reported', async () => {
    expect(await failure(build({ command: ['no-such-compiler'] }))).toMatchObject({
      code: 'build_failed',
      message: expect.stringContaining('ENOENT'),
    })
  })

  it('ends with everything it started when it is interrupted', async () => {
    const interruption = new AbortController()
    const running = build(
      { command: ['sh', '-c', 'sleep 60 & echo $!; wait'] },
      { signal: interruption.signal, onLine: (line) => ended(line) },
    )
    let sleeper = 0
    const ended = (line: string) => {
      sleeper = Number(line)
      interruption.abort()
    }
    expect(await failure(running)).toMatchObject({ code: 'interrupted' })
    expect(sleeper).toBeGreaterThan(0)
    expect(await isRunning(sleeper)).toBe(false)
  })
})

/** A process that was ended may stay a zombie until somebody asks for it. */
async function isRunning(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')
  return stat !== '' && !/\) [ZX] /.test(stat)
}

describe('without a build command', () => {
  it('npm runs the package’s build script', async () => {
    const script = 'mkdir -p $RBEE_OUTPUT/bin && echo built > $RBEE_OUTPUT/bin/echo-worker'
    await writeFile(
      join(folder, 'package.json'),
      JSON.stringify({ version: '1.0.0', scripts: { build: script } }),
    )
    const output = await build({ system: 'npm' })
    expect(await readFile(join(output, 'bin/echo-worker'), 'utf8')).toBe('built\n')
  })

  it('cargo builds the variant’s feature and its program is taken', async (context) => {
    const cargo = await promisify(execFile)('cargo', ['--version']).catch(() => null)
    if (cargo === null) return context.skip('cargo is not installed')
    await mkdir(join(folder, 'src'))
    await writeFile(
      join(folder, 'Cargo.toml'),
      '[package]\nname = "echo-worker"\nversion = "1.0.0"\nedition = "2021"\n[features]\ndefault = []\ncuda = []\n[workspace]\n',
    )
    await writeFile(
      join(folder, 'src/main.rs'),
      'fn main() { println!("{}", if cfg!(feature = "cuda") { "cuda" } else { "cpu" }) }\n',
    )
    for (const variant of ['cpu', 'cuda']) {
      const output = await build({ system: 'cargo' }, { variant })
      await chmod(join(output, 'bin/echo-worker'), 0o755)
      const { stdout } = await promisify(execFile)(join(output, 'bin/echo-worker'))
      expect(stdout).toBe(`${variant}\n`)
    }
  })

  it('a build system without a default is reported with the cure', async () => {
    expect(await failure(build({ system: 'make' }))).toMatchObject({
      code: 'build_failed',
      next: expect.stringContaining('[build] command'),
    })
  })
})
