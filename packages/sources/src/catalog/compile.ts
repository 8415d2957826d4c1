import {
  type CatalogEntry,
  type CompiledCatalog,
  type Finding,
  placeOfEntry,
  RbeeError,
  type WorkerId,
} from '@rbee/schema'
import { readBranchWorkers } from '../branches/branch-workers.ts'
import { countChanges } from '../git/changes.ts'
import { introductionOrder } from '../git/history.ts'
import type { Repository } from '../git/repository.ts'
import type { CatalogTree } from '../tree/catalog-tree.ts'
import { describeCatalog, describeImpossibleNames, describeLostClaim } from './describe.ts'
import { type Discovery, relativePath } from './discover.ts'
import { ageOf, type Claimant, findRivals, type LostClaim, settleRivals } from './duplicates.ts'
import { readFolders } from './folders.ts'
import { Pictures } from './pictures.ts'
import { type BranchLayout, recognise } from './recognise.ts'
import { type CatalogSource, openSource, type SourceOptions } from './source.ts'
import { stateOf } from './state.ts'
import { TextBudget } from './text-budget.ts'

export interface CompileOptions extends SourceOptions {
  /** Whether workers outside of `community/` are official. In a catalog of somebody else all are community's. */
  readonly official: boolean
  /**
   * Names those entries of which whoever takes them takes the first and may refuse the others. They stand last, in the
   * order in which they came into the history. By default none.
   */
  readonly disputed?: (entries: readonly CatalogEntry[]) => ReadonlySet<WorkerId>
  /**
   * Why an entry may not have its names, whoever else claims them; such an entry is refused, and takes no part in the
   * contest for names. By default every name is possible.
   */
  readonly impossible?: (entry: CatalogEntry) => RbeeError | null
  /**
   * Workers that a catalog of this name brought before, by their ids, each with its path below the catalog's
   * folder or its branch. What is still where it was keeps its names, whoever else claims them now. By default none.
   */
  readonly established?: (catalog: string) => ReadonlyMap<string, string>
}

const MAX_WORKERS = 100_000
/** As many as a server takes with one sync. */
const MAX_FINDINGS = 10_000

/**
 * Reads a catalog into entries that a server without Git can serve. A folder inside a repository is read as of HEAD
 * (`#REF`: of that commit), a folder outside one as plain files; a repository of another machine is fetched first. How the
 * catalog is laid out is told by what is there. A worker that breaks a rule is refused with its findings, and all others
 * are served.
 *
 * @param location `PATH`, `file:///PATH`, `https://HOST/PATH`, `ssh://[USER@]HOST/PATH` or `USER@HOST:PATH`, each with or
 *   without `#REF`.
 * @throws RbeeError `catalog_unreadable` or `catalog_limit` where the catalog as a whole cannot be read,
 *   `catalog_unreachable` where it cannot be fetched: what a server holds of it already stays as it is.
 */
export async function compileCatalog(location: string, options: CompileOptions): Promise<CompiledCatalog> {
  await using source = await openSource(location, options)
  const tree = await source.openTree()
  try {
    return await compileTree(tree, source, options)
  } finally {
    await tree.close()
  }
}

async function compileTree(
  tree: CatalogTree,
  source: CatalogSource,
  { official, disputed, impossible, established }: CompileOptions,
): Promise<CompiledCatalog> {
  const { repository } = source
  const { discovery, branches } = await recognise(tree, source)
  const changes = repository === null ? 0 : await countChanges(repository)
  limitWorkers(discovery, branches)
  const budget = new TextBudget()
  const pictures = new Pictures()
  const read = [
    await readFolders(tree, source, discovery.workers, official, budget, pictures),
    await readBranchWorkers(source, branches, official, budget, pictures),
  ]
  const all = read.flatMap((workers) => workers.claimants)
  if (all.length === 0) refuseUncommittedCatalog(tree, changes)
  const reasons = new Map(all.map((claimant) => [claimant, impossible?.(claimant.entry) ?? null]))
  const claimants = all.filter((claimant) => reasons.get(claimant) === null)
  const isEstablished = establishedIn(tree.scope, established?.(source.catalog) ?? new Map())
  const lost = await settleNames(claimants, repository, isEstablished)
  const losers = new Set(lost.map(({ claimant }) => claimant))
  const kept = claimants.filter((claimant) => !losers.has(claimant))
  const inOrder = disputed === undefined ? kept : await earlierFirst(kept, disputed, repository)
  const findings = [
    ...describeCatalog(tree, discovery, changes),
    ...read.flatMap((workers) => workers.findings),
    ...[...reasons].flatMap(([claimant, reason]) =>
      reason === null ? [] : describeImpossibleNames(claimant, reason),
    ),
    ...lost.map(describeLostClaim),
  ]
  return {
    catalog: source.catalog,
    commit:
      repository === null ? null : await stateOf(repository.commit, branches.kind, repository.listBranches),
    folder: tree.scope,
    entries: inOrder.map(({ entry }) => entry),
    images: pictures.bytes,
    findings: findings.toSorted(errorsFirst).slice(0, MAX_FINDINGS),
  }
}

/** Where there are too many to tell, what is refused is told. */
function errorsFirst(a: Finding, b: Finding): number {
  return Number(a.severity === 'warning') - Number(b.severity === 'warning')
}

function limitWorkers({ workers }: Discovery, branches: BranchLayout): void {
  const indexed = branches.kind === 'index' ? branches.index.workers.length : 0
  if (workers.length + indexed <= MAX_WORKERS) return
  throw new RbeeError('catalog_limit', `the catalog holds more than ${MAX_WORKERS} workers`, {
    next: 'split it into several catalogs',
  })
}

function establishedIn(scope: string, known: ReadonlyMap<string, string>): (claimant: Claimant) => boolean {
  return ({ entry }) => known.get(entry.manifest.id) === (relativePath(scope, placeOfEntry(entry)) || '.')
}

async function settleNames(
  claimants: readonly Claimant[],
  repository: Repository | null,
  isEstablished: (claimant: Claimant) => boolean,
): Promise<readonly LostClaim[]> {
  const rivals = findRivals(claimants)
  return settleRivals(rivals, await originsOf(rivals, repository), isEstablished)
}

async function earlierFirst(
  claimants: readonly Claimant[],
  disputed: NonNullable<CompileOptions['disputed']>,
  repository: Repository | null,
): Promise<readonly Claimant[]> {
  const ids = disputed(claimants.map(({ entry }) => entry))
  const isDisputed = ({ entry }: Claimant) => ids.has(entry.manifest.id)
  const rivals = claimants.filter(isDisputed)
  const introduced = await originsOf(rivals, repository)
  return [
    ...claimants.filter((claimant) => !isDisputed(claimant)),
    ...rivals.toSorted((a, b) => ageOf(b, introduced) - ageOf(a, introduced)),
  ]
}

/** @returns as `introductionOrder` answers. */
async function originsOf(
  rivals: readonly Claimant[],
  repository: Repository | null,
): Promise<ReadonlyMap<string, number>> {
  const paths = rivals.flatMap(({ manifestPath }) => manifestPath ?? [])
  return repository === null || paths.length === 0 ? new Map() : await introductionOrder(repository, paths)
}

/** A folder that is in no commit would otherwise look like an empty catalog. */
function refuseUncommittedCatalog(tree: CatalogTree, changes: number | null): void {
  const inScope = tree.entries.keys().some((path) => relativePath(tree.scope, path) !== null)
  if (tree.commit === null || inScope) return
  throw new RbeeError(
    'catalog_unreadable',
    `${tree.scope === '' ? 'the repository' : tree.scope} holds nothing as of commit ${tree.commit.slice(0, 12)}${
      changes ? ', only uncommitted files' : ''
    }`,
    { next: 'commit the folder: a catalog inside a repository is served as of HEAD' },
  )
}
