import { realpath } from 'node:fs/promises'
import {
  type CatalogEntry,
  type CompiledCatalog,
  type Finding,
  RbeeError,
  type SourceKind,
  type Version,
  type WorkerManifest,
} from '@rbee/schema'
import { FolderFindings } from '../findings.ts'
import { countChanges } from '../git/changes.ts'
import { introductionOrder } from '../git/history.ts'
import { openRepository, type Repository } from '../git/repository.ts'
import { MANIFEST_FILE } from '../manifest/read.ts'
import { type CatalogTree, joinPath } from '../tree/catalog-tree.ts'
import { openFolderTree } from '../tree/folder-tree.ts'
import { openGitTree } from '../tree/git-tree.ts'
import { mapConcurrently } from './concurrency.ts'
import { describeCatalog, describeLostClaim } from './describe.ts'
import { type Discovery, discoverWorkers, relativePath, SKIPPED_FOLDERS } from './discover.ts'
import { type Claimant, findRivals, type LostClaim, settleRivals } from './duplicates.ts'
import { type FolderContents, readFolder } from './entry.ts'
import { parseLocation } from './location.ts'

export interface CompileOptions {
  /** Whether workers outside of `community/` are official. In a catalog of somebody else all are community's. */
  readonly official: boolean
  /** The folder that a relative location means. */
  readonly base: string
  /**
   * Stable name of the catalog: a server takes everything that comes under one name for one catalog. By default the
   * public address of the repository and the folder in it, without one the absolute path.
   */
  readonly name?: string
  /** PATH to find git on; the system's default without it. */
  readonly searchPath?: string
}

const MAX_WORKERS = 100_000
/** In UTF-16 units: manifests, READMEs, changelogs and PKGBUILDs of one catalog together. */
const MAX_TEXT = 512 * 2 ** 20
/** As many as a server takes with one sync. */
const MAX_FINDINGS = 10_000
/** Folders that are read at the same time: enough to keep git's answers flowing. */
const CONCURRENCY = 32

/**
 * Reads a catalog into entries that a server without Git can serve. A folder inside a repository is read as of HEAD
 * (`PATH#REF`: of that commit), a folder outside one as plain files. A folder that breaks a rule is refused with its
 * findings, and all others are served.
 *
 * @param location `PATH` or `PATH#REF`.
 * @throws RbeeError `catalog_unreadable` or `catalog_limit` where the catalog as a whole cannot be read.
 */
export async function compileCatalog(location: string, options: CompileOptions): Promise<CompiledCatalog> {
  const { folder, ref } = await parseLocation(location, options.base)
  // A link that the operator names is followed: the repository is the one that the folder really lies in.
  const place = await realpath(folder)
  const repository = await openRepository(place, ref, options.searchPath)
  if (repository === null && ref !== null) {
    throw new RbeeError(
      'catalog_unreadable',
      `${folder} lies in no Git repository, so that it has no ${ref}`,
      {
        next: 'name the folder without #REF',
      },
    )
  }
  try {
    const tree = repository === null ? await openPlainFolder(place) : await openGitTree(repository)
    try {
      return await compileTree(
        tree,
        repository,
        options.name ?? nameOf(folder, ref, repository),
        options.official,
      )
    } finally {
      await tree.close()
    }
  } finally {
    await repository?.close()
  }
}

/** A relative path would be the same for different catalogs, and so would a path inside a build machine. */
function nameOf(folder: string, ref: string | null, repository: Repository | null): string {
  const { url, prefix } = repository ?? { url: null, prefix: '' }
  const place = url === null ? folder : prefix === '' ? url : `${url}/${prefix}`
  return (ref === null ? place : `${place}#${ref}`).slice(0, 500)
}

function openPlainFolder(folder: string): Promise<CatalogTree> {
  return openFolderTree(folder, {
    scope: '',
    maxDepth: 16,
    maxEntries: 2_000_000,
    skipFolders: SKIPPED_FOLDERS,
  })
}

async function compileTree(
  tree: CatalogTree,
  repository: Repository | null,
  catalog: string,
  official: boolean,
): Promise<CompiledCatalog> {
  const discovery = discoverWorkers(tree)
  const changes = repository === null ? 0 : await countChanges(repository)
  refuseUncommittedCatalog(tree, discovery, changes)
  if (discovery.workers.length > MAX_WORKERS) {
    throw new RbeeError('catalog_limit', `the catalog holds more than ${MAX_WORKERS} workers`, {
      next: 'split it into several catalogs',
    })
  }
  const read = await readWorkers(tree, discovery.workers)
  const claimants = read.flatMap(({ folder, contents, findings }): Claimant[] => {
    const entry = toEntry(contents, findings, sourceOf(folder, official), placeOf(repository, tree, folder))
    return entry === null ? [] : [{ entry, manifestPath: joinPath(folder, MANIFEST_FILE) }]
  })
  const lost = await settleNames(claimants, repository)
  const losers = new Set(lost.map(({ claimant }) => claimant))
  const findings = [
    ...describeCatalog(tree, discovery, changes),
    ...read.flatMap((worker) => worker.findings.list()),
    ...lost.map((claim) => describeLostClaim(claim, tree.scope)),
  ]
  return {
    catalog,
    commit: tree.commit,
    folder: tree.scope,
    entries: claimants.filter((claimant) => !losers.has(claimant)).map(({ entry }) => entry),
    findings: findings.toSorted(errorsFirst).slice(0, MAX_FINDINGS),
  }
}

/** Where there are too many to tell, what is refused is told. */
function errorsFirst(a: Finding, b: Finding): number {
  return Number(a.severity === 'warning') - Number(b.severity === 'warning')
}

interface ReadWorker {
  readonly folder: string
  readonly contents: FolderContents
  readonly findings: FolderFindings
}

function readWorkers(tree: CatalogTree, folders: readonly string[]): Promise<ReadWorker[]> {
  let text = 0
  return mapConcurrently(folders, CONCURRENCY, async (folder): Promise<ReadWorker> => {
    const findings = new FolderFindings(relativePath(tree.scope, folder) || '.')
    const contents = await readFolder(tree, folder, findings)
    for (const part of [contents.readme, contents.changelog, contents.pkgbuild, contents.pkgbuildBin]) {
      text += part?.length ?? 0
    }
    if (text > MAX_TEXT) {
      throw new RbeeError('catalog_limit', `the texts of the catalog exceed ${MAX_TEXT / 2 ** 20} MiB`, {
        next: 'split it into several catalogs',
      })
    }
    return { folder, contents, findings }
  })
}

/** Null where the folder is refused; its findings say why. */
function toEntry(
  contents: FolderContents,
  findings: FolderFindings,
  source: SourceKind,
  git: CatalogEntry['git'],
): CatalogEntry | null {
  if (findings.errors > 0 || !isComplete(contents)) return null
  return {
    manifest: contents.manifest,
    version: contents.version,
    source,
    layout: contents.layout,
    git,
    pkgbuild: contents.pkgbuild,
    pkgbuild_bin: contents.pkgbuildBin,
    readme: contents.readme,
    changelog: contents.changelog,
    binary_sources: [...contents.binarySources],
    earlier: [],
  }
}

function isComplete(
  contents: FolderContents,
): contents is FolderContents & { manifest: WorkerManifest; version: Version } {
  return contents.manifest !== null && contents.version !== null
}

function sourceOf(folder: string, official: boolean): SourceKind {
  return official && !folder.split('/').includes('community') ? 'official' : 'community'
}

function placeOf(repository: Repository | null, tree: CatalogTree, folder: string): CatalogEntry['git'] {
  return {
    url: repository?.url ?? null,
    branch: repository?.branch ?? null,
    commit: tree.commit,
    path: folder === '' ? '.' : folder,
  }
}

async function settleNames(
  claimants: readonly Claimant[],
  repository: Repository | null,
): Promise<readonly LostClaim[]> {
  const rivals = findRivals(claimants)
  if (rivals.length === 0) return []
  const paths = rivals.map(({ manifestPath }) => manifestPath)
  return settleRivals(rivals, repository === null ? new Map() : await introductionOrder(repository, paths))
}

/** A folder that is in no commit would otherwise look like an empty catalog. */
function refuseUncommittedCatalog(tree: CatalogTree, discovery: Discovery, changes: number | null): void {
  const inScope = tree.entries.keys().some((path) => relativePath(tree.scope, path) !== null)
  if (tree.commit === null || inScope || discovery.workers.length > 0) return
  throw new RbeeError(
    'catalog_unreadable',
    `${tree.scope === '' ? 'the repository' : tree.scope} holds nothing as of commit ${tree.commit.slice(0, 12)}${
      changes ? ', only uncommitted files' : ''
    }`,
    { next: 'commit the folder: a catalog inside a repository is served as of HEAD' },
  )
}
