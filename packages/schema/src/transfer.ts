import { z } from 'zod'
import { workerIdSchema } from './ids.ts'
import { reasonSchema } from './standing.ts'

// Giving a worker to another owner. An owner is a publish token or the operators of the registry; each change of owner is
// asked for, reviewed by staff, and takes effect after a time in which the former owner can object.

/** Id of a token, not its text. */
export const tokenIdSchema = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,100}$/, 'is not the id of a token')
  .describe('Id of a token, not its text')

/** Who is to own a worker: a publish token by its id, or `operator` for the operators of the registry. */
export const newOwnerSchema = tokenIdSchema.describe('Id of a publish token, or `operator`')

/** Body of `POST /v1/workers/:id/transfers`. */
export const transferInputSchema = z.object({
  kind: z
    .enum(['transfer', 'adoption'])
    .describe(
      '`transfer`: its owner gives it away; `adoption`: somebody wants to go on with an orphaned worker',
    ),
  to: newOwnerSchema
    .optional()
    .describe(
      'The new owner of a transfer: id of a publish token, or `operator`; an adoption is for the caller',
    ),
  reason: reasonSchema,
})
export type TransferInput = z.infer<typeof transferInputSchema>

export const TRANSFER_STATES = ['asked', 'approved', 'refused', 'cancelled', 'done'] as const
export const transferStateSchema = z.enum(TRANSFER_STATES)
export type TransferState = z.infer<typeof transferStateSchema>

/** Body of `POST /v1/transfers/:transfer_id/approve`. */
export const transferApprovalSchema = z.object({
  reason: reasonSchema,
  without_mail: z
    .boolean()
    .default(false)
    .describe('The waiting time begins at once, although mail to the former owner could not be handed over'),
})
export type TransferApproval = z.infer<typeof transferApprovalSchema>

/** Body of `POST /v1/transfers/:transfer_id/object`: what the former owner was sent. */
export const objectionSchema = z.object({
  code: z.string().min(1).max(100).describe('The code in the mail'),
  reason: reasonSchema,
})
export type Objection = z.infer<typeof objectionSchema>

/** What is told of by mail. */
export const MAIL_KINDS = [
  'transfer_asked',
  'transfer_approved',
  'transfer_refused',
  'transfer_cancelled',
  'transfer_done',
  'contact_changed',
] as const
export const mailKindSchema = z.enum(MAIL_KINDS)
export type MailKind = z.infer<typeof mailKindSchema>

/** A mail on its way, or handed over. */
export const queuedMailSchema = z.object({
  kind: mailKindSchema,
  to: z.string().describe('The address, of which only the beginning and the host are shown'),
  attempts: z.int().nonnegative(),
  handed_over_at: z.string().nullable().describe('RFC 3339'),
  failure: z.string().nullable().describe('Why the last attempt failed'),
})
export type QueuedMail = z.infer<typeof queuedMailSchema>

const decisionSchema = z
  .object({
    by: z.string().describe('Id of the token; `operator`, `objection` for the code in the mail, `registry`'),
    at: z.string().describe('RFC 3339'),
    reason: z.string(),
  })
  .nullable()

/** A change of owner that somebody asked for. */
export const transferSchema = z.object({
  id: z.string(),
  worker: workerIdSchema,
  kind: z.enum(['transfer', 'adoption']),
  status: transferStateSchema,
  from: z.string().describe('The owner: `token:ID`, `operator`, or `catalog:NAME` for nobody since'),
  to: z.string().describe('Who is to own it: `token:ID` or `operator`'),
  reason: z.string(),
  asked_by: z.string(),
  asked_at: z.string().describe('RFC 3339'),
  review: decisionSchema.describe('Who of the staff approved or refused it'),
  end: decisionSchema.describe('Who cancelled it, or when it took effect'),
  wait_seconds: z.int().nonnegative().describe('How long it waits after the former owner was told'),
  waits_for_mail: z.boolean().describe('Approved, and mail to the former owner is not handed over yet'),
  effective_at: z
    .string()
    .nullable()
    .describe('RFC 3339: when it takes effect if nobody objects; null where that is not known yet'),
  notes: z.array(z.string()).describe('What a reviewer should know; operators only'),
  mails: z.array(queuedMailSchema).describe('Operators only'),
})
export type Transfer = z.infer<typeof transferSchema>

/** Answer of `GET /v1/transfers` and `GET /v1/workers/:id/transfers`: newest first. */
export const transferListSchema = z.object({ transfers: z.array(transferSchema) })
export type TransferList = z.infer<typeof transferListSchema>

/** Body of `POST /v1/workers/:id/orphan`. */
export const orphanInputSchema = z.object({
  reason: reasonSchema,
  orphaned: z.boolean().default(true).describe('false takes it back'),
})
export type OrphanInput = z.infer<typeof orphanInputSchema>

/** Answer of `POST /v1/workers/:id/orphan`. */
export const orphanAnswerSchema = z.object({
  worker: workerIdSchema,
  orphaned: z.object({ reason: z.string(), at: z.string() }).nullable(),
})
export type OrphanAnswer = z.infer<typeof orphanAnswerSchema>

/**
 * An address for mail: what people have, without quotes, comments, domain literals or anything beyond ASCII, so that it is
 * one address wherever it is written.
 */
export const mailAddressSchema = z
  .string()
  .max(254, 'is longer than 254 characters')
  .regex(
    /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)*[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/,
    'is not an address for mail such as ada@example.com',
  )

/** Body of `PUT /v1/tokens/current/contact`. */
export const contactInputSchema = z.object({
  mail: mailAddressSchema.nullable().describe('Null takes the address away'),
})
export type ContactInput = z.infer<typeof contactInputSchema>

/** Answer of `PUT` and `GET /v1/tokens/current/contact`. */
export const contactSchema = z.object({
  id: z.string().describe('Id of the token'),
  mail: z.string().nullable().describe('The address, of which only the beginning and the host are shown'),
})
export type Contact = z.infer<typeof contactSchema>

/** What of an address stands in answers and logs: `a…@example.com`. */
export function maskedAddress(mail: string): string {
  const at = mail.lastIndexOf('@')
  return `${mail.slice(0, Math.min(1, at))}…${mail.slice(at)}`
}
