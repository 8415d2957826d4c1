import { Buffer } from 'node:buffer'
import type { WorkerId } from '@rbee/schema'
import type { TransferRow } from '../ports/transfers.ts'
import type { RegistryPorts } from '../registry.ts'
import { writeChangedWorker } from '../upkeep/due-documents.ts'
import { cancel } from './cancel-transfer.ts'
import { eventOf } from './review-transfer.ts'
import { factsOf } from './transfer-facts.ts'
import { mailsAbout } from './transfer-mails.ts'
import { whyVoid } from './who-owns.ts'

const TRANSFERS_PER_CALL = 20
const COMPLETION_BYTES = 16
/**
 * As much of a waiting time as one look at the clock can let pass. The former owner can object only while the server runs, so
 * that the time in which it was off does not count, and a clock that jumps ahead ends no waiting time.
 */
const LONGEST_STEP_MS = 3_600_000

/**
 * Lets the waiting times run on, and changes the owner of workers whose waiting time is over: each once, however many processes
 * do it at once. Where something is not any more as it was when staff approved it, the transfer is cancelled instead.
 *
 * @returns workers that have another owner since.
 */
export async function completeTransfers(ports: RegistryPorts): Promise<WorkerId[]> {
  const { database, clock } = ports
  await database.countWaiting(clock(), LONGEST_STEP_MS)
  const changed: WorkerId[] = []
  for (const row of await database.listRipeTransfers(TRANSFERS_PER_CALL)) {
    if (await complete(ports, row)) changed.push(row.worker)
  }
  return changed
}

async function complete(ports: RegistryPorts, row: TransferRow): Promise<boolean> {
  const { database, clock } = ports
  const end = { by: 'registry', at: clock(), reason: row.reason }
  const completion = Buffer.from(ports.randomBytes(COMPLETION_BYTES)).toString('hex')
  const mails = await mailsAbout(ports, 'transfer_done', row)
  if (await database.completeTransfer(row.id, completion, end, eventOf(row, 'transfer', end), mails)) {
    await ports.onMailsQueued?.()
    // A failure leaves the worker marked as due, and the log is written by the next call.
    await writeChangedWorker(ports, row.worker)
    return true
  }
  const current = await database.findTransfer(row.id)
  if (current?.status !== 'approved') return false
  const why = whyVoid(current, await factsOf(ports, current))
  if (why !== null) await cancel(ports, current, { ...end, reason: why }, false)
  return false
}
