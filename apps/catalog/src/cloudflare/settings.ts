import { describeIssues, RbeeError } from '@rbee/schema'
import { type NoteSigner, parseSignerKey } from '@rbee/transparency-log'
import { type Signer, signerOf } from '@rbee/trust'
import { z } from 'zod'
import { originSchema, publicUrlSchema } from '../settings.ts'

const emptyAsMissing = (text: unknown) => (text === '' ? undefined : text)

const variablesSchema = z.object({
  RBEE_PUBLIC_URL: z.preprocess(emptyAsMissing, publicUrlSchema.optional()),
  RBEE_ALLOWED_ORIGINS: z.preprocess(
    emptyAsMissing,
    z
      .string()
      .transform((text) => text.trim().split(/\s+/))
      .pipe(z.array(originSchema))
      .optional(),
  ),
  RBEE_OPERATOR_TOKEN: z.preprocess(emptyAsMissing, z.string().optional()),
  RBEE_SIGNING_KEY: z.preprocess(emptyAsMissing, z.string().optional()),
  RBEE_GITHUB_WEBHOOK_SECRET: z.preprocess(emptyAsMissing, z.string().optional()),
  RBEE_LOG_KEY: z.preprocess(emptyAsMissing, z.string().optional()),
})

/** Variables and secrets of a Worker; an empty one counts as left out. */
export interface WorkerSettings {
  readonly publicUrl: string | null
  /** Null for the usual ones. */
  readonly allowedOrigins: readonly string[] | null
  readonly operatorToken: string | null
  readonly githubWebhookSecret: string | null
  /** What signs the metadata; null where nothing does. */
  readonly signingKey: Signer | null
  /** What signs the transparency log; null where none is shown. */
  readonly logSigner: NoteSigner | null
}

/** Fails with `setting_invalid`, which names the variable. */
export function parseWorkerSettings(environment: object): WorkerSettings {
  const result = variablesSchema.safeParse(environment)
  if (!result.success) throw new RbeeError('setting_invalid', describeIssues(result.error))
  return {
    publicUrl: result.data.RBEE_PUBLIC_URL ?? null,
    allowedOrigins: result.data.RBEE_ALLOWED_ORIGINS ?? null,
    operatorToken: result.data.RBEE_OPERATOR_TOKEN ?? null,
    githubWebhookSecret: result.data.RBEE_GITHUB_WEBHOOK_SECRET ?? null,
    signingKey:
      result.data.RBEE_SIGNING_KEY === undefined
        ? null
        : signerOf(result.data.RBEE_SIGNING_KEY, 'RBEE_SIGNING_KEY'),
    logSigner: result.data.RBEE_LOG_KEY === undefined ? null : parseSignerKey(result.data.RBEE_LOG_KEY),
  }
}
