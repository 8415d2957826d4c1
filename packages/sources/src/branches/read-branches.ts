import {
  compareVersions,
  type EarlierVersion,
  MAX_EARLIER_VERSIONS,
  type Version,
  type WorkerManifest,
} from '@rbee/schema'
import { mapConcurrently } from '../catalog/concurrency.ts'
import { type CompleteContents, type FolderContext, isComplete, readFolder } from '../catalog/entry.ts'
import type { TextBudget } from '../catalog/text-budget.ts'
import { FolderFindings } from '../findings.ts'
import type { ObjectReader } from '../git/object-reader.ts'
import { type Commit, readCommit, readTree } from '../git/objects.ts'
import { METADATA_FILE } from '../manifest/metadata.ts'
import { MANIFEST_FILE } from '../manifest/read.ts'
import { openRootTree } from '../tree/root-tree.ts'
import { INDEX_FILE, type IndexedWorker } from './catalog-index.ts'
import { type BranchHistory, HistoryBudget, readHistory } from './history.ts'

/** Branches that are read at the same time. */
const CONCURRENCY = 64

/** A branch that a worker is expected on. */
export interface WorkerBranch {
  /** Null for a commit that no branch was asked for by name. */
  readonly name: string | null
  readonly commit: string
  /** What the index says of it; null without an index. */
  readonly indexed: IndexedWorker | null
}

/** What a branch holds. */
export interface BranchReading {
  readonly branch: string | null
  readonly findings: FolderFindings
  /** The file that states the worker's id. */
  readonly manifestFile: string
  /** Null where the branch is refused; its findings say why. */
  readonly served: ServedVersion | null
}

/** The version of a branch that is served, and those before it. */
export interface ServedVersion {
  readonly commit: string
  readonly contents: CompleteContents
  readonly earlier: readonly EarlierVersion[]
}

/** Reads the workers of branches: what the tip of each holds, and which versions its history holds. */
export function readBranches(
  objects: ObjectReader,
  branches: readonly WorkerBranch[],
  texts: TextBudget,
): Promise<BranchReading[]> {
  const budget = new HistoryBudget()
  return mapConcurrently(branches, CONCURRENCY, async (branch) => {
    const reading = await new BranchReader(objects, branch, budget).read()
    if (reading.served !== null) texts.spend(reading.served.contents)
    return reading
  })
}

/** Of the given branches, those whose root holds a metadata.json. */
export async function findWorkerBranches(
  objects: ObjectReader,
  branches: Iterable<readonly [string, string]>,
): Promise<WorkerBranch[]> {
  const found = await mapConcurrently([...branches], CONCURRENCY, async ([name, hash]) => {
    const commit = await readCommit(objects, hash)
    const entries = commit === null ? null : await readTree(objects, commit.tree)
    return entries?.get(METADATA_FILE)?.kind === 'file' ? [{ name, commit: hash, indexed: null }] : []
  })
  return found.flat()
}

class BranchReader {
  readonly #objects: ObjectReader
  readonly #branch: WorkerBranch
  readonly #budget: HistoryBudget
  readonly #findings: FolderFindings
  readonly #context: FolderContext

  constructor(objects: ObjectReader, branch: WorkerBranch, budget: HistoryBudget) {
    this.#objects = objects
    this.#branch = branch
    this.#budget = budget
    this.#findings = new FolderFindings(branch.name ?? '.')
    this.#findings.worker = branch.indexed?.id ?? null
    this.#context = {
      layout: 'branch',
      indexed: branch.indexed?.facts,
      platforms: branch.indexed?.platforms ?? null,
    }
  }

  async read(): Promise<BranchReading> {
    const branch = this.#branch.name
    const findings = this.#findings
    const tip = await readCommit(this.#objects, this.#branch.commit)
    const entries = tip === null ? null : await readTree(this.#objects, tip.tree)
    if (tip === null || entries === null) {
      findings.error({
        code: 'catalog_unreadable',
        message: `commit ${this.#branch.commit.slice(0, 12)} of the branch is missing or damaged`,
        next: 'check the repository with git fsck',
      })
      return { branch, findings, manifestFile: METADATA_FILE, served: null }
    }
    const manifestFile =
      entries.has(METADATA_FILE) || !entries.has(MANIFEST_FILE) ? METADATA_FILE : MANIFEST_FILE
    if (!entries.has(manifestFile)) {
      findings.error({
        code: 'manifest_missing',
        message: `the branch has no ${METADATA_FILE} at its root`,
        next: `add ${METADATA_FILE}`,
        file: METADATA_FILE,
      })
      return { branch, findings, manifestFile, served: null }
    }
    const contents = await readFolder(
      openRootTree(this.#objects, tip.hash, entries),
      '',
      findings,
      this.#context,
    )
    this.#compareWithIndex(contents.manifest, manifestFile)
    const sound = isComplete(contents) && findings.errors === 0
    return {
      branch,
      findings,
      manifestFile,
      served: sound ? await this.#serve(tip, contents, manifestFile) : null,
    }
  }

  #compareWithIndex(manifest: WorkerManifest | null, file: string): void {
    const { indexed } = this.#branch
    if (indexed === null || manifest === null) return
    if (manifest.id !== indexed.id) {
      this.#findings.error({
        code: 'manifest_conflict',
        message: `the id is ${manifest.id}, but ${INDEX_FILE} calls this branch ${indexed.id}`,
        next: 'state the same id in both',
        file,
        field: 'id',
      })
    }
    const { variant } = indexed.facts
    if (variant !== undefined && !manifest.build.features.includes(variant)) {
      this.#findings.warn({
        code: 'manifest_conflict',
        message: `${INDEX_FILE} names the variant ${variant}, which is none of ${manifest.build.features.join(', ')}`,
        next: `correct ${INDEX_FILE}`,
        file,
        field: 'features',
      })
    }
  }

  /** The tip and the versions before it. A tip that is older than one of them is refused, and the newest is served on. */
  async #serve(tip: Commit, contents: CompleteContents, file: string): Promise<ServedVersion | null> {
    const { manifest, version } = contents
    const { versions, unreadable } = await readHistory(
      this.#objects,
      { commit: tip, manifest, version },
      this.#context,
      this.#budget,
    )
    this.#warnOfUnreadable(unreadable)
    const [newest] = versions
    if (newest === undefined || compareVersions(newest.version, version) <= 0) {
      return { commit: tip.hash, contents, earlier: without(versions, version) }
    }
    this.#findings.error({
      code: 'downgrade',
      message: `version ${version} is older than ${newest.version} of commit ${newest.commit.slice(0, 12)}, which is served on`,
      next: 'state a version that is not older; to take changes back, release them under a newer version',
      file,
      field: 'version',
    })
    const before = await this.#readCommit(newest.commit)
    return before === null
      ? null
      : { commit: newest.commit, contents: before, earlier: without(versions, newest.version) }
  }

  #warnOfUnreadable([first, ...more]: BranchHistory['unreadable']): void {
    if (first === undefined) return
    const others = more.length === 0 ? '' : `, and so do ${more.length} other versions`
    this.#findings.warn({
      code: 'manifest_invalid',
      message: `version ${first.version} is left out: commit ${first.commit.slice(0, 12)} breaks a rule${others}`,
      next: 'release what is still needed under a new version; the past stays as it is',
    })
  }

  async #readCommit(hash: string): Promise<CompleteContents | null> {
    const commit = await readCommit(this.#objects, hash)
    const entries = commit === null ? null : await readTree(this.#objects, commit.tree)
    if (entries === null) return null
    const findings = new FolderFindings(this.#branch.name ?? '.')
    const contents = await readFolder(openRootTree(this.#objects, hash, entries), '', findings, this.#context)
    return isComplete(contents) && findings.errors === 0 ? contents : null
  }
}

/** As many as an entry may carry, the newest first. */
function without(versions: readonly EarlierVersion[], served: Version): readonly EarlierVersion[] {
  return versions.filter(({ version }) => version !== served).slice(0, MAX_EARLIER_VERSIONS)
}
