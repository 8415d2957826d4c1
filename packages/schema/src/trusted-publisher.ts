import { z } from 'zod'
import { workerIdSchema } from './ids.ts'
import { line } from './manifest.ts'

// Workflows that may publish a worker without a token that anybody keeps: a run proves with an identity token of its
// provider what it is, and is given a token of the registry for a few minutes.

/** `OWNER/NAME` as GitHub allows them. */
export const githubRepositorySchema = z
  .string()
  .regex(
    /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,38})\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/,
    'must be OWNER/NAME of a repository on GitHub',
  )

/** The name of a file in `.github/workflows`. */
export const workflowFileSchema = z
  .string()
  .max(100, 'is longer than 100 characters')
  .regex(/^[A-Za-z0-9_][A-Za-z0-9._-]*\.ya?ml$/, 'must be the name of a workflow file, such as publish.yml')

/** Ids of accounts and repositories: decimal, as in the claims of an identity token. */
export const githubIdSchema = z
  .string()
  .regex(/^[1-9][0-9]{0,17}$/, 'must be the number of an account or repository')

/** Who signs identity tokens, without a slash at the end. */
export const issuerSchema = z.string().max(500)

/** Most trusted publishers of one worker. */
export const TRUSTED_PUBLISHERS_MAX = 20

/** Body of `POST /v1/workers/:id/trusted-publishers`. */
export const trustedPublisherInputSchema = z.strictObject({
  provider: z.literal('github').default('github'),
  issuer: issuerSchema.optional().describe('By default the first that the registry believes'),
  repository: githubRepositorySchema,
  repository_owner_id: githubIdSchema
    .optional()
    .describe('Number of the account; where it is left out, the first run that is accepted settles it'),
  repository_id: githubIdSchema.optional().describe('Number of the repository; likewise'),
  workflow: workflowFileSchema,
  environment: line(100)
    .nullable()
    .default(null)
    .describe('Null for runs outside and inside of any environment'),
})
export type TrustedPublisherInput = z.infer<typeof trustedPublisherInputSchema>

/** A workflow that may publish a worker. */
export const trustedPublisherSchema = z.object({
  id: z.string(),
  provider: z.literal('github'),
  issuer: z.string(),
  repository: z.string(),
  repository_owner_id: z.string().nullable().describe('Null until the first run that is accepted settles it'),
  repository_id: z.string().nullable().describe('Null until the first run that is accepted settles it'),
  workflow: z.string(),
  environment: z.string().nullable(),
  created_at: z.string().describe('RFC 3339'),
})
export type TrustedPublisher = z.infer<typeof trustedPublisherSchema>

/** Answer of `GET /v1/workers/:id/trusted-publishers`. */
export const trustedPublishersSchema = z.object({
  worker: workerIdSchema,
  tokens_refused: z.boolean().describe('Whether trusted publishers alone may publish, and no other token'),
  publishers: z.array(trustedPublisherSchema).describe('In the order in which they were added'),
})
export type TrustedPublishers = z.infer<typeof trustedPublishersSchema>

/** Body of `PUT /v1/workers/:id/tokens-refused`. */
export const tokensRefusedInputSchema = z.strictObject({ tokens_refused: z.boolean() })

/** Most characters of an identity token: those of GitHub have about 1,500. */
export const IDENTITY_TOKEN_MAX = 8 * 1024

/** Body of `POST /v1/oidc/token`. */
export const identityExchangeSchema = z.strictObject({
  token: z.string().min(1).max(IDENTITY_TOKEN_MAX).describe('The identity token of the run (a JWT)'),
  worker: workerIdSchema,
})
export type IdentityExchange = z.infer<typeof identityExchangeSchema>

/** Answer of `POST /v1/oidc/token`. */
export const exchangedTokenSchema = z.object({
  token: z.string().describe('Publishes this worker, and does nothing else'),
  worker: workerIdSchema,
  expires_at: z.string().describe('RFC 3339'),
})
export type ExchangedToken = z.infer<typeof exchangedTokenSchema>
