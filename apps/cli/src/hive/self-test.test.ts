import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { runSelfTest } from './self-test.ts'

let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'self-test-'))
  await mkdir(join(folder, 'bin'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function run(script: string, { timeout = 10, env = {}, signal = new AbortController().signal } = {}) {
  const program = join(folder, 'bin/worker')
  await writeFile(program, `#!/bin/sh\n${script}\n`)
  await chmod(program, 0o755)
  const selftest = { command: ['bin/worker', '--self-test'], timeout_seconds: timeout }
  return runSelfTest(folder, selftest, { env: { PATH: process.env.PATH, ...env }, signal, clock: Date.now })
}

describe('runSelfTest', () => {
  it('passes a program that ends with 0, run in its folder with its arguments', async () => {
    expect(await run('[ "$1" = --self-test ] && [ -x bin/worker ]')).toMatchObject({ passed: true })
  })

  it('passes a build that has none', async () => {
    const surroundings = { env: {}, signal: new AbortController().signal, clock: () => 0 }
    expect(await runSelfTest(folder, null, surroundings)).toEqual({ passed: true, milliseconds: null })
  })

  it('names the exit code and the last words', async () => {
    expect(await run('echo one; echo "the model is broken" >&2; exit 3')).toEqual({
      passed: false,
      cause: 'exit code 3: one / the model is broken',
    })
  })

  it('names a missing library', async () => {
    const words = 'bin/x: error while loading shared libraries: libcuda.so.1: cannot open shared object file'
    expect(await run(`echo "${words}" >&2; exit 127`)).toEqual({
      passed: false,
      cause: 'the system library libcuda.so.1 is missing',
    })
  })

  it('explains an illegal instruction', async () => {
    expect(await run('kill -ILL $$')).toMatchObject({
      passed: false,
      cause: expect.stringContaining('the processor lacks'),
    })
  })

  it('ends a program that does not, with everything it started', async () => {
    expect(await run('sleep 60 & echo $! > child; wait', { timeout: 0.3 })).toMatchObject({
      passed: false,
      cause: expect.stringContaining('did not end within 0.3 s'),
    })
  })

  it('keeps control characters of the program away from the terminal', async () => {
    const outcome = await run(`printf '\\033]0;owned\\007bad\\n'; exit 1`)
    expect(outcome).toEqual({ passed: false, cause: 'exit code 1: ]0;ownedbad' })
  })

  it('says that the program cannot be started', async () => {
    const surroundings = { env: {}, signal: new AbortController().signal, clock: () => 0 }
    const selftest = { command: ['bin/nothing'], timeout_seconds: 1 }
    expect(await runSelfTest(folder, selftest, surroundings)).toMatchObject({
      passed: false,
      cause: expect.stringContaining('could not be started'),
    })
  })

  it('stops when it is interrupted', async () => {
    const interruption = new AbortController()
    const running = run('sleep 60', { signal: interruption.signal })
    setTimeout(() => interruption.abort(new Error('enough')), 50)
    await expect(running).rejects.toThrow('enough')
  })
})
