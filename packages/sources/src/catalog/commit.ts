import { tryParseJson } from '@rbee/schema'
import { INDEX_FILE, INDEX_MAX_BYTES } from '../branches/catalog-index.ts'
import { countChanges } from '../git/changes.ts'
import { listNames } from '../git/listing.ts'
import { runGit } from '../git/program.ts'
import type { Repository } from '../git/repository.ts'
import { MANIFEST_FILE } from '../manifest/read.ts'
import { mirrorFolder, mirrorHolds } from '../remote/mirror.ts'
import { askRemote, branchesOf, commitNamed } from '../remote/remote-state.ts'
import { Scratch } from '../remote/scratch.ts'
import { isUsablePath } from '../tree/catalog-tree.ts'
import { SKIPPED_FOLDERS } from './discover.ts'
import { type CatalogLocation, parseLocation } from './location.ts'
import { type BranchLayout, recognise } from './recognise.ts'
import {
  type CatalogSource,
  openFolder,
  openMirror,
  remoteAccess,
  remoteName,
  type SourceOptions,
} from './source.ts'
import { stateOf } from './state.ts'

/** What a catalog stands at, told without reading its workers. */
export interface CatalogCommit {
  /** The name that `compileCatalog` gives it. */
  readonly catalog: string
  /** What `compileCatalog` answers as its commit: as long as it is the same, so is what it answers. */
  readonly commit: string
  /** Whether nothing in the folder differs from the commit. */
  readonly clean: boolean
}

/**
 * Tells cheaply whether a catalog has to be read again. Of a repository of another machine nothing is fetched.
 *
 * @param location as `compileCatalog` takes it.
 * @returns null for a plain folder, which only reading it tells anything of.
 * @throws RbeeError as `compileCatalog`.
 */
export async function catalogCommit(location: string, options: SourceOptions): Promise<CatalogCommit | null> {
  const parsed = await parseLocation(location, options.base)
  return parsed.kind === 'folder' ? folderCommit(parsed, options) : remoteCommit(parsed, options)
}

async function folderCommit(
  location: Extract<CatalogLocation, { kind: 'folder' }>,
  options: SourceOptions,
): Promise<CatalogCommit | null> {
  await using source = await openFolder(location, options)
  const { repository, catalog } = source
  if (repository === null) return null
  const [layout, changes] = await Promise.all([layoutOf(source, repository), countChanges(repository)])
  const commit = await stateOf(repository.commit, layout, repository.listBranches)
  return { catalog, commit, clean: changes === 0 }
}

async function remoteCommit(
  location: Extract<CatalogLocation, { kind: 'remote' }>,
  options: SourceOptions,
): Promise<CatalogCommit> {
  const { address, publicAddress, ref } = location
  const access = remoteAccess(options)
  await using scratch = await Scratch.create(access.cacheFolder)
  const state = await askRemote(address, scratch.gitDir, access)
  const commit = commitNamed(state, ref, publicAddress)
  const mirror = mirrorFolder(location, state.objectFormat, access)
  const layout = await layoutIn(mirror, commit, location, options)
  return {
    catalog: options.name ?? remoteName(location),
    commit: await stateOf(commit, layout, async () => branchesOf(state)),
    clean: true,
  }
}

/** A commit that was never fetched is a change already, whatever its layout is. */
async function layoutIn(
  mirror: string,
  commit: string,
  location: Extract<CatalogLocation, { kind: 'remote' }>,
  options: SourceOptions,
): Promise<BranchLayout['kind']> {
  if (!(await mirrorHolds(mirror, commit, remoteAccess(options)))) return 'none'
  await using source = await openMirror(location, mirror, options, commit)
  return source.repository === null ? 'none' : await layoutOf(source, source.repository)
}

/**
 * As `recognise` tells it. The two shortcuts read a few names or one file where everything would otherwise be listed, and
 * every entry of the index judged.
 */
async function layoutOf(source: CatalogSource, repository: Repository): Promise<BranchLayout['kind']> {
  if (repository.prefix !== '') return 'none'
  const names = await listNames(repository)
  const indexed = names.indexOf(`${INDEX_FILE}\0`) === 0 || names.includes(`\0${INDEX_FILE}\0`)
  if (indexed && (await holdsIndex(repository))) return 'index'
  if (!indexed && holdsManifest(names)) return 'none'
  const tree = await source.openTree()
  try {
    return (await recognise(tree, source)).branches.kind
  } finally {
    await tree.close()
  }
}

/** Whether the index is one, sound or not. */
async function holdsIndex(repository: Repository): Promise<boolean> {
  const args = ['cat-file', 'blob', `${repository.commit}:${INDEX_FILE}`]
  const { exitCode, stdout } = await runGit(args, repository.call, { maxBytes: INDEX_MAX_BYTES })
  if (exitCode !== 0) return false
  const value = tryParseJson(stdout.toString('utf8'))
  return value !== null && typeof value === 'object' && Array.isArray(Reflect.get(value, 'workers'))
}

/** Whether a worker.toml lies in a folder that is looked into. */
function holdsManifest(names: Buffer): boolean {
  const wanted = Buffer.from(`/${MANIFEST_FILE}\0`)
  for (let hit = names.indexOf(wanted); hit !== -1; hit = names.indexOf(wanted, hit + wanted.length)) {
    const folder = names.toString('utf8', names.lastIndexOf(0, hit) + 1, hit)
    if (isUsablePath(folder) && !folder.split('/').some((name) => SKIPPED_FOLDERS.has(name))) return true
  }
  return false
}
