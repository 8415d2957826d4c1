import { z } from 'zod'
import { digestSchema, workerIdSchema } from './ids.ts'
import { line } from './manifest.ts'
import { versionSchema } from './version.ts'

// How releases and workers stand after they were published: withdrawn, blocked, replaced by a successor. Everything of this
// is a change with a reason, and nothing of it changes what was published.

/** Why something is withdrawn or brought back: people read it before they install, and machines say it when they refuse. */
export const reasonSchema = line(500).describe('Why; everybody sees it')

/** Body of the calls that change how a release stands. */
export const standingInputSchema = z.object({ reason: reasonSchema })
export type StandingInput = z.infer<typeof standingInputSchema>

/** Body of `POST /v1/workers/:id/deprecate`. */
export const deprecationInputSchema = z.object({
  reason: reasonSchema,
  successor: workerIdSchema.optional().describe('Id of the worker to use instead'),
})
export type DeprecationInput = z.infer<typeof deprecationInputSchema>

/** Body of `POST /v1/workers/:id/:version/security-fix`. */
export const securityFixInputSchema = z.object({
  reason: reasonSchema,
  confirmed: z.boolean().default(true).describe('false takes an earlier confirmation back'),
})
export type SecurityFixInput = z.infer<typeof securityFixInputSchema>

/** How a release or worker may stand otherwise than before. */
export const STANDING_EVENT_KINDS = [
  'yank',
  'unyank',
  'quarantine',
  'release_quarantine',
  'deprecate',
  'undeprecate',
  'confirm_security_fix',
  'withdraw_security_fix',
] as const
export type StandingEventKind = (typeof STANDING_EVENT_KINDS)[number]

/** What happens when a worker gets another owner. */
export const TRANSFER_EVENT_KINDS = [
  'transfer',
  'approve_transfer',
  'refuse_transfer',
  'cancel_transfer',
] as const
export type TransferEventKind = (typeof TRANSFER_EVENT_KINDS)[number]

/** Everything that can happen to what was published. */
export const WORKER_EVENT_KINDS = [...STANDING_EVENT_KINDS, ...TRANSFER_EVENT_KINDS] as const
export const workerEventKindSchema = z.enum(WORKER_EVENT_KINDS)
export type WorkerEventKind = z.infer<typeof workerEventKindSchema>

/** Answer of `GET /v1/workers/:id/events`: newest first. */
export const workerEventsSchema = z.object({
  worker: workerIdSchema,
  events: z.array(
    z.object({
      kind: workerEventKindSchema,
      version: versionSchema.nullable().describe('Null where the worker as a whole is meant'),
      reason: z.string(),
      successor: workerIdSchema.nullable(),
      actor: z.string().describe('Id of the token; `operator` for the own secret of the server'),
      at: z.string().describe('RFC 3339'),
    }),
  ),
})
export type WorkerEvents = z.infer<typeof workerEventsSchema>

/** Most releases that one list names: those that were quarantined last. */
export const REVOCATIONS_MAX = 10_000
/** What a list may take at most, in bytes: so much a client reads before it gives up. */
export const REVOCATIONS_MAX_BYTES = 16 * 2 ** 20

/** A release that may not run anywhere. */
export const revocationSchema = z.object({
  worker: workerIdSchema,
  version: versionSchema,
  /** Of the tars that this release was the first to name: they are refused under every name. */
  digests: z.array(digestSchema).max(200),
  reason: z.string().max(500),
  /** RFC 3339. */
  quarantined_at: z.iso.datetime(),
})
export type Revocation = z.infer<typeof revocationSchema>

/** Answer of `/v1/revocations`: every release that may not run anywhere, those that were quarantined last first. */
export const revocationsSchema = z.object({
  /** Grows with every list that is issued; a lower one is an old list. */
  sequence: z.number().int().positive(),
  /** RFC 3339. */
  issued_at: z.iso.datetime(),
  /** RFC 3339: afterwards the list says nothing about what was quarantined since. */
  expires_at: z.iso.datetime(),
  /** How many there are; more than `releases` has where the list would grow too long. */
  total: z.number().int().nonnegative(),
  releases: z.array(revocationSchema).max(REVOCATIONS_MAX),
})
export type Revocations = z.infer<typeof revocationsSchema>
