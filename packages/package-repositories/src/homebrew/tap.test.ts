import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { RbeeError } from '@rbee/schema'
import { TemporaryFolder } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { serveFolder } from '../testing/served-folder.ts'
import { runTool } from '../testing/tools.ts'
import { type TapFormula, updateTap } from './tap.ts'

const NOW = Date.UTC(2026, 5, 1)

const aFormula = (id: string, version = '1.0.0', publishedAt = 1_700_000_000): TapFormula => ({
  id,
  version,
  text: `class X < Formula # ${id} ${version} é\nend\n`,
  publishedAt,
})

async function aTap(folder: TemporaryFolder) {
  const path = join(folder.path, 'served', 'tap.git')
  const scratch = join(folder.path, 'scratch')
  await mkdir(scratch)
  return {
    path,
    update: (...formulas: readonly TapFormula[]) => updateTap(path, formulas, { scratch, clock: () => NOW }),
  }
}

/** Git, which may ask servers of this machine over HTTP and reads nobody's configuration. */
async function git(...args: readonly string[]): Promise<string> {
  const env = { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: '/dev/null', GIT_TERMINAL_PROMPT: '0' }
  const { code, output } = await runTool('git', args, { env })
  expect({ code, output }).toMatchObject({ code: 0 })
  return output.trim()
}

describe('a tap', () => {
  it('is cloned over HTTP, and pulled forward after every change', async () => {
    await using folder = await TemporaryFolder.create()
    const tap = await aTap(folder)
    const first = await tap.update(aFormula('b-worker'), aFormula('a-worker', '0.1.0', 1_700_000_500))
    await using server = await serveFolder(join(folder.path, 'served'))
    const clone = join(folder.path, 'clone')
    await git('clone', '-q', `${server.url}/tap.git`, clone)
    expect(await readFile(join(clone, 'Formula/b-worker.rb'), 'utf8')).toBe(aFormula('b-worker').text)
    expect(await git('-C', clone, 'log', '--format=%H %cI %s')).toBe(
      `${first.commit} 2023-11-14T22:21:40+00:00 2 formulas`,
    )

    await tap.update(aFormula('b-worker', '1.1.0', 1_700_001_000), aFormula('a-worker', '0.1.0'))
    await tap.update(aFormula('b-worker', '1.1.0', 1_700_001_000))
    await git('-C', clone, 'pull', '-q', '--ff-only')
    expect(await readdir(join(clone, 'Formula'))).toEqual(['b-worker.rb'])
    expect((await git('-C', clone, 'log', '--format=%s %ct')).split('\n')).toEqual([
      'a-worker: removed 1700001000',
      'b-worker 1.1.0 1700001000',
      '2 formulas 1700000500',
    ])
    expect(await git('-C', clone, 'fsck', '--full', '--strict')).toBe('')
    expect(await git('-C', tap.path, 'fsck', '--full', '--strict')).toBe('')
    expect(await git('-C', tap.path, 'verify-pack', ...(await packsOf(tap.path)))).toBe('')
  })

  it('holds nothing at first, and again later', async () => {
    await using folder = await TemporaryFolder.create()
    const tap = await aTap(folder)
    expect(await tap.update()).toMatchObject({ formulas: 0, changed: true })
    expect(await git('-C', tap.path, 'ls-tree', '-r', '--name-only', 'main')).toBe('README.md')
    await tap.update(aFormula('a-worker'))
    await tap.update()
    expect(await git('-C', tap.path, 'fsck', '--full', '--strict')).toBe('')
    expect(await git('-C', tap.path, 'rev-list', '--count', 'main')).toBe('3')
  })

  it('does not change without a change, and is the same wherever it is made', async () => {
    await using folder = await TemporaryFolder.create()
    await using other = await TemporaryFolder.create()
    const tap = await aTap(folder)
    const { commit } = await tap.update(aFormula('a-worker'), aFormula('b-worker'))
    expect(await tap.update(aFormula('b-worker'), aFormula('a-worker'))).toEqual({
      commit,
      formulas: 2,
      changed: false,
    })
    expect((await (await aTap(other)).update(aFormula('b-worker'), aFormula('a-worker'))).commit).toBe(commit)
  })

  it('sorts names as Git does', async () => {
    await using folder = await TemporaryFolder.create()
    const tap = await aTap(folder)
    await tap.update(...['a', 'a-b', 'a0', 'a-', 'b', 'ab'].map((id) => aFormula(id)))
    expect(await git('-C', tap.path, 'fsck', '--full', '--strict')).toBe('')
  })

  it('keeps the number of packs small and the whole history', async () => {
    await using folder = await TemporaryFolder.create()
    const tap = await aTap(folder)
    for (let round = 0; round < 60; round += 1) await tap.update(aFormula('a-worker', `1.0.${round}`))
    expect((await packsOf(tap.path)).length).toBeLessThan(50)
    expect(await git('-C', tap.path, 'rev-list', '--count', 'main')).toBe('60')
    expect(await git('-C', tap.path, 'fsck', '--full', '--strict')).toBe('')
    await using server = await serveFolder(join(folder.path, 'served'))
    await git('clone', '-q', `${server.url}/tap.git`, join(folder.path, 'clone'))
    expect(await git('-C', join(folder.path, 'clone'), 'show', 'HEAD~59:Formula/a-worker.rb')).toContain(
      '1.0.0',
    )
  })

  it('goes on where an update was cut off before its last step', async () => {
    await using folder = await TemporaryFolder.create()
    const tap = await aTap(folder)
    await tap.update(aFormula('a-worker'))
    const before = await readFile(join(tap.path, 'info/refs'))
    const { commit } = await tap.update(aFormula('a-worker', '2.0.0'))
    await writeFile(join(tap.path, 'info/refs'), before)
    expect(await tap.update(aFormula('a-worker', '2.0.0'))).toMatchObject({ commit, changed: false })
    expect(await readFile(join(tap.path, 'info/refs'), 'utf8')).toBe(`${commit}\trefs/heads/main\n`)
  })

  it.each<[string, (tap: string) => Promise<void>]>([
    ['a pack is missing', async (tap) => rm((await packsOf(tap))[0]?.replace('.idx', '.pack') ?? '')],
    ['an index is cut off', async (tap) => writeFile((await packsOf(tap))[0] ?? '', 'short')],
    ['the branch names nothing', async (tap) => writeFile(join(tap, 'refs/heads/main'), 'x')],
    ['a pack is damaged', async (tap) => damage((await packsOf(tap))[0]?.replace('.idx', '.pack') ?? '')],
  ])('says that its history is damaged where %s', async (_what, harm) => {
    await using folder = await TemporaryFolder.create()
    const tap = await aTap(folder)
    await tap.update(aFormula('a-worker'))
    await harm(tap.path)
    const failure = await tap.update(aFormula('a-worker', '2.0.0')).catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(RbeeError)
    expect(failure).toMatchObject({ code: 'state_damaged', next: expect.stringContaining(tap.path) })
  })
})

/** Indexes of packs. */
async function packsOf(tap: string): Promise<string[]> {
  const folder = join(tap, 'objects/pack')
  return (await readdir(folder)).filter((name) => name.endsWith('.idx')).map((name) => join(folder, name))
}

async function damage(path: string): Promise<void> {
  const bytes = await readFile(path)
  bytes.fill(0xff, 12, bytes.length - 20)
  await writeFile(path, bytes)
}
