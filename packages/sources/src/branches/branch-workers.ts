import type { Finding } from '@rbee/schema'
import type { Claimant } from '../catalog/duplicates.ts'
import { sourceOf, toEntry } from '../catalog/entry.ts'
import type { ReadWorkers } from '../catalog/folders.ts'
import type { Pictures } from '../catalog/pictures.ts'
import type { BranchLayout } from '../catalog/recognise.ts'
import type { CatalogSource } from '../catalog/source.ts'
import type { TextBudget } from '../catalog/text-budget.ts'
import { FolderFindings, quoteValue } from '../findings.ts'
import { ObjectReader } from '../git/object-reader.ts'
import type { Repository } from '../git/repository.ts'
import { METADATA_FILE } from '../manifest/metadata.ts'
import { openRootTree } from '../tree/root-tree.ts'
import { type CatalogIndex, INDEX_FILE } from './catalog-index.ts'
import { findWorkerBranches, readBranches, type WorkerBranch } from './read-branches.ts'

/** More of them than anybody reads at once. */
const MAX_UNLISTED_WARNINGS = 50

/** Reads the workers that have a branch each. */
export async function readBranchWorkers(
  { repository }: CatalogSource,
  layout: BranchLayout,
  official: boolean,
  budget: TextBudget,
  pictures: Pictures,
): Promise<ReadWorkers> {
  if (repository === null || layout.kind === 'none') return { claimants: [], findings: [] }
  const objects = new ObjectReader(repository.call)
  try {
    const { branches, findings } = await chooseBranches(objects, repository, layout)
    const url = layout.kind === 'index' ? layout.index.url : repository.url
    const read = await readBranches(objects, branches, budget)
    const claimants: Claimant[] = []
    for (const { branch, manifestFile, served, findings } of read) {
      if (served === null) continue
      const { commit, contents, earlier } = served
      const git = { url, branch, commit, path: '.' }
      const tree = openRootTree(objects, commit, new Map())
      const screenshots = await pictures.take(tree, '', contents.manifest, findings)
      const entry = toEntry(contents, sourceOf(branch ?? '', official), git, earlier, screenshots)
      claimants.push({ entry, place: branch ?? '.', manifestFile, manifestPath: null })
    }
    return { claimants, findings: [...findings, ...read.flatMap((branch) => branch.findings.list())] }
  } finally {
    objects.close()
  }
}

interface Choice {
  readonly branches: readonly WorkerBranch[]
  readonly findings: readonly Finding[]
}

async function chooseBranches(
  objects: ObjectReader,
  repository: Repository,
  layout: Exclude<BranchLayout, { kind: 'none' }>,
): Promise<Choice> {
  switch (layout.kind) {
    case 'named': {
      const { branch, commit } = repository
      return { branches: [{ name: branch, commit, indexed: null }], findings: [] }
    }
    case 'all':
      return {
        branches: await findWorkerBranches(objects, await repository.listBranches()),
        findings: [],
      }
    case 'index':
      return chooseIndexed(objects, repository, layout.index)
  }
}

async function chooseIndexed(
  objects: ObjectReader,
  repository: Repository,
  index: CatalogIndex,
): Promise<Choice> {
  const commits = await repository.listBranches()
  const branches = index.workers.flatMap((indexed) => {
    const commit = commits.get(indexed.branch)
    return commit === undefined ? [] : [{ name: indexed.branch, commit, indexed }]
  })
  const missing = index.workers.filter(({ branch }) => !commits.has(branch))
  const others = [...commits].filter(([name]) => !index.branches.has(name) && name !== repository.branch)
  const unlisted = await findWorkerBranches(objects, others)
  return {
    branches,
    findings: [
      ...index.findings,
      ...missing.flatMap(({ id, branch, line }) => {
        const findings = new FolderFindings('.')
        findings.worker = id
        findings.error({
          code: 'branch_missing',
          message: `the repository has no branch ${quoteValue(branch)}`,
          next: `push the branch, or take its entry out of ${INDEX_FILE}`,
          file: INDEX_FILE,
          line,
          field: 'branch',
        })
        return findings.list()
      }),
      ...unlisted.slice(0, MAX_UNLISTED_WARNINGS).flatMap(({ name }) => describeUnlisted(name ?? '.')),
    ],
  }
}

function describeUnlisted(branch: string): Finding[] {
  const findings = new FolderFindings(branch)
  findings.warn({
    code: 'branch_unlisted',
    message: `the branch holds a worker that ${INDEX_FILE} does not name, so that it is not served`,
    next: `add an entry for it to ${INDEX_FILE}`,
    file: METADATA_FILE,
  })
  return findings.list()
}
