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
import { type Discovery, discoverWorkers, relativePath, SKIPPED_FOLDERS } from './discover.ts'
import { type Claimant, findRivals, type LostClaim, settleRivals } from './duplicates.ts'
import { containFailure, type FolderContents, readFolder } from './entry.ts'
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
const MAX_LINK_WARNINGS = 50
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
  const repository = await openRepository(folder, ref, options.searchPath)
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
    const tree = repository === null ? await openPlainFolder(folder) : await openGitTree(repository)
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
    entries: claimants.filter((claimant) => !losers.has(claimant)).map(({ entry }) => entry),
    findings: findings.slice(0, MAX_FINDINGS),
  }
}

interface ReadWorker {
  readonly folder: string
  readonly contents: FolderContents | null
  readonly findings: FolderFindings
}

function readWorkers(tree: CatalogTree, folders: readonly string[]): Promise<ReadWorker[]> {
  let text = 0
  return mapConcurrently(folders, CONCURRENCY, async (folder): Promise<ReadWorker> => {
    const findings = new FolderFindings(relativePath(tree.scope, folder) || '.')
    const contents = await containFailure(findings, () => readFolder(tree, folder, findings))
    for (const part of [contents?.readme, contents?.changelog, contents?.pkgbuild, contents?.pkgbuildBin]) {
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
  contents: FolderContents | null,
  findings: FolderFindings,
  source: SourceKind,
  git: CatalogEntry['git'],
): CatalogEntry | null {
  if (contents === null || findings.errors > 0 || !isComplete(contents)) return null
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

function describeLostClaim({ claimant, name, holder, tie }: LostClaim, scope: string): Finding {
  const folder = (of: Claimant) =>
    relativePath(scope, of.manifestPath.slice(0, -MANIFEST_FILE.length - 1)) || '.'
  return {
    code: 'duplicate_id',
    severity: 'error',
    message: tie
      ? `"${name}" is claimed here and by ${folder(holder)}, and nothing says who was first`
      : `"${name}" belongs to ${folder(holder)}`,
    next: 'choose another id, or remove one of the two folders',
    path: folder(claimant),
    file: MANIFEST_FILE,
    line: null,
    field: 'worker.id',
    worker: claimant.entry.manifest.id,
  }
}

/** What is said of the catalog rather than of one worker's folder that was read. */
function describeCatalog(tree: CatalogTree, discovery: Discovery, changes: number | null): Finding[] {
  const all = (path: string, describe: (findings: FolderFindings) => void) => {
    const findings = new FolderFindings(relativePath(tree.scope, path) || '.')
    describe(findings)
    return findings.list()
  }
  return [
    ...all(tree.scope, (findings) => {
      if (changes === 0) return
      findings.warn({
        code: 'uncommitted_changes',
        message:
          changes === null
            ? 'whether there are uncommitted changes cannot be told; HEAD is served'
            : `${changes} uncommitted ${changes === 1 ? 'change is' : 'changes are'} not served: the catalog is read as of HEAD`,
        next: 'commit them',
      })
    }),
    ...discovery.withoutManifest.flatMap((folder) =>
      all(folder, (findings) =>
        findings.error({
          code: 'manifest_missing',
          message: `the folder has a PKGBUILD and no ${MANIFEST_FILE}`,
          next: `add ${MANIFEST_FILE}`,
          file: MANIFEST_FILE,
        }),
      ),
    ),
    ...discovery.notFollowed.slice(0, MAX_LINK_WARNINGS).flatMap((path) =>
      all(path, (findings) =>
        findings.warn({
          code: 'file_is_link',
          message:
            tree.entries.get(path) === 'submodule'
              ? 'submodules are not read'
              : 'symbolic links are not followed',
          next: 'put the files themselves into the catalog',
        }),
      ),
    ),
    ...tree.unusable.slice(0, MAX_LINK_WARNINGS).flatMap((path) =>
      all(tree.scope, (findings) =>
        findings.warn({
          code: 'file_not_utf8',
          message: `the name ${JSON.stringify(path.slice(0, 100))} is not usable and is left out`,
          next: 'rename it: UTF-8, no control characters or backslashes',
        }),
      ),
    ),
  ]
}

/** A folder that is in no commit would otherwise look like an empty catalog. */
function refuseUncommittedCatalog(tree: CatalogTree, discovery: Discovery, changes: number | null): void {
  const inScope = [...tree.entries.keys()].some((path) => relativePath(tree.scope, path) !== null)
  if (tree.commit === null || inScope || discovery.workers.length > 0) return
  throw new RbeeError(
    'catalog_unreadable',
    `${tree.scope === '' ? 'the repository' : tree.scope} holds nothing as of commit ${tree.commit.slice(0, 12)}${
      changes ? ', only uncommitted files' : ''
    }`,
    { next: 'commit the folder: a catalog inside a repository is served as of HEAD' },
  )
}
