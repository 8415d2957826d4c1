import { z } from 'zod'

// Who published a release, as its document says it.

/** A run of a workflow, as the provider's identity token told of it. All texts are the provider's own. */
export const workflowRunSchema = z.object({
  provider: z.literal('github'),
  /** Address of who signed the identity token. */
  issuer: z.string().max(500),
  /** `OWNER/NAME`. */
  repository: z.string().max(200),
  /** Decimal numbers, which stay when the account or repository is renamed. */
  repository_id: z.string().max(20),
  repository_owner_id: z.string().max(20),
  /** Name of the file in `.github/workflows`. */
  workflow: z.string().max(200),
  /** `OWNER/NAME/.github/workflows/FILE@REF`. */
  workflow_ref: z.string().max(1000),
  environment: z.string().max(255).nullable(),
  /** What started the run, such as `push`. */
  event: z.string().max(100),
  /** The branch or tag, such as `refs/tags/v1.0.0`. */
  ref: z.string().max(500),
  /** The commit. */
  sha: z.string().max(64),
  run: z.object({
    id: z.string().max(20),
    attempt: z.string().max(20),
    /** Where people read of it. */
    url: z.string().max(1000),
  }),
})
export type WorkflowRun = z.infer<typeof workflowRunSchema>

/** How a release came: with a token made by hand, with an operator's, from a run of a trusted workflow, or by Git alone. */
export const publishedBySchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('token') }),
  z.object({ kind: z.literal('operator') }),
  z.object({ kind: z.literal('catalog') }),
  z.object({ kind: z.literal('trusted_publisher'), ...workflowRunSchema.shape }),
])
export type PublishedBy = z.infer<typeof publishedBySchema>
