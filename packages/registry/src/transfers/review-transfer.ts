import { RbeeError, type Transfer, type TransferApproval } from '@rbee/schema'
import { writeLog } from '../log/write-log.ts'
import type { WorkerEventRow } from '../ports/database.ts'
import type { TransferRow } from '../ports/transfers.ts'
import type { Caller, RegistryPorts } from '../registry.ts'
import { assertOperator } from '../tokens/scopes.ts'
import { explainFailure } from '../upkeep/due-documents.ts'
import { findTransfer, readTransfer } from './find-transfer.ts'
import { factsOf } from './transfer-facts.ts'
import { mailsAbout } from './transfer-mails.ts'
import { rulesOf } from './transfer-rules.ts'
import { whyVoid } from './who-owns.ts'

/**
 * Staff agrees: from the moment when the former owner was told by mail, or at once where there is no address, the waiting time runs.
 * Approved again with `without_mail`, it runs although mail could not be handed over; otherwise the same again changes nothing.
 *
 * Operators only. Fails with `transfer_not_found`, `transfer_closed`, `transfer_impossible`, and `transfer_open` where
 * another transfer of the worker is approved.
 */
export async function approveTransfer(
  ports: RegistryPorts,
  caller: Caller,
  id: string,
  { reason, without_mail: withoutMail }: TransferApproval,
): Promise<Transfer> {
  assertOperator(caller)
  const row = await findTransfer(ports, caller, id)
  const now = ports.clock()
  const event = eventOf(row, 'approve_transfer', { by: caller.tokenId, at: now, reason })
  if (row.status === 'approved') {
    if (withoutMail) await ports.database.startWaiting(id, now, event)
  } else {
    assertAsked(row)
    await assertPossible(ports, row)
    const mails = await mailsAbout(ports, 'transfer_approved', row)
    const isTold = withoutMail || !mails.some(({ toOwner }) => toOwner)
    const outcome = {
      status: 'approved',
      review: { by: caller.tokenId, at: now, reason },
      waitMs: rulesOf(ports).waitMs,
      countedAt: isTold ? now : null,
    } as const
    if (!(await ports.database.reviewTransfer(id, outcome, event, mails))) await assertApproved(ports, row)
  }
  await ports.onMailsQueued?.()
  await explainFailure(() => writeLog(ports))
  return readTransfer(ports, caller, id)
}

/** Staff disagrees; the same again changes nothing. Fails as {@link approveTransfer}. */
export async function refuseTransfer(
  ports: RegistryPorts,
  caller: Caller,
  id: string,
  reason: string,
): Promise<Transfer> {
  assertOperator(caller)
  const row = await findTransfer(ports, caller, id)
  if (row.status !== 'refused') {
    assertAsked(row)
    const review = { by: caller.tokenId, at: ports.clock(), reason }
    const outcome = { status: 'refused', review, waitMs: 0, countedAt: null } as const
    const mails = await mailsAbout(ports, 'transfer_refused', row)
    const event = eventOf(row, 'refuse_transfer', review)
    if (!(await ports.database.reviewTransfer(id, outcome, event, mails))) {
      const current = await findTransfer(ports, caller, id)
      if (current.status !== 'refused') assertAsked(current)
    }
  }
  await ports.onMailsQueued?.()
  await explainFailure(() => writeLog(ports))
  return readTransfer(ports, caller, id)
}

/** What the log says of a transfer. */
export function eventOf(
  { worker, from, to }: TransferRow,
  kind: 'approve_transfer' | 'refuse_transfer' | 'cancel_transfer' | 'transfer',
  { by, at, reason }: { readonly by: string; readonly at: number; readonly reason: string },
): WorkerEventRow {
  const owners = { ownerFrom: from, ownerTo: to }
  return { kind, worker, version: null, reason, successor: null, actor: by, at, ...owners }
}

function assertAsked({ id, status }: TransferRow): void {
  if (status === 'asked') return
  throw new RbeeError('transfer_closed', `The transfer ${id} is ${status} already`, {
    ...(status === 'approved' && { next: `To stop it: rbee-catalog transfers cancel ${id} --reason …` }),
  })
}

async function assertPossible(ports: RegistryPorts, row: TransferRow): Promise<void> {
  const why = whyVoid(row, await factsOf(ports, row))
  if (why === null) return
  throw new RbeeError('transfer_impossible', `The transfer ${row.id} can not take effect: ${why}`, {
    next: `Refuse it: rbee-catalog transfers refuse ${row.id} --reason …`,
  })
}

/** After somebody else was quicker: fails unless they approved this very transfer. */
async function assertApproved(ports: RegistryPorts, { id, worker }: TransferRow): Promise<void> {
  const current = await findTransfer(ports, null, id)
  if (current.status === 'approved' || current.status === 'done') return
  assertAsked(current)
  const [other] = await ports.database.listTransfers({ worker, status: 'approved' }, 1)
  throw new RbeeError('transfer_open', `Another transfer of "${worker}" is approved`, {
    next: `Cancel that one first: rbee-catalog transfers cancel ${other?.id ?? 'ID'} --reason …`,
  })
}
