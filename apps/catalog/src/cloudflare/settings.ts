import type { S3Place } from '@rbee/blobs/s3/links'
import { type LicenseSigner, licenseSignerOf } from '@rbee/licences'
import { issuerAddressSchema } from '@rbee/oidc'
import type { RegistryPorts } from '@rbee/registry'
import { describeIssues, mailAddressSchema, RbeeError } from '@rbee/schema'
import { type NoteSigner, parseSignerKey } from '@rbee/transparency-log'
import { type Signer, signerOf } from '@rbee/trust'
import { z } from 'zod'
import { durationSchema, originSchema, publicUrlSchema, reportAddressSchema } from '../settings.ts'
import { archivePlace } from './archive-place.ts'

const emptyAsMissing = (text: unknown) => (text === '' ? undefined : text)

/** Values with blanks between them. */
const listOf = <Item extends z.ZodType<unknown, string>>(item: Item) =>
  z.preprocess(
    emptyAsMissing,
    z
      .string()
      .transform((text) => text.trim().split(/\s+/))
      .pipe(z.array(item))
      .optional(),
  )

const variablesSchema = z.object({
  RBEE_PUBLIC_URL: z.preprocess(emptyAsMissing, publicUrlSchema.optional()),
  RBEE_ALLOWED_ORIGINS: listOf(originSchema),
  RBEE_REPORT_TO: z.preprocess(emptyAsMissing, reportAddressSchema.optional()),
  RBEE_OIDC_ISSUERS: listOf(issuerAddressSchema),
  RBEE_OPERATOR_TOKEN: z.preprocess(emptyAsMissing, z.string().optional()),
  RBEE_SIGNING_KEY: z.preprocess(emptyAsMissing, z.string().optional()),
  RBEE_GITHUB_WEBHOOK_SECRET: z.preprocess(emptyAsMissing, z.string().optional()),
  RBEE_LOG_KEY: z.preprocess(emptyAsMissing, z.string().optional()),
  RBEE_LICENSE_SIGNING_KEY: z.preprocess(emptyAsMissing, z.string().optional()),
  RBEE_R2_URL: z.preprocess(emptyAsMissing, z.string().optional()),
  RBEE_R2_ACCESS_KEY_ID: z.preprocess(emptyAsMissing, z.string().optional()),
  RBEE_R2_SECRET_ACCESS_KEY: z.preprocess(emptyAsMissing, z.string().optional()),
  RBEE_MAIL_FROM: z.preprocess(emptyAsMissing, mailAddressSchema.optional()),
  RBEE_TRANSFER_WAIT: z.preprocess(emptyAsMissing, durationSchema.optional()),
  RBEE_ORPHAN_AFTER: z.preprocess(emptyAsMissing, durationSchema.optional()),
})

/** Variables and secrets of a Worker; an empty one counts as left out. */
export interface WorkerSettings {
  readonly publicUrl: string | null
  /** Null for the usual ones. */
  readonly allowedOrigins: readonly string[] | null
  /** Where people report a worker; null for nowhere. */
  readonly reportTo: string | null
  /** Null for GitHub's own. */
  readonly oidcIssuers: readonly string[] | null
  readonly operatorToken: string | null
  readonly githubWebhookSecret: string | null
  /** What signs the metadata; null where nothing does. */
  readonly signingKey: Signer | null
  /** What signs the transparency log; null where none is shown. */
  readonly logSigner: NoteSigner | null
  /** What signs licences; null where none are issued. */
  readonly licenses: LicenseSigner | null
  /** Where archives that are sold are fetched from the bucket itself; null where they pass through the Worker. */
  readonly archivePlace: S3Place | null
  /** Who mails come from; null for `rbee@` and the host of the public address. */
  readonly mailFrom: string | null
  readonly transferRules: RegistryPorts['transferRules']
}

/** Fails with `setting_invalid`, which names the variable. */
export function parseWorkerSettings(environment: object): WorkerSettings {
  const result = variablesSchema.safeParse(environment)
  if (!result.success) throw new RbeeError('setting_invalid', describeIssues(result.error))
  return {
    publicUrl: result.data.RBEE_PUBLIC_URL ?? null,
    allowedOrigins: result.data.RBEE_ALLOWED_ORIGINS ?? null,
    reportTo: result.data.RBEE_REPORT_TO ?? null,
    oidcIssuers: result.data.RBEE_OIDC_ISSUERS ?? null,
    operatorToken: result.data.RBEE_OPERATOR_TOKEN ?? null,
    githubWebhookSecret: result.data.RBEE_GITHUB_WEBHOOK_SECRET ?? null,
    signingKey:
      result.data.RBEE_SIGNING_KEY === undefined
        ? null
        : signerOf(result.data.RBEE_SIGNING_KEY, 'RBEE_SIGNING_KEY'),
    licenses:
      result.data.RBEE_LICENSE_SIGNING_KEY === undefined
        ? null
        : licenseSignerOf(result.data.RBEE_LICENSE_SIGNING_KEY, 'RBEE_LICENSE_SIGNING_KEY'),
    archivePlace: archivePlace(result.data),
    mailFrom: result.data.RBEE_MAIL_FROM ?? null,
    transferRules: {
      ...(result.data.RBEE_TRANSFER_WAIT !== undefined && { waitMs: result.data.RBEE_TRANSFER_WAIT }),
      ...(result.data.RBEE_ORPHAN_AFTER !== undefined && { orphanAfterMs: result.data.RBEE_ORPHAN_AFTER }),
    },
    logSigner: result.data.RBEE_LOG_KEY === undefined ? null : parseSignerKey(result.data.RBEE_LOG_KEY),
  }
}
