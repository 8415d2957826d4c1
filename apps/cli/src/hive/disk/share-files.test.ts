import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fakeRandomBytes } from '@rbee/testing'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type HiveHome, hiveHome } from '../home.ts'
import { measureBuilds } from './measure-builds.ts'
import { shareFiles } from './share-files.ts'

const MiB = 2 ** 20
const LARGE = fakeRandomBytes()(2 * MiB + 5)
const signal = new AbortController().signal
let root: string
let home: HiveHome
let staged: string

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'rbee-share-'))
  home = hiveHome(root, '/')
  staged = join(home.staging, 'new')
})
afterEach(() => rm(root, { recursive: true }))

async function put(folder: string, files: Readonly<Record<string, Uint8Array>>): Promise<void> {
  for (const [name, bytes] of Object.entries(files)) {
    const path = join(folder, name)
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, bytes, { mode: name.startsWith('bin/') ? 0o755 : 0o644 })
  }
}
const installed = (worker: string, files: Readonly<Record<string, Uint8Array>>) =>
  put(join(home.workers, worker, 'builds/1.0.0-cpu-x'), files)

describe('shareFiles', () => {
  it('saves the room of a file that is installed under another name, of another worker', async () => {
    await installed('other', { 'lib/a.so': LARGE })
    await put(staged, { 'share/b.so': LARGE, 'share/small': LARGE.subarray(0, 1000) })
    const { blocks } = await stat(join(staged, 'share/b.so'))
    expect(await shareFiles(home, staged, signal)).toBe(blocks * 512)
    expect(Buffer.compare(await readFile(join(staged, 'share/b.so')), LARGE)).toBe(0)
    expect((await readdir(join(staged, 'share'))).toSorted()).toEqual(['b.so', 'small'])
  })

  it.each([
    ['other bytes at its end', { 'lib/a.so': Buffer.concat([LARGE.subarray(0, -1), Buffer.of(1)]) }],
    ['other bytes at its begin', { 'lib/a.so': Buffer.concat([Buffer.of(1), LARGE.subarray(1)]) }],
    ['another size', { 'lib/a.so': LARGE.subarray(1) }],
    ['other rights', { 'bin/a': LARGE }],
  ])('leaves a file alone that has %s', async (_what, files) => {
    await installed('other', files)
    await put(staged, { 'lib/a.so': LARGE })
    expect(await shareFiles(home, staged, signal)).toBe(0)
    expect(Buffer.compare(await readFile(join(staged, 'lib/a.so')), LARGE)).toBe(0)
  })

  it('makes what is one file with two names read-only, and keeps who may run it', async () => {
    await installed('other', { 'bin/a': LARGE, 'lib/a.so': LARGE })
    await put(staged, { 'bin/b': LARGE, 'lib/b.so': LARGE })
    await shareFiles(home, staged, signal)
    for (const [name, own, shared] of [
      ['bin/b', 0o755, 0o555],
      ['lib/b.so', 0o644, 0o444],
    ] as const) {
      const { mode, nlink } = await stat(join(staged, name))
      expect(mode & 0o777).toBe(nlink === 1 ? own : shared)
    }
  })

  it('replaces what an interrupted one left, and ends when it is interrupted', async () => {
    await installed('other', { 'lib/a.so': LARGE })
    await put(staged, { 'lib/a.so': LARGE, 'lib/a.so.rbee-shared': LARGE.subarray(0, 3) })
    await expect(shareFiles(home, staged, AbortSignal.abort(new Error('interrupted')))).rejects.toThrow(
      'interrupted',
    )
    expect(await shareFiles(home, staged, signal)).toBeGreaterThan(2 * MiB)
    expect(await readdir(join(staged, 'lib'))).toEqual(['a.so'])
  })
})

describe('measureBuilds', () => {
  it('counts a shared file once in all, and for each build', async () => {
    await installed('one', { 'lib/a.so': LARGE })
    await put(staged, { 'lib/a.so': LARGE, 'lib/b.so': LARGE })
    await shareFiles(home, staged, signal)
    await mkdir(join(home.workers, 'two/builds'), { recursive: true })
    await rename(staged, join(home.workers, 'two/builds/2.0.0-cpu-y'))
    const { builds, bytes, saved_bytes: saved } = await measureBuilds(home)
    const [one, two] = builds.map((build) => build.bytes)
    expect(builds.map(({ worker }) => worker)).toEqual(['one', 'two'])
    expect(bytes + saved).toBe((one ?? 0) + (two ?? 0))
  })
})
