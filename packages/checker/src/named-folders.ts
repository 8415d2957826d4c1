import { basename } from 'node:path'
import { RbeeError } from '@rbee/schema'
import type { CatalogTree } from '@rbee/sources'
import { workerFolders } from './repository-workers.ts'
import { isInside } from './worker/read-worker.ts'

/** The folder that was named where it is a worker's, or where nothing else can be one; else the workers in it. */
export async function foldersToJudge(tree: CatalogTree, root: string): Promise<readonly string[]> {
  const { scope } = tree
  const inside = (await workerFolders(tree)).filter((folder) => isInside(folder, scope))
  const paths = [...tree.entries.keys()].filter((path) => isInside(path, scope))
  const own = (name: string) => paths.includes(scope === '' ? name : `${scope}/${name}`)
  const isOwn = ['worker.toml', 'metadata.json', 'PKGBUILD', 'PKGBUILD.bin'].some(own)
  if (isOwn && !inside.includes(scope)) return [scope, ...inside]
  if (inside.length > 0) return inside
  if (paths.length === 0 && scope !== '') throw nothingThere(`${root}/${scope}`)
  // A repository, or a folder of them, may have no workers yet.
  const isCatalog =
    scope === '' || paths.every((path) => /^(?:readme|license|contributing|\.)/i.test(basename(path)))
  return isCatalog && !isLonely(paths) ? [] : [scope]
}

/** Files right in the folder and no folder beside them: somebody's worker whose manifest is missing. */
function isLonely(paths: readonly string[]): boolean {
  return (
    paths.length > 0 &&
    paths.every((path) => !path.includes('/')) &&
    paths.some((path) => !/^(?:readme|license|contributing|\.)/i.test(path))
  )
}

function nothingThere(path: string): RbeeError {
  return new RbeeError('file_not_found', `${path} holds no files that Git knows or would add`, {
    next: 'name a folder that holds a worker, and see whether .gitignore leaves its files out',
  })
}
