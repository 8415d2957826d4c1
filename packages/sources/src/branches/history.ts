import {
  compareVersions,
  type EarlierVersion,
  RbeeError,
  type Version,
  type WorkerManifest,
} from '@rbee/schema'
import { type FolderContext, readStatements } from '../catalog/entry.ts'
import { FolderFindings } from '../findings.ts'
import type { GitEntry } from '../git/listing.ts'
import type { ObjectReader } from '../git/object-reader.ts'
import { type Commit, readCommit, readTree } from '../git/objects.ts'
import { METADATA_FILE } from '../manifest/metadata.ts'
import { MANIFEST_FILE } from '../manifest/read.ts'
import { PKGBUILD_BIN_FILE, PKGBUILD_FILE } from '../pkgbuild/read-folder.ts'
import { openRootTree } from '../tree/root-tree.ts'

/** Commits of one branch that are looked at. A branch has about one per release. */
const MAX_COMMITS_PER_BRANCH = 1_000
/** The files that say what a version is: a commit that leaves them alone brings none. */
const STATING_FILES = [METADATA_FILE, MANIFEST_FILE, PKGBUILD_FILE, PKGBUILD_BIN_FILE]

/** Bounds the work of reading all histories of one catalog, so that its time is not its authors' choice. */
export class HistoryBudget {
  #commits = 500_000
  #manifests = 100_000

  spendCommit(): void {
    this.#commits -= 1
    if (this.#commits < 0) throw exhausted()
  }

  spendManifest(): void {
    this.#manifests -= 1
    if (this.#manifests < 0) throw exhausted()
  }
}

function exhausted(): RbeeError {
  return new RbeeError('catalog_limit', 'the branches of the catalog have too long a history together', {
    next: 'split the catalog, or begin new branches',
  })
}

/** What the history of a branch holds before its tip. */
export interface BranchHistory {
  /** Newest first, each version once, by its newest commit before the tip. */
  readonly versions: readonly EarlierVersion[]
  /** Versions that can be read in none of the commits that state them, and the newest of those. */
  readonly unreadable: readonly { readonly version: Version; readonly commit: string }[]
}

/**
 * Walks the first parents of a branch for the versions that it held before. Commits that cannot be read, and those of
 * another worker's id, bring no version.
 */
export async function readHistory(
  objects: ObjectReader,
  tip: { readonly commit: Commit; readonly version: Version; readonly manifest: WorkerManifest },
  context: FolderContext,
  budget: HistoryBudget,
): Promise<BranchHistory> {
  const versions = new Map<Version, EarlierVersion>()
  const unreadable = new Map<Version, string>()
  let seen = keyOf(await readTree(objects, tip.commit.tree))
  for await (const { commit, entries, key } of olderCommits(objects, tip.commit, budget)) {
    if (key === seen) continue
    seen = key
    budget.spendManifest()
    const findings = new FolderFindings(commit.hash)
    const tree = openRootTree(objects, commit.hash, entries)
    const { manifest, version, binarySources } = await readStatements(tree, '', findings, context)
    if (version === null || versions.has(version)) continue
    if (manifest === null || findings.errors > 0) {
      if (!unreadable.has(version)) unreadable.set(version, commit.hash)
    } else if (manifest.id === tip.manifest.id) {
      const binary_sources = [...binarySources]
      versions.set(version, {
        version,
        manifest,
        commit: commit.hash,
        committed_at: commit.committedAt,
        binary_sources,
      })
    }
  }
  return {
    versions: [...versions.values()].toSorted((a, b) => compareVersions(b.version, a.version)),
    unreadable: Array.from(unreadable, ([version, commit]) => ({ version, commit })).filter(
      ({ version }) => version !== tip.version && !versions.has(version),
    ),
  }
}

interface OlderCommit {
  readonly commit: Commit
  readonly entries: ReadonlyMap<string, GitEntry>
  /** Equal for commits whose stating files are equal. */
  readonly key: string
}

/** First parents of a commit, the newest first, as far as they are there: a shallow clone ends early. */
async function* olderCommits(
  objects: ObjectReader,
  tip: Commit,
  budget: HistoryBudget,
): AsyncGenerator<OlderCommit> {
  let { parent, tree } = tip
  for (let count = 0; parent !== null && count < MAX_COMMITS_PER_BRANCH; count += 1) {
    budget.spendCommit()
    const commit = await readCommit(objects, parent)
    if (commit === null) return
    // A commit without changes, or one that only leads to a merge.
    if (commit.tree !== tree) {
      const entries = await readTree(objects, commit.tree)
      if (entries !== null) yield { commit, entries, key: keyOf(entries) }
    }
    parent = commit.parent
    tree = commit.tree
  }
}

function keyOf(entries: ReadonlyMap<string, GitEntry> | null): string {
  return STATING_FILES.map((file) => entries?.get(file)?.hash ?? '').join(' ')
}
