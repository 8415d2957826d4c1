import { isTable } from '../document/document.ts'
import { parseJson } from '../document/json.ts'
import { METADATA_FILE } from '../manifest/metadata.ts'
import { MANIFEST_FILE, MANIFEST_MAX_BYTES } from '../manifest/read.ts'
import { PKGBUILD_BIN_FILE, PKGBUILD_FILE } from '../pkgbuild/read-folder.ts'
import { type CatalogTree, foldersUpward, joinPath, parentFolder } from '../tree/catalog-tree.ts'
import { mapConcurrently } from './concurrency.ts'

/** Folders of dependencies, build output and tools: a manifest in there is a copy. */
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
  /** Folders with a worker.toml, and those with a metadata.json that is a worker's. */
  readonly workers: readonly string[]
  /** Folders that hold a PKGBUILD where a worker is expected, and no manifest. */
  readonly withoutManifest: readonly string[]
  /** Links and submodules outside of workers' folders, where a worker may have been meant. */
  readonly notFollowed: readonly string[]
}

/**
 * Finds the workers of a catalog. A worker is a folder with a worker.toml, whatever its name and depth. Files named
 * metadata.json have other uses as well: one makes a folder a worker beside a PKGBUILD, and where a worker is expected if
 * it names an id.
 */
export async function discoverWorkers(tree: CatalogTree): Promise<Discovery> {
  const found = sortOut(tree)
  const workers = new Set(found.manifests)
  const outside = found.metadata.filter((folder) => !isInside(workers, folder))
  const named = await mapConcurrently(outside, 32, async (folder) =>
    found.packages.has(folder) || (isWorkerPlace(tree.scope, folder) && (await namesWorker(tree, folder)))
      ? [folder]
      : [],
  )
  for (const folder of named.flat()) workers.add(folder)
  return {
    workers: [...workers].toSorted(),
    withoutManifest: [...found.packages]
      .filter((folder) => !workers.has(folder) && isNamedPlace(tree.scope, folder))
      .toSorted(),
    notFollowed: found.notFollowed.filter((path) => !isInside(workers, parentFolder(path))).toSorted(),
  }
}

/** The path seen from the catalog's folder; null for what lies outside. */
export function relativePath(scope: string, path: string): string | null {
  if (scope === '') return path
  if (path === scope) return ''
  return path.startsWith(`${scope}/`) ? path.slice(scope.length + 1) : null
}

interface Found {
  /** Folders with a worker.toml. */
  readonly manifests: readonly string[]
  /** Folders with a metadata.json and no worker.toml. */
  readonly metadata: readonly string[]
  /** Folders with a PKGBUILD or PKGBUILD.bin. */
  readonly packages: ReadonlySet<string>
  readonly notFollowed: readonly string[]
}

function sortOut(tree: CatalogTree): Found {
  const manifests = new Set<string>()
  const metadata: string[] = []
  const packages = new Set<string>()
  const notFollowed: string[] = []
  for (const [path, kind] of tree.entries) {
    const inner = relativePath(tree.scope, path)
    if (inner === null || inner.split('/').some((name) => SKIPPED_FOLDERS.has(name))) continue
    const folder = parentFolder(path)
    const name = path.slice(folder === '' ? 0 : folder.length + 1)
    if (name === MANIFEST_FILE) manifests.add(folder)
    else if (name === METADATA_FILE) metadata.push(folder)
    else if (name === PKGBUILD_FILE || name === PKGBUILD_BIN_FILE) packages.add(folder)
    if (kind !== 'file') notFollowed.push(path)
  }
  return {
    manifests: [...manifests],
    metadata: metadata.filter((folder) => !manifests.has(folder)),
    packages,
    notFollowed,
  }
}

/** The catalog's own folder, or one right below it or below a folder named `community`. */
function isWorkerPlace(scope: string, folder: string): boolean {
  return folder === scope || isNamedPlace(scope, folder)
}

function isNamedPlace(scope: string, folder: string): boolean {
  const inner = relativePath(scope, folder)
  if (inner === null || inner === '') return false
  const parent = parentFolder(inner)
  return parent === '' || parent === 'community' || parent.endsWith('/community')
}

/** What cannot be parsed counts as a worker's: its author is told. */
async function namesWorker(tree: CatalogTree, folder: string): Promise<boolean> {
  const read = await tree.read(joinPath(folder, METADATA_FILE), MANIFEST_MAX_BYTES)
  if (!read.ok) return read.reason !== 'absent'
  const parsed = parseJson(read.text)
  return !parsed.ok || (isTable(parsed.document.root) && parsed.document.root.id !== undefined)
}

function isInside(workers: ReadonlySet<string>, folder: string): boolean {
  return foldersUpward(folder).some((outer) => workers.has(outer))
}
