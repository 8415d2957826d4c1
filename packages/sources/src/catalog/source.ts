import { realpath } from 'node:fs/promises'
import { type CompiledCatalog, RbeeError } from '@rbee/schema'
import type { KnownPlace } from '../branches/own-repository.ts'
import { openRepository, type Repository } from '../git/repository.ts'
import { updateMirror } from '../remote/mirror.ts'
import type { RemoteAccess } from '../remote/transport.ts'
import type { CatalogTree } from '../tree/catalog-tree.ts'
import { openFolderTree } from '../tree/folder-tree.ts'
import { openGitTree } from '../tree/git-tree.ts'
import { SKIPPED_FOLDERS } from './discover.ts'
import { type CatalogLocation, parseLocation } from './location.ts'

/** How a catalog is come by. */
export interface SourceOptions extends Partial<RemoteAccess> {
  /** The folder that a relative location means. */
  readonly base: string
  /**
   * Stable name of the catalog: a server takes everything that comes under one name for one catalog. By default the
   * public address of the repository and the folder in it, without one the absolute path.
   */
  readonly name?: string
}

/** A catalog that can be read: files of this machine, wherever they came from. */
export interface CatalogSource {
  /** See {@link CompiledCatalog}. */
  readonly catalog: CompiledCatalog['catalog']
  /** Null for a plain folder. */
  readonly repository: Repository | null
  /** As the operator named it. */
  readonly ref: string | null
  readonly place: KnownPlace
  openTree(): Promise<CatalogTree>
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * Opens a catalog. The repository of an address is fetched first; where that fails, nothing is opened, although an
 * earlier state may be there: what is old must not look like what was asked for.
 *
 * @throws RbeeError `catalog_unreachable` where it cannot be fetched, `catalog_unreadable` where it cannot be read.
 */
export async function openSource(location: string, options: SourceOptions): Promise<CatalogSource> {
  const parsed = await parseLocation(location, options.base)
  switch (parsed.kind) {
    case 'folder':
      return openFolder(parsed, options)
    case 'remote': {
      const mirror = await updateMirror(parsed, remoteAccess(options))
      return openMirror(parsed, mirror, options)
    }
  }
}

type Remote = Extract<CatalogLocation, { kind: 'remote' }>

/**
 * Opens what was fetched of a repository.
 *
 * @param at the commit to read, by default the one that `ref` names.
 */
export async function openMirror(
  { publicAddress, ref }: Remote,
  mirror: string,
  options: SourceOptions,
  at: string | null = ref,
): Promise<CatalogSource> {
  const repository = await openRepository(mirror, at, {
    searchPath: options.searchPath,
    signal: options.signal,
    label: publicAddress,
  })
  if (repository === null) throw new Error('the mirror is no repository')
  const own = { ...repository, url: publicAddress }
  return sourceOf(own, ref, options.name ?? remoteName({ publicAddress, ref }), [], options)
}

/** The name of a catalog that is fetched. */
export function remoteName({ publicAddress, ref }: Pick<Remote, 'publicAddress' | 'ref'>): string {
  return withRef(publicAddress, ref)
}

/** @throws RbeeError `setting_invalid` where nobody said where to keep what is fetched. */
export function remoteAccess({ cacheFolder, ...options }: SourceOptions): RemoteAccess {
  if (cacheFolder !== undefined) return { ...options, cacheFolder }
  throw new RbeeError('setting_invalid', 'there is no folder to fetch repositories into', {
    next: 'name a folder of this machine as the catalog',
  })
}

/** Opens a folder of this machine: as of a commit inside a repository, as plain files outside one. */
export async function openFolder(
  { folder, ref }: Extract<CatalogLocation, { kind: 'folder' }>,
  options: SourceOptions,
): Promise<CatalogSource> {
  // A link that the operator names is followed: the repository is the one that the folder really lies in.
  const real = await realpath(folder)
  const repository = await openRepository(real, ref, {
    searchPath: options.searchPath,
    signal: options.signal,
  })
  if (repository !== null) {
    const { url, prefix } = repository
    // A relative path would be the same for different catalogs, and so would a path inside a build machine.
    const address = url === null ? folder : prefix === '' ? url : `${url}/${prefix}`
    const folders = [folder, real, repository.root]
    return sourceOf(repository, ref, options.name ?? withRef(address, ref), folders, options)
  }
  if (ref === null) return plainFolder(folder, real, options)
  throw new RbeeError('catalog_unreadable', `${folder} lies in no Git repository, so that it has no ${ref}`, {
    next: 'name the folder without #REF',
  })
}

function sourceOf(
  repository: Repository,
  ref: string | null,
  catalog: string,
  folders: readonly string[],
  { signal }: SourceOptions,
): CatalogSource {
  return {
    catalog,
    repository,
    ref,
    place: { url: repository.url, folders },
    openTree: () => {
      signal?.throwIfAborted()
      return openGitTree(repository)
    },
    [Symbol.asyncDispose]: () => repository.close(),
  }
}

function plainFolder(folder: string, real: string, { name }: SourceOptions): CatalogSource {
  return {
    catalog: name ?? withRef(folder, null),
    repository: null,
    ref: null,
    place: { url: null, folders: [folder, real] },
    openTree: () =>
      openFolderTree(real, { scope: '', maxDepth: 16, maxEntries: 2_000_000, skipFolders: SKIPPED_FOLDERS }),
    [Symbol.asyncDispose]: async () => {},
  }
}

function withRef(place: string, ref: string | null): string {
  return (ref === null ? place : `${place}#${ref}`).slice(0, 500)
}
