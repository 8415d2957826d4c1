import type { CatalogTree } from '@rbee/sources'
import { applyRules, inOrder } from './apply-rules.ts'
import type { CheckOptions, CheckReport } from './check-options.ts'
import { fetchSources } from './online/fetch-sources.ts'
import { isAnother } from './repository-workers.ts'
import type { CheckFinding } from './rule.ts'
import { ONLINE_RULES, SUBMISSION_RULES, WORKER_RULES } from './rules/index.ts'
import type { EarlierWorker, RemovedWorker } from './submission.ts'
import type { CheckedWorker, OtherWorker } from './worker/checked-worker.ts'
import { asOther, type ReadWorker } from './worker/read-worker.ts'

/** A worker as far as its names and maintainers go. */
export type NamedWorker = Pick<ReadWorker, 'folder' | 'contents' | 'source'>

/** What is judged, and what it is held against. */
export interface Subjects {
  readonly tree: CatalogTree
  readonly workers: readonly ReadWorker[]
  /** Workers of the repository beside those. */
  readonly all: readonly NamedWorker[]
  readonly branches: readonly (OtherWorker & { readonly folder: string })[]
  readonly before: readonly EarlierWorker[]
  readonly removed: readonly RemovedWorker[]
  readonly changes: ReadonlySet<string> | null
  readonly ownFolder: string | null
}

/** Asks every rule about every worker, and about the submission where there is one. */
export async function judge(subjects: Subjects, options: CheckOptions): Promise<CheckReport> {
  const { workers, changes, before, ownFolder } = subjects
  const checked = workers.map(
    (worker): CheckedWorker => ({ ...worker, others: othersOf(worker, subjects, options) }),
  )
  const findings: CheckFinding[] = []
  for (const worker of checked) {
    options.signal?.throwIfAborted()
    findings.push(...(await judgeWorker(worker, options)))
  }
  if (changes !== null) {
    const submission = {
      paths: [...changes].toSorted(),
      ownFolder,
      submitter: options.submitter,
      before,
      now: checked,
      removed: subjects.removed,
    }
    findings.push(
      ...(await applyRules(SUBMISSION_RULES, submission, { worker: null, inRepository: (file) => file })),
    )
  }
  return { workers: checked.map(({ folder }) => folder || '.'), findings: inOrder(findings) }
}

function othersOf(
  worker: ReadWorker,
  { workers, all, branches }: Subjects,
  options: CheckOptions,
): readonly OtherWorker[] {
  const beside = [...new Map([...workers, ...all].map((other) => [other.folder, other])).values()]
  const known = options.officialWorkers.filter(
    ({ id }) => worker.source === 'community' || worker.contents.manifest?.id !== id,
  )
  return [
    ...beside.filter(({ folder }) => folder !== worker.folder).flatMap(asOther),
    ...branches.filter((other) => isAnother(other, worker)),
    ...known,
  ]
}

async function judgeWorker(worker: CheckedWorker, options: CheckOptions): Promise<readonly CheckFinding[]> {
  const place = {
    worker: worker.contents.manifest?.id ?? (worker.folder || '.'),
    inRepository: (file: string) =>
      file === '.' ? worker.folder || '.' : worker.folder === '' ? file : `${worker.folder}/${file}`,
  }
  const findings = [...(await applyRules(WORKER_RULES, worker, place))]
  for (const { file, text } of worker.scripts) {
    const opinions = (await options.judgeScript?.({ file, text })) ?? []
    findings.push(
      ...opinions.map((opinion) => ({
        ...opinion,
        severity: 'warning' as const,
        file: place.inRepository(file),
        worker: place.worker,
      })),
    )
  }
  if (options.outbound !== null) {
    const attempts = await fetchSources(worker, options.outbound, options.signal)
    findings.push(...(await applyRules(ONLINE_RULES, attempts, place)))
  }
  return findings
}
