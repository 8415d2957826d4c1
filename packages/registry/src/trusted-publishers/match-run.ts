import { RbeeError, type WorkerId } from '@rbee/schema'
import type { TrustedPublisherRow } from '../ports/trusted-publishers.ts'
import type { GithubRun } from './github-run.ts'

/**
 * What may start a run that publishes: people with write access to the repository, or its own schedule. Everything else is
 * refused, above all what strangers can start with code or texts of theirs (`pull_request_target`, `issue_comment`,
 * `workflow_run`); an event that is new at GitHub is no exception.
 */
const EVENTS: readonly string[] = ['push', 'release', 'workflow_dispatch', 'schedule']

/** Something that a trusted publisher demands and a run is not. */
interface Mismatch {
  readonly claim: string
  readonly stated: string
  readonly expected: string
}

/** Refuses with `oidc_no_publisher` a worker that trusts no workflow. */
export function assertAnyPublisher(worker: WorkerId, publishers: readonly TrustedPublisherRow[]): void {
  if (publishers.length > 0) return
  throw new RbeeError('oidc_no_publisher', `No workflow is trusted to publish "${worker}"`, {
    next: `let its owner, or an operator where it is new, add one: rbee-publish trusted-publisher add ${worker} --github OWNER/REPO --workflow FILE`,
  })
}

/** Refuses with `oidc_event_refused` runs that others than the people of the repository can start. */
export function assertEventAllowed({ run }: GithubRun): void {
  if (EVENTS.includes(run.event)) return
  throw new RbeeError('oidc_event_refused', `A run that was started by "${run.event}" may not publish`, {
    next: `publish from a run that is started by ${EVENTS.join(', ')}`,
    details: { claim: 'event_name', expected: EVENTS },
  })
}

/**
 * The trusted publisher that a run is one of. Fails with `oidc_claim_mismatch`, which names the claim in which the run differs
 * from the one that it comes closest to.
 */
export function matchingPublisher(
  worker: WorkerId,
  publishers: readonly TrustedPublisherRow[],
  run: GithubRun,
): TrustedPublisherRow {
  const judged = publishers.map((publisher) => ({ publisher, mismatches: mismatchesOf(publisher, run) }))
  const matching = judged.find(({ mismatches }) => mismatches.length === 0)
  if (matching !== undefined) return matching.publisher
  const [closest] = judged.toSorted((a, b) => a.mismatches.length - b.mismatches.length)
  const [mismatch] = closest?.mismatches ?? []
  if (mismatch === undefined) throw new Error('a run without a mismatch matches nothing')
  throw differs(worker, mismatch)
}

function mismatchesOf(publisher: TrustedPublisherRow, { run, workflowRepository }: GithubRun): Mismatch[] {
  const { repositoryOwnerId, repositoryId, environment } = publisher
  const own = `${publisher.repository}/.github/workflows/${publisher.workflow}`
  const job = `${workflowRepository}/.github/workflows/${run.workflow}`
  return [
    unlike('iss', run.issuer, publisher.issuer),
    unlike('repository', run.repository, publisher.repository, sameName),
    // An account that is deleted leaves its name to whoever registers it next; its number is never given again.
    unlike('repository_owner_id', run.repository_owner_id, repositoryOwnerId ?? run.repository_owner_id),
    unlike('repository_id', run.repository_id, repositoryId ?? run.repository_id),
    unlike('job_workflow_ref', job, own, sameFile),
    environment === null ? null : unlike('environment', run.environment ?? 'none', environment, sameName),
  ].filter((mismatch) => mismatch !== null)
}

function unlike(
  claim: string,
  stated: string,
  expected: string,
  isSame: (a: string, b: string) => boolean = (a, b) => a === b,
): Mismatch | null {
  return isSame(stated, expected) ? null : { claim, stated, expected }
}

/** GitHub keeps names of accounts, repositories and environments in one case and takes them in any. */
function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

/** Files have a case; the repository that they lie in has none. */
function sameFile(a: string, b: string): boolean {
  const [left, right] = [a, b].map((path) => path.lastIndexOf('/'))
  return sameName(a.slice(0, left), b.slice(0, right)) && a.slice(left) === b.slice(right)
}

function differs(worker: WorkerId, { claim, stated, expected }: Mismatch): RbeeError {
  return new RbeeError(
    'oidc_claim_mismatch',
    `The run is not one that may publish "${worker}": its ${claim} is "${stated}", not "${expected}"`,
    {
      next: 'publish from the workflow that is trusted, or let the owner of the worker add this one: rbee-publish trusted-publisher add',
      details: { claim, expected },
    },
  )
}
