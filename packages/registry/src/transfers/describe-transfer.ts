import { maskedAddress, type QueuedMail, type Transfer } from '@rbee/schema'
import type { MailRow } from '../ports/mail-queue.ts'
import type { Decision, TransferRow } from '../ports/transfers.ts'
import type { RegistryPorts } from '../registry.ts'
import { factsOf } from './find-transfer.ts'
import { rulesOf } from './transfer-rules.ts'
import { ownerAddresses, whyNotOrphaned, whyVoid } from './who-owns.ts'

/** A transfer as those see it between whom the worker changes hands. */
export function describeTransfer(row: TransferRow): Transfer {
  const { countedAt, waitMs, waitedMs } = row
  const waits = row.status === 'approved'
  return {
    id: row.id,
    worker: row.worker,
    kind: row.kind,
    status: row.status,
    from: row.from.startsWith('catalog:') ? 'catalog' : row.from,
    to: row.to,
    reason: row.reason,
    asked_by: row.askedBy,
    asked_at: rfc3339(row.askedAt),
    review: decision(row.review),
    end: decision(row.end),
    wait_seconds: Math.round(waitMs / 1000),
    waits_for_mail: waits && countedAt === null,
    effective_at: waits && countedAt !== null ? rfc3339(countedAt + Math.max(0, waitMs - waitedMs)) : null,
    notes: [],
    mails: [],
  }
}

/** The same with what a reviewer should know, and whether mails were handed over. */
export async function describeForStaff(
  ports: Pick<RegistryPorts, 'database' | 'clock' | 'transferRules'>,
  row: TransferRow,
): Promise<Transfer> {
  const mails = await ports.database.listMails([row.id])
  const isOpen = row.status === 'asked' || row.status === 'approved'
  return {
    ...describeTransfer(row),
    notes: isOpen ? await notesFor(ports, row) : [],
    mails: mails.map(queuedMail),
  }
}

async function notesFor(
  ports: Pick<RegistryPorts, 'database' | 'clock' | 'transferRules'>,
  row: TransferRow,
): Promise<string[]> {
  const { database, clock } = ports
  const now = clock()
  const facts = await factsOf(ports, row)
  const owner = await database.ownerFacts(row.worker)
  if (owner === null) throw new Error(`the worker ${row.worker} of a transfer is gone`)
  const { releases, worker } = facts.record
  const others = (await database.listTransfers({ worker: row.worker }, 100)).filter(
    ({ id, status }) => id !== row.id && (status === 'asked' || status === 'approved'),
  )
  const quarantined = releases.filter((release) => release.quarantined !== null)
  const last = releases.map(({ publishedAt }) => publishedAt).toSorted((a, b) => b - a)[0]
  const why = whyVoid(row, facts)
  const notOrphaned = whyNotOrphaned(facts.record, owner, {
    now,
    orphanAfterMs: rulesOf(ports).orphanAfterMs,
  })
  return [
    why === null ? null : `it can not take effect: ${why}`,
    row.kind === 'adoption' && notOrphaned !== null ? `not orphaned any more: ${notOrphaned}` : null,
    owner.orphaned === null ? null : `its owner gave it up: ${owner.orphaned.reason}`,
    ownerAddresses(owner, now).length === 0
      ? 'the owner has no address for mail: nobody is told of it'
      : null,
    `${releases.length} releases${last === undefined ? '' : `, the last on ${rfc3339(last)}`}; here since ${rfc3339(worker.createdAt)}`,
    quarantined.length === 0
      ? null
      : `quarantined: ${quarantined.map(({ version }) => version).join(', ')}; they stay so`,
    facts.newOwner === null
      ? null
      : `the token of the new owner was made on ${rfc3339(facts.newOwner.createdAt)}`,
    others.length === 0 ? null : `also asked for: ${others.map(({ id }) => id).join(', ')}`,
  ].filter((note) => note !== null)
}

function queuedMail({ kind, recipient, attempts, sentAt, failure }: MailRow): QueuedMail {
  return {
    kind,
    to: maskedAddress(recipient),
    attempts,
    handed_over_at: sentAt === null ? null : rfc3339(sentAt),
    failure,
  }
}

function decision(made: Decision | null): Transfer['review'] {
  return made && { by: made.by, at: rfc3339(made.at), reason: made.reason }
}

function rfc3339(time: number): string {
  return new Date(time).toISOString()
}
