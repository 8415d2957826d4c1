import { maskedAddress, type QueuedMail, type Transfer } from '@rbee/schema'
import type { MailRow } from '../ports/mail-queue.ts'
import type { Decision, TransferRow } from '../ports/transfers.ts'
import type { RegistryPorts } from '../registry.ts'
import { reviewerNotes } from './reviewer-notes.ts'

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
    notes: isOpen ? await reviewerNotes(ports, row) : [],
    mails: mails.map(queuedMail),
  }
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
