import { type CompiledCatalog, type Finding, RbeeError } from '@rbee/schema'
import { readBranchWorkers } from '../branches/branch-workers.ts'
import { countChanges } from '../git/changes.ts'
import { introductionOrder } from '../git/history.ts'
import type { Repository } from '../git/repository.ts'
import type { CatalogTree } from '../tree/catalog-tree.ts'
import { describeCatalog, describeLostClaim } from './describe.ts'
import { type Discovery, relativePath } from './discover.ts'
import { type Claimant, findRivals, type LostClaim, settleRivals } from './duplicates.ts'
import { readFolders } from './folders.ts'
import { type BranchLayout, recognise } from './recognise.ts'
import { type CatalogSource, openSource, type SourceOptions } from './source.ts'
import { stateOf } from './state.ts'
import { TextBudget } from './text-budget.ts'

export interface CompileOptions extends SourceOptions {
  /** Whether workers outside of `community/` are official. In a catalog of somebody else all are community's. */
  readonly official: boolean
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
    return await compileTree(tree, source, options.official)
  } finally {
    await tree.close()
  }
}

async function compileTree(
  tree: CatalogTree,
  source: CatalogSource,
  official: boolean,
): Promise<CompiledCatalog> {
  const { repository } = source
  const { discovery, branches } = await recognise(tree, source)
  const changes = repository === null ? 0 : await countChanges(repository)
  limitWorkers(discovery, branches)
  const budget = new TextBudget()
  const read = [
    await readFolders(tree, source, discovery.workers, official, budget),
    await readBranchWorkers(source, branches, official, budget),
  ]
  const claimants = read.flatMap((workers) => workers.claimants)
  if (claimants.length === 0) refuseUncommittedCatalog(tree, changes)
  const lost = await settleNames(claimants, repository)
  const losers = new Set(lost.map(({ claimant }) => claimant))
  const findings = [
    ...describeCatalog(tree, discovery, changes),
    ...read.flatMap((workers) => workers.findings),
    ...lost.map(describeLostClaim),
  ]
  return {
    catalog: source.catalog,
    commit:
      repository === null ? null : await stateOf(repository.commit, branches.kind, repository.listBranches),
    folder: tree.scope,
    entries: claimants.filter((claimant) => !losers.has(claimant)).map(({ entry }) => entry),
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

async function settleNames(
  claimants: readonly Claimant[],
  repository: Repository | null,
): Promise<readonly LostClaim[]> {
  const rivals = findRivals(claimants)
  const paths = rivals.flatMap(({ manifestPath }) => manifestPath ?? [])
  const known = repository !== null && paths.length > 0
  return settleRivals(rivals, known ? await introductionOrder(repository, paths) : new Map())
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
