import { type Objection, RbeeError, type Transfer } from '@rbee/schema'
import { writeLog } from '../log/write-log.ts'
import type { Decision, TransferRow } from '../ports/transfers.ts'
import type { Caller, RegistryPorts } from '../registry.ts'
import { sha256OfText } from '../sha256.ts'
import { explainFailure } from '../upkeep/due-documents.ts'
import { describeTransfer } from './describe-transfer.ts'
import { findTransfer, readTransfer } from './find-transfer.ts'
import { eventOf } from './review-transfer.ts'
import { mailsAbout } from './transfer-mails.ts'

/**
 * Stops a transfer before it takes effect: staff, the former owner, the new one, and who asked for it may. The same again changes
 * nothing. Fails with `transfer_not_found`, also for others, and `transfer_closed`.
 */
export async function cancelTransfer(
  ports: RegistryPorts,
  caller: Caller,
  id: string,
  reason: string,
): Promise<Transfer> {
  const row = await findTransfer(ports, caller, id)
  await cancel(ports, row, { by: caller.tokenId, at: ports.clock(), reason }, caller.scope === 'operator')
  return readTransfer(ports, caller, id)
}

/**
 * Stops a transfer with the code that was mailed to the former owner, whose tokens may have expired. Fails with
 * `objection_invalid`, also where there is no such transfer, and `transfer_closed`.
 */
export async function objectToTransfer(
  ports: RegistryPorts,
  id: string,
  { code, reason }: Objection,
): Promise<Transfer> {
  const row = await ports.database.findTransfer(id)
  // Hashes are compared, so that the time taken tells nothing of the code.
  if (row === null || sha256OfText(code) !== sha256OfText(row.objection)) {
    throw new RbeeError('objection_invalid', 'The code does not belong to this transfer', {
      next: 'Copy both out of the mail, or write to the operators of the registry',
    })
  }
  await cancel(ports, row, { by: 'objection', at: ports.clock(), reason }, false)
  return describeTransfer(await findTransfer(ports, null, id))
}

/** Ends an open transfer. What staff decided before or decides now stands in the log; who takes back their own request does not. */
export async function cancel(
  ports: RegistryPorts,
  row: TransferRow,
  end: Decision,
  isStaff: boolean,
): Promise<boolean> {
  if (row.status === 'cancelled') return false
  assertOpen(row)
  const isLogged = isStaff || row.status === 'approved'
  const event = isLogged ? eventOf(row, 'cancel_transfer', end) : null
  const mails = await mailsAbout(ports, 'transfer_cancelled', row)
  const cancelled = await ports.database.cancelTransfer(row.id, end, event, mails)
  if (!cancelled) {
    const current = await findTransfer(ports, null, row.id)
    if (current.status !== 'cancelled') assertOpen(current)
  }
  await ports.onMailsQueued?.()
  await explainFailure(() => writeLog(ports))
  return cancelled
}

function assertOpen({ id, status, worker }: TransferRow): void {
  if (status === 'asked' || status === 'approved') return
  throw new RbeeError('transfer_closed', `The transfer ${id} is ${status} already`, {
    ...(status === 'done' && {
      next: `Ask for ${worker} back: the new owner gives it away, or an operator helps`,
    }),
  })
}
