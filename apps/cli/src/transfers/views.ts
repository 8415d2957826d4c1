import type { Transfer, TransferList } from '@rbee/schema'
import { table } from '../program/table.ts'

/** A transfer as people read it. */
export function viewTransfer(transfer: Transfer): string {
  const { id, worker, kind, status, from, to, reason, asked_by, asked_at, review, end, notes, mails } =
    transfer
  const lines = [
    `${id}  ${kind} of ${worker}: ${stateInWords(transfer)}`,
    `  from  ${from}`,
    `  to    ${to}`,
    `  asked for by ${asked_by} on ${asked_at}: ${reason}`,
    ...(review === null
      ? []
      : [
          `  ${status === 'refused' ? 'refused' : 'approved'} by ${review.by} on ${review.at}: ${review.reason}`,
        ]),
    ...(end === null || status === 'done' ? [] : [`  cancelled by ${end.by} on ${end.at}: ${end.reason}`]),
    ...notes.map((note) => `  note: ${note}`),
    ...mails.map(
      ({ kind: what, to: recipient, handed_over_at, attempts, failure }) =>
        `  mail: ${what} to ${recipient}, ${handed_over_at === null ? waiting(attempts, failure) : `handed over on ${handed_over_at}`}`,
    ),
  ]
  return lines.join('\n')
}

export function viewTransfers({ transfers }: TransferList): string {
  if (transfers.length === 0) return 'nothing is asked for'
  return table(
    ['ID', 'WORKER', 'WHAT', 'STATUS', 'TO', 'ASKED', 'WHY'],
    transfers.map((transfer) => [
      transfer.id,
      transfer.worker,
      transfer.kind,
      stateInWords(transfer),
      transfer.to,
      transfer.asked_at,
      transfer.reason,
    ]),
  )
}

function stateInWords({ status, waits_for_mail, effective_at }: Transfer): string {
  switch (status) {
    case 'asked':
      return 'waits for review'
    case 'approved':
      return waits_for_mail
        ? 'approved; the waiting time begins when mail to the owner is handed over'
        : `approved; due on ${effective_at}`
    case 'refused':
    case 'cancelled':
      return status
    case 'done':
      return 'took effect'
  }
}

function waiting(attempts: number, failure: string | null): string {
  return failure === null ? 'not handed over yet' : `not handed over after ${attempts} attempts: ${failure}`
}
