import { areOthers } from '@rbee/registry/names'
import { branchTrees, type CatalogTree, discoverWorkers, type Repository, sourceOf } from '@rbee/sources'
import type { OtherWorker } from './worker/checked-worker.ts'
import { readContents } from './worker/read-worker.ts'

/** Folders of workers of a tree, whatever part of it was named; those with a PKGBUILD and no manifest among them. */
export async function workerFolders(tree: CatalogTree): Promise<readonly string[]> {
  const { workers, withoutManifest } = await discoverWorkers({ ...tree, scope: '' })
  return [...workers, ...withoutManifest].toSorted()
}

/**
 * Whether the workers outside of `community` are the project's own. In a catalog without such a folder all workers are the
 * community's.
 */
export function hasOfficialWorkers(folders: readonly string[]): boolean {
  return folders.some((folder) => folder.split('/').includes('community'))
}

/** Every worker that the other branches of a repository hold, at their roots or in folders. */
export async function workersOfBranches(
  repository: Repository,
  official: boolean,
): Promise<readonly (OtherWorker & { readonly folder: string })[]> {
  const found: (OtherWorker & { folder: string })[] = []
  for await (const { branch, tree } of branchTrees(repository)) {
    for (const folder of await workerFolders(tree)) {
      const contents = await readContents(tree, folder)
      const { manifest } = contents
      if (manifest === null) continue
      found.push({
        id: manifest.id,
        manifest,
        layout: folder === '' ? 'branch' : contents.layout,
        source: sourceOf(folder === '' ? branch : folder, official),
        place: folder === '' ? `the branch ${branch}` : `${folder} on the branch ${branch}`,
        folder,
      })
    }
  }
  return found
}

/**
 * Whether a worker of another branch is another one: a folder of the same path is the same worker at another time, and so
 * is a worker of the same id and maintainers that has moved.
 */
export function isAnother(
  other: OtherWorker & { readonly folder: string },
  own: { readonly folder: string; readonly contents: { readonly manifest: OtherWorker['manifest'] | null } },
): boolean {
  if (other.folder === own.folder && own.folder !== '') return false
  const { manifest } = own.contents
  const isSameId = manifest !== null && manifest.id === other.id
  return !isSameId || areOthers(manifest.maintainers, other.manifest.maintainers)
}
