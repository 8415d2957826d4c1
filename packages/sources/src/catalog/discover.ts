import { MANIFEST_FILE } from '../manifest/read.ts'
import { PKGBUILD_BIN_FILE, PKGBUILD_FILE } from '../pkgbuild/read-folder.ts'
import { type CatalogTree, parentFolder } from '../tree/catalog-tree.ts'

/** Folders of dependencies, build output and tools: a worker.toml in there is a copy. */
export const SKIPPED_FOLDERS: ReadonlySet<string> = new Set([
  '.git',
  '.hg',
  '.svn',
  '.venv',
  '__pycache__',
  'node_modules',
  'target',
  'vendor',
  'venv',
])

/** Folders of a catalog that matter, in order of their paths. */
export interface Discovery {
  /** Folders with a worker.toml. */
  readonly workers: readonly string[]
  /** Folders that hold a PKGBUILD where a worker is expected, and no worker.toml. */
  readonly withoutManifest: readonly string[]
  /** Links and submodules outside of workers' folders, where a worker may have been meant. */
  readonly notFollowed: readonly string[]
}

/** Finds the workers of a catalog: a worker is a folder with a worker.toml, whatever its name and depth. */
export function discoverWorkers(tree: CatalogTree): Discovery {
  const workers = new Set<string>()
  const packages = new Set<string>()
  const notFollowed: string[] = []
  for (const [path, kind] of tree.entries) {
    const inner = relativePath(tree.scope, path)
    if (inner === null || inner.split('/').some((name) => SKIPPED_FOLDERS.has(name))) continue
    const folder = parentFolder(path)
    const name = path.slice(folder === '' ? 0 : folder.length + 1)
    if (name === MANIFEST_FILE) workers.add(folder)
    else if ((name === PKGBUILD_FILE || name === PKGBUILD_BIN_FILE) && isWorkerPlace(tree.scope, folder)) {
      packages.add(folder)
    } else if (kind !== 'file') notFollowed.push(path)
  }
  return {
    workers: [...workers].toSorted(),
    withoutManifest: [...packages].filter((folder) => !workers.has(folder)).toSorted(),
    notFollowed: notFollowed.filter((path) => !isInsideWorker(workers, path)).toSorted(),
  }
}

/** The path seen from the catalog's folder; null for what lies outside. */
export function relativePath(scope: string, path: string): string | null {
  if (scope === '') return path
  if (path === scope) return ''
  return path.startsWith(`${scope}/`) ? path.slice(scope.length + 1) : null
}

/** Right below the catalog or below a folder named `community`. */
function isWorkerPlace(scope: string, folder: string): boolean {
  const inner = relativePath(scope, folder)
  if (inner === null || inner === '') return false
  const parent = parentFolder(inner)
  return parent === '' || parent === 'community' || parent.endsWith('/community')
}

function isInsideWorker(workers: ReadonlySet<string>, path: string): boolean {
  for (let folder = parentFolder(path); ; folder = parentFolder(folder)) {
    if (workers.has(folder)) return true
    if (folder === '') return false
  }
}
