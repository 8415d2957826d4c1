import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readFile, rm, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import {
  buildForTest,
  filesOf,
  folderDigest,
  newestGlibc,
  run,
  runBuildScript,
  runInBareRoot,
  type TestArtifact,
} from '@rbee/worker-sdk/testing'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import manifest from '../package.json' with { type: 'json' }

const WORKER = path.resolve(import.meta.dirname, '..')
const TARGET = { platform: 'linux-x86_64', variant: 'cpu', version: manifest.version }
const HERE = `${process.platform}-${process.arch}`
const BARE_ROOT = process.env.RBEE_BARE_ROOT ?? ''

describe.skipIf(HERE !== 'linux-x64')(`the artifact for linux-x86_64 (this machine is ${HERE})`, () => {
  let artifact: TestArtifact
  let scratch: string
  beforeAll(async () => {
    artifact = await buildForTest(WORKER, TARGET)
    scratch = await mkdtemp(path.join(tmpdir(), 'rbee llm '))
  })
  afterAll(async () => {
    await artifact[Symbol.asyncDispose]()
    await rm(scratch, { recursive: true, force: true })
  })

  it('holds what one platform and variant needs, and no links', async () => {
    const files = await filesOf(artifact.folder)
    expect(files.filter((file) => !file.startsWith('lib/node_modules/'))).toEqual([
      'LICENSE',
      'README.md',
      'THIRD_PARTY_LICENSES.txt',
      'bin/llm-worker',
      'lib/engine.mjs',
      'lib/main.mjs',
      'lib/native/libgomp.so.1',
      'lib/node',
      'models/self-test.gguf',
    ])
    expect(files.filter((file) => file.endsWith('.node'))).toEqual([
      'lib/node_modules/@fugood/node-llama-linux-x64/index.node',
    ])
  })

  it('names every licence', async () => {
    const licences = await readFile(path.join(artifact.folder, 'THIRD_PARTY_LICENSES.txt'), 'utf8')
    for (const name of ['Node.js 24', '@fugood/llama.node 1', 'zod 4', 'llama.cpp', 'GNU OpenMP runtime']) {
      expect(licences).toContain(`\n${name}`)
    }
  })

  it('knows nothing of the machine that built it', async () => {
    for (const file of ['lib/main.mjs', 'lib/engine.mjs', 'bin/llm-worker']) {
      expect(await readFile(path.join(artifact.folder, file), 'utf8')).not.toContain(
        path.resolve(WORKER, '../..'),
      )
    }
  })

  it('has the same bytes when it is built again elsewhere', async () => {
    await using again = await buildForTest(WORKER, TARGET)
    expect(await folderDigest(again.folder)).toBe(await folderDigest(artifact.folder))
  })

  it('asks for no newer C library than the manifest states', async () => {
    const toml = await readFile(path.join(WORKER, 'worker.toml'), 'utf8')
    const stated = /\[requirements\.cpu\][^[]*libc = "glibc >=2\.(\d+)"/.exec(toml)?.[1]
    const needed = (await newestGlibc(artifact.folder))?.split('.')[1]
    expect(Number(stated)).toBeGreaterThanOrEqual(Number(needed))
  })

  it('runs through links and from paths with blanks', async () => {
    const moved = path.join(scratch, 'the worker')
    await cp(artifact.folder, moved, { recursive: true })
    await mkdir(path.join(scratch, 'bin'))
    await symlink('../the worker/bin/llm-worker', path.join(scratch, 'bin/relative'))
    await symlink(path.join(scratch, 'bin/relative'), path.join(scratch, 'absolute'))
    const { code, stdout } = await run(path.join(scratch, 'absolute'), ['--self-test'], '/', {
      NODE_OPTIONS: '--require /no/such/file',
    })
    expect(JSON.parse(stdout)).toMatchObject({ self_test: 'passed' })
    expect(code).toBe(0)
  })

  it('serves, and ends with 0 on SIGTERM', async () => {
    const program = path.join(artifact.folder, 'bin/llm-worker')
    const child = spawn(program, ['--model', path.join(artifact.folder, 'models/self-test.gguf')], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    let lines = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      lines += text
    })
    await expect.poll(() => lines, { timeout: 20_000 }).toContain('"event":"ready"')
    const url = /"url":"([^"]+)"/.exec(lines)?.[1]
    expect((await fetch(`${url}/ready`)).status).toBe(200)
    const exit = once(child, 'exit')
    child.kill('SIGTERM')
    expect(await exit).toEqual([0, null])
  })

  it('passes its self-test in a bare Debian without Node and network', async (context) => {
    if (!existsSync(path.join(BARE_ROOT, 'bin/sh')) || BARE_ROOT === '') {
      context.skip('RBEE_BARE_ROOT names no folder that debootstrap made (.ci/run makes one)')
    }
    if (!existsSync('/usr/bin/bwrap')) context.skip('the Debian package bubblewrap is missing')
    const { code, stdout, stderr } = await runInBareRoot(BARE_ROOT, artifact.folder, [
      'bin/llm-worker',
      '--self-test',
    ])
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toMatchObject({ self_test: 'passed' })
    expect(code).toBe(0)
  })
})

describe('the build', () => {
  const build = (part: Partial<typeof TARGET>) =>
    runBuildScript(WORKER, { ...TARGET, ...part, output: 'dist/refused' })

  it('refuses variants and platforms that it cannot make, in a sentence', async () => {
    const cuda = await build({ variant: 'cuda' })
    expect([cuda.code, cuda.stderr]).toEqual([
      1,
      expect.stringMatching(/^error: .*linux-x86_64\/cuda.*\nnext: .*\n$/),
    ])
    expect((await build({ platform: 'macos-aarch64', variant: 'metal' })).code).toBe(1)
  })

  it('refuses a version that the program would contradict', async () => {
    expect(await build({ version: '9.9.9' })).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('9.9.9'),
    })
  })

  it('names a variable that is wrong', async () => {
    expect(await build({ variant: '../x' })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('RBEE_VARIANT'),
    })
    expect(existsSync(path.join(WORKER, 'dist/refused'))).toBe(false)
  })
})
