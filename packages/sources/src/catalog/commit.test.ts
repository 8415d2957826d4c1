import { join } from 'node:path'
import { folderWorker, monorepoWorker, TemporaryFolder } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { addBranch, branchCatalog, branchWorker, writeIndex } from '../testing/branch-catalog.ts'
import { catalogCommit } from './commit.ts'
import { compileCatalog } from './compile.ts'

const options = (folder: TemporaryFolder) => ({
  official: true,
  base: folder.path,
  searchPath: process.env.PATH,
})

/** What both say of a catalog. */
async function both(folder: TemporaryFolder, place = '.') {
  const told = await catalogCommit(place, options(folder))
  const { catalog, commit } = await compileCatalog(place, options(folder))
  return { told, compiled: { catalog, commit } }
}

describe('catalogCommit', () => {
  it('says what compiling would, for every layout', async () => {
    await using folders = await TemporaryFolder.create()
    await folders.init()
    await folders.write({ ...monorepoWorker('a/x', 'x-worker'), ...folderWorker('b/y', 'y-worker') })
    await folders.commit()
    await folders.git(['branch', 'next'])
    await using metadata = await TemporaryFolder.create()
    await metadata.init()
    await metadata.write({ 'a/metadata.json': branchWorker('a-worker', '1.0.0')['metadata.json'] ?? '' })
    await metadata.commit()
    await using branches = await branchCatalog()
    await addBranch(branches, 'a', branchWorker('a-worker', '1.0.0'))
    await using indexed = await branchCatalog()
    await addBranch(indexed, 'a', branchWorker('a-worker', '1.0.0'))
    await indexed.write(monorepoWorker('b', 'b-worker'))
    await writeIndex(indexed, [{ id: 'a-worker', branch: 'a' }])
    for (const [folder, place, commit] of [
      [folders, '.', /^[0-9a-f]{40}$/],
      [folders, 'a', /^[0-9a-f]{40}$/],
      [folders, '.#next', /^[0-9a-f]{40}$/],
      [metadata, '.', /^[0-9a-f]{40}$/],
      [branches, '.', /^[0-9a-f]{40}\+[0-9a-f]{40}$/],
      [branches, '.#a', /^[0-9a-f]{40}$/],
      [indexed, '.', /^[0-9a-f]{40}\+[0-9a-f]{40}$/],
    ] as const) {
      const { told, compiled } = await both(folder, place)
      expect(told).toEqual({ ...compiled, clean: true })
      expect(told?.commit).toMatch(commit)
    }
  })

  it('tells what is not committed, and knows nothing of plain folders', async () => {
    await using folder = await TemporaryFolder.create()
    await folder.write(monorepoWorker('x', 'x-worker'))
    expect(await catalogCommit('.', options(folder))).toBe(null)
    await folder.init()
    await folder.commit()
    expect(await catalogCommit('.', options(folder))).toMatchObject({ clean: true })
    await folder.write({ 'x/new': '' })
    expect(await catalogCommit('.', options(folder))).toMatchObject({ clean: false })
    expect(await catalogCommit('.', { ...options(folder), name: 'mine' })).toMatchObject({ catalog: 'mine' })
    await expect(catalogCommit(join(folder.path, 'nowhere'), options(folder))).rejects.toMatchObject({
      code: 'catalog_unreadable',
    })
  })

  it('changes with any branch of a catalog with a branch per worker', async () => {
    await using folder = await branchCatalog()
    await addBranch(folder, 'a', branchWorker('a-worker', '1.0.0'))
    const first = await catalogCommit('.', options(folder))
    await addBranch(folder, 'a', branchWorker('a-worker', '1.1.0'))
    expect((await catalogCommit('.', options(folder)))?.commit).not.toBe(first?.commit)
  })
})
