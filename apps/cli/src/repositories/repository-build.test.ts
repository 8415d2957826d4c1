import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createClient } from '@rbee/api-client'
import { openRepositories, repositoryLayout } from '@rbee/package-repositories'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { endPrograms, run, start } from '../commands/rbee-catalog/testing/program.ts'
import { program, startCatalog, type TestCatalog } from '../hive/e2e/catalog.ts'
import { aMirror, faithful, spoiled, stuck } from '../hive/e2e/mirror.ts'
import { registryClientSource } from './registry-client-source.ts'

const PLATFORMS = ['linux-x86_64', 'linux-aarch64', 'macos-aarch64'] as const

/** A program with this many bytes that no compression makes smaller. */
const aLargeProgram = (id: string, bytes: number) =>
  program(id, 'echo large', { 'share/data': randomBytes(bytes) })

/** Halves the time that every program takes to start. */
const ENVIRONMENT = {
  NODE_COMPILE_CACHE: fileURLToPath(new URL('../../node_modules/.cache/rbee-e2e', import.meta.url)),
}
/** Programs take seconds to start on a busy machine. */
const PATIENCE = { timeout: 20_000 }

let folder = ''
let catalog: TestCatalog
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rbee-repository-'))
  catalog = await startCatalog()
})
afterEach(async () => {
  await endPrograms()
  await catalog[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})

const build = (registry: string, ...more: readonly string[]) =>
  run(folder, ['repository', 'build', 'site', '--registry', registry, ...more], ENVIRONMENT)

/** What was there before: made in this process, which takes a fraction of the time. */
async function buildHere(registry: string): Promise<void> {
  const connection = { url: registry, client: createClient({ registry }), fetchBytes: fetch }
  const source = registryClientSource(connection, { signal: AbortSignal.timeout(20_000), onBytes: () => {} })
  await openRepositories({ source, folder: join(folder, 'site'), clock: Date.now }).update()
}

const x86 = () => join(folder, 'site/arch/x86_64')
const database = () => readFile(join(x86(), 'rbee.db'))
const packages = async () => (await readdir(x86())).filter((name) => name.endsWith('.zst'))

describe('rbee-catalog repository build', () => {
  it('makes both repositories, and later only what is new', async () => {
    const variants = { cpu: program('echo-worker', 'echo cpu'), cuda: program('echo-worker', 'echo cuda') }
    await catalog.publish({ id: 'echo-worker', variants, platforms: PLATFORMS })
    const premium = { pricing: { model: 'one-time' as const, price_usd: 9 } }
    const own = (id: string) => ({ id, variants: { cpu: program(id, 'echo') }, platforms: PLATFORMS })
    await catalog.publish({ ...own('paid-worker'), manifest: premium })
    await catalog.publish({ ...own('next-worker'), version: '1.0.0-rc.1' })

    const first = await build(catalog.url)
    expect(first).toMatchObject({
      code: 0,
      stdout: `${join(folder, 'site')}: 4 packages for pacman (4 new), 1 formula for Homebrew\n`,
    })
    expect(first.stderr).toContain('→ packing echo-worker-cpu-bin-0.1.0-1-x86_64.pkg.tar.zst (1 of 4)\n')
    expect(await packages()).toEqual([
      'echo-worker-cpu-bin-0.1.0-1-x86_64.pkg.tar.zst',
      'echo-worker-cuda-bin-0.1.0-1-x86_64.pkg.tar.zst',
    ])

    await catalog.publish({
      id: 'echo-worker',
      version: '0.2.0',
      variants: { cpu: variants.cpu },
      platforms: PLATFORMS,
    })
    const { code, stdout } = await build(catalog.url, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      path: join(folder, 'site'),
      packages: 2,
      packages_made: 2,
      formulas: 1,
      tap_commit: expect.stringMatching(/^[0-9a-f]{40}$/),
      left_out: [],
    })
    expect(await packages()).toEqual(['echo-worker-cpu-bin-0.2.0-1-x86_64.pkg.tar.zst'])
    const tap = repositoryLayout(join(folder, 'site')).tap
    expect(execFileSync('git', ['-C', tap, 'log', '--format=%s', 'main'], { encoding: 'utf8' })).toBe(
      'echo-worker 0.2.0\necho-worker 0.1.0\n',
    )
    const formula = execFileSync('git', ['-C', tap, 'show', 'main:Formula/echo-worker.rb'], {
      encoding: 'utf8',
    })
    expect(formula).toContain(`${catalog.url}/v1/blobs/sha256/`)
  })

  it('leaves out what is not what the registry says of it, and makes it once it is', async () => {
    await using mirror = await aMirror(catalog.url)
    await catalog.publish({ id: 'bad-worker', variants: { cpu: program('bad-worker', 'echo bad') } })
    await catalog.publish({ id: 'good-worker', variants: { cpu: program('good-worker', 'echo good') } })
    mirror.answer = (request, response, archive) =>
      (mirror.ranges.length === 1 ? spoiled : faithful)(request, response, archive)
    const first = await build(mirror.url, '--json')
    expect(first.code).toBe(1)
    expect(first.stderr).toContain('warning: bad-worker-cpu-bin-0.1.0-1-x86_64.pkg.tar.zst is left out: ')
    expect(JSON.parse(first.stdout)).toMatchObject({
      packages: 1,
      left_out: [{ what: 'bad-worker-cpu-bin-0.1.0-1-x86_64.pkg.tar.zst', code: 'digest_mismatch' }],
    })
    expect(await packages()).toEqual(['good-worker-cpu-bin-0.1.0-1-x86_64.pkg.tar.zst'])
    expect(JSON.parse((await build(mirror.url, '--json')).stdout)).toMatchObject({
      packages: 2,
      packages_made: 1,
    })
  })

  it('leaves what was there whole when it is killed or interrupted, and goes on afterwards', async () => {
    await using mirror = await aMirror(catalog.url)
    await catalog.publish({ id: 'a-worker', variants: { cpu: program('a-worker', 'echo 1') } })
    await buildHere(mirror.url)
    const before = await database()
    await catalog.publish({ id: 'b-worker', variants: { cpu: program('b-worker', 'echo b') } })
    await catalog.publish({ id: 'c-worker', variants: { cpu: program('c-worker', 'echo c') } })
    for (const [signal, code] of [
      ['SIGKILL', null],
      ['SIGINT', 130],
    ] as const) {
      const asked = mirror.ranges.length
      mirror.answer = (request, response, archive) =>
        (mirror.ranges.length === 2 ? faithful : stuck)(request, response, archive)
      const building = start(folder, ['repository', 'build', 'site', '--registry', mirror.url], ENVIRONMENT)
      await expect.poll(() => mirror.ranges.length, PATIENCE).toBe(asked + (signal === 'SIGKILL' ? 2 : 1))
      await sleep(100)
      building.child.kill(signal)
      expect((await building.ended).code).toBe(code)
      expect((await database()).equals(before)).toBe(true)
    }
    mirror.answer = faithful
    // The package that was complete when the first one was killed is not made again.
    expect(JSON.parse((await build(mirror.url, '--json')).stdout)).toMatchObject({
      packages: 3,
      packages_made: 1,
    })
    expect(await readdir(join(folder, 'site/.rbee'))).toEqual(['lock', 'packages'])
  })

  it('leaves what was there whole when the registry is gone, and says so', async () => {
    await catalog.publish({ id: 'a-worker', variants: { cpu: program('a-worker', 'echo 1') } })
    await buildHere(catalog.url)
    const before = await database()
    const silent = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1')
    await once(silent, 'listening')
    const address = silent.address()
    try {
      const port = typeof address === 'object' ? address?.port : 0
      const failed = await build(`http://127.0.0.1:${port}`)
      expect(failed.code).toBe(5)
      expect(failed.stderr).toContain('cannot be reached')
    } finally {
      silent.close()
    }
    expect((await database()).equals(before)).toBe(true)
  })

  it('leaves what was there whole when the disk is full', async (context) => {
    await mkdir(join(folder, 'site'))
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', join(folder, 'site')], {
        stdio: 'ignore',
      })
    } catch {
      return context.skip('needs to mount a file system, as root')
    }
    try {
      await catalog.publish({ id: 'a-worker', variants: { cpu: program('a-worker', 'echo 1') } })
      await buildHere(catalog.url)
      const before = await database()
      await catalog.publish({ id: 'b-worker', variants: { cpu: aLargeProgram('b-worker', 2_000_000) } })
      const failed = await build(catalog.url)
      expect(failed.code).toBe(1)
      expect(failed.stderr).toContain('full')
      expect(failed.stderr).toContain('next: free some space')
      expect((await database()).equals(before)).toBe(true)
      expect(await packages()).toEqual(['a-worker-cpu-bin-0.1.0-1-x86_64.pkg.tar.zst'])
    } finally {
      execFileSync('umount', [join(folder, 'site')])
    }
  })

  it('works in one process at a time, in a folder that can be written', async () => {
    await using mirror = await aMirror(catalog.url)
    await catalog.publish({ id: 'a-worker', variants: { cpu: program('a-worker', 'echo 1') } })
    mirror.answer = stuck
    start(folder, ['repository', 'build', 'site', '--registry', mirror.url], ENVIRONMENT)
    await expect.poll(() => mirror.ranges.length, PATIENCE).toBe(1)
    const second = await build(catalog.url)
    expect(second.stderr).toMatch(/another process builds the repositories/)
    expect(second.code).toBe(1)
    await writeFile(join(folder, 'file'), '')
    const other = await run(folder, ['repository', 'build', 'file', '--registry', catalog.url], ENVIRONMENT)
    expect(other.stderr).toContain('cannot be written')
    expect(other.code).toBe(2)
  })
})
