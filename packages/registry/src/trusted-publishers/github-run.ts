import type { VerifiedIdentity } from '@rbee/oidc'
import { RbeeError, type WorkflowRun } from '@rbee/schema'
import { z } from 'zod'

/**
 * What a run on GitHub says of itself; source:
 * https://docs.github.com/actions/reference/openid-connect-reference
 */
const claimsSchema = z.object({
  repository: z.string().regex(/^[\w-]{1,40}\/[\w.-]{1,100}$/),
  repository_id: z.string().regex(/^\d{1,18}$/),
  repository_owner: z.string(),
  repository_owner_id: z.string().regex(/^\d{1,18}$/),
  /** The file that defines the job: of a reusable workflow, not the one that calls it. */
  job_workflow_ref: z.string().max(1000),
  event_name: z.string().regex(/^[a-z_]{1,100}$/),
  ref: z.string().min(1).max(500),
  sha: z.string().regex(/^[0-9a-f]{40}(?:[0-9a-f]{24})?$/),
  run_id: z.string().regex(/^\d{1,18}$/),
  run_attempt: z.string().regex(/^\d{1,9}$/),
  environment: z.string().min(1).max(255).optional(),
})

/** A run, and whose repository holds the workflow that defines its job. */
export interface GithubRun {
  readonly run: WorkflowRun
  readonly workflowRepository: string
}

/** Reads the claims of a run. Fails with `oidc_token_invalid`, which names the claim. */
export function readGithubRun({ issuer, claims }: Pick<VerifiedIdentity, 'issuer' | 'claims'>): GithubRun {
  const result = claimsSchema.safeParse(claims)
  if (!result.success) throw unusable(String(result.error.issues[0]?.path[0] ?? ''))
  const stated = result.data
  if (!stated.repository.startsWith(`${stated.repository_owner}/`)) throw unusable('repository_owner')
  const place = /^([^/@]+\/[^/@]+)\/\.github\/workflows\/([^/@]+)@(.+)$/.exec(stated.job_workflow_ref)
  const [, workflowRepository, workflow] = place ?? []
  if (workflowRepository === undefined || workflow === undefined) throw unusable('job_workflow_ref')
  return {
    workflowRepository,
    run: {
      provider: 'github',
      issuer,
      repository: stated.repository,
      repository_id: stated.repository_id,
      repository_owner_id: stated.repository_owner_id,
      workflow,
      workflow_ref: stated.job_workflow_ref,
      environment: stated.environment ?? null,
      event: stated.event_name,
      ref: stated.ref,
      sha: stated.sha,
      run: { id: stated.run_id, attempt: stated.run_attempt, url: addressOf(issuer, stated) },
    },
  }
}

/** Where people read of a run. Of a GitHub Enterprise Server, issuer and pages have one host. */
function addressOf(
  issuer: string,
  run: Pick<z.infer<typeof claimsSchema>, 'repository' | 'run_id' | 'run_attempt'>,
): string {
  const { hostname, origin } = new URL(issuer)
  const site = hostname === 'token.actions.githubusercontent.com' ? 'https://github.com' : origin
  return `${site}/${run.repository}/actions/runs/${run.run_id}/attempts/${run.run_attempt}`
}

function unusable(claim: string): RbeeError {
  return new RbeeError(
    'oidc_token_invalid',
    `The identity token is not one of a run: its claim ${claim} is missing or malformed`,
    {
      next: 'send the token that GitHub Actions issues to a job with the permission "id-token: write"',
      details: { claim },
    },
  )
}
