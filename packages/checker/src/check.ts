import { stat } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { hasCode, RbeeError } from '@rbee/schema'
import {
  type CatalogTree,
  changesSince,
  isUnborn,
  mergeBaseOf,
  openFolderTree,
  openGitTree,
  openRepository,
  openWorkTree,
  type Repository,
  sourceOf,
} from '@rbee/sources'
import type { CheckOptions, CheckReport } from './check-options.ts'
import { judge, type NamedWorker } from './judge.ts'
import { foldersToJudge } from './named-folders.ts'
import { removedWorkers } from './removed-workers.ts'
import { hasOfficialWorkers, workerFolders, workersOfBranches } from './repository-workers.ts'
import type { EarlierWorker } from './submission.ts'
import { isInside, type ReadWorker, readContents, readWorker, textOf } from './worker/read-worker.ts'

const MAX_DEPTH = 16
const MAX_ENTRIES = 200_000

/**
 * Judges a worker's folder, or every worker of a catalog, without running anything of it.
 *
 * @param folder of a worker or a catalog, inside a repository or not.
 * @throws RbeeError where nothing can be judged: `file_not_found`, `catalog_unreadable`, `catalog_limit`.
 */
export async function check(folder: string, options: CheckOptions): Promise<CheckReport> {
  const path = resolve(folder)
  await requireFolder(path)
  // A catalog is looked at before its first commit, too.
  if (options.base === null && (await isUnborn(path, options))) return await checkFolder(path, options)
  const repository = await openRepository(path, null, {
    searchPath: options.searchPath,
    signal: options.signal,
  })
  try {
    if (repository === null) {
      if (options.base === null) return await checkFolder(path, options)
      throw new RbeeError(
        'catalog_unreadable',
        `${path} lies in no Git repository, so that it has no ${options.base}`,
        {
          next: 'leave out --base, or name a folder of a repository',
        },
      )
    }
    return await checkRepository(repository, options)
  } finally {
    await repository?.close()
  }
}

async function requireFolder(path: string): Promise<void> {
  try {
    if ((await stat(path)).isDirectory()) return
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'ENOTDIR', 'EACCES')) throw error
  }
  throw new RbeeError('file_not_found', `${path} is not a folder`, {
    next: 'name the folder of a worker or of a catalog',
  })
}

async function checkFolder(path: string, options: CheckOptions): Promise<CheckReport> {
  const skipFolders = new Set(['.git', 'node_modules'])
  const tree = await openFolderTree(path, {
    scope: '',
    maxDepth: MAX_DEPTH,
    maxEntries: MAX_ENTRIES,
    skipFolders,
  })
  const folders = await foldersToJudge(tree, path)
  const official = hasOfficialWorkers(folders)
  const workers = await readAll(tree, folders, folders, official)
  return judge(
    { tree, workers, all: workers, branches: [], before: [], removed: [], changes: null, ownFolder: null },
    options,
  )
}

async function checkRepository(repository: Repository, options: CheckOptions): Promise<CheckReport> {
  const tree = await openWorkTree(repository)
  const mergeBase = options.base === null ? null : await resolveMergeBase(repository, options.base, options)
  const everywhere = await workerFolders(tree)
  const named = (await foldersToJudge(tree, repository.root)).filter((folder) => isInside(folder, tree.scope))
  const all = [...new Set([...everywhere, ...named])]
  const before =
    mergeBase === null ? null : await openGitTree({ ...repository, commit: mergeBase, prefix: '' })
  try {
    const earlierFolders = before === null ? [] : await workerFolders(before)
    const isOwn = options.ownCatalog !== null && isWithin(options.ownCatalog, repository.root)
    const official = isOwn || hasOfficialWorkers([...all, ...earlierFolders])
    const changes = mergeBase === null ? null : await changesSince(repository, mergeBase)
    const judged = changes === null ? named : touched(all, named, changes)
    const others = all.filter((folder) => !judged.includes(folder))
    const workers = await readAll(tree, judged, all, official)
    const names = await readNames(tree, others, official)
    return await judge(
      {
        tree,
        workers,
        all: names,
        branches: await workersOfBranches(repository, official),
        before: before === null ? [] : await readEarlier(before, earlierFolders, official),
        removed:
          mergeBase !== null && judged.some((folder) => !earlierFolders.includes(folder))
            ? await removedWorkers(repository, mergeBase)
            : [],
        changes,
        ownFolder: named.includes(tree.scope) ? tree.scope : null,
      },
      options,
    )
  } finally {
    await before?.close()
  }
}

function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}${sep}`)
}

/** With a base, also workers outside of the folder that was named are judged where the submission changes them. */
function touched(
  all: readonly string[],
  named: readonly string[],
  changes: ReadonlySet<string>,
): readonly string[] {
  const paths = [...changes]
  return all.filter(
    (folder) =>
      paths.some((path) => isInside(path, folder)) || (named.includes(folder) && named.length === 1),
  )
}

async function resolveMergeBase(
  repository: Repository,
  base: string,
  { searchPath, signal }: CheckOptions,
): Promise<string> {
  const other = await openRepository(repository.root, base, { searchPath, signal })
  if (other === null) throw new Error('the repository is gone')
  try {
    return await mergeBaseOf(repository, other.commit)
  } finally {
    await other.close()
  }
}

function readAll(
  tree: CatalogTree,
  folders: readonly string[],
  workers: readonly string[],
  official: boolean,
): Promise<readonly ReadWorker[]> {
  return inTurn(folders, (folder) =>
    readWorker(tree, folder, { source: sourceOf(folder, official), workers }),
  )
}

/** One after the other: each holds all texts of a folder. */
async function inTurn<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = []
  for (const item of items) results.push(await work(item))
  return results
}

async function readNames(
  tree: CatalogTree,
  folders: readonly string[],
  official: boolean,
): Promise<readonly NamedWorker[]> {
  return inTurn(folders, async (folder) => ({
    folder,
    contents: await readContents(tree, folder),
    source: sourceOf(folder, official),
  }))
}

function readEarlier(
  tree: CatalogTree,
  folders: readonly string[],
  official: boolean,
): Promise<readonly EarlierWorker[]> {
  return inTurn(folders, async (folder) => {
    const contents = await readContents(tree, folder)
    return {
      folder,
      manifest: contents.manifest,
      contents,
      source: sourceOf(folder, official),
      read: (file: string) => textOf(tree, folder, file),
    }
  })
}
