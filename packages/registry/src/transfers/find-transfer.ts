import { RbeeError, type Transfer, type TransferList, type TransferState, type WorkerId } from '@rbee/schema'
import type { TransferRow } from '../ports/transfers.ts'
import type { Caller, RegistryPorts } from '../registry.ts'
import { assertOperator } from '../tokens/scopes.ts'
import { describeForStaff, describeTransfer } from './describe-transfer.ts'
import { isParty } from './who-owns.ts'

type ReadingPorts = Pick<RegistryPorts, 'database' | 'clock' | 'transferRules'>

const TRANSFERS_SHOWN = 200

/** The row of a transfer, for those whom it concerns. Fails with `transfer_not_found`: others learn nothing of it. */
export async function findTransfer(
  { database }: Pick<RegistryPorts, 'database'>,
  caller: Caller | null,
  id: string,
): Promise<TransferRow> {
  const row = await database.findTransfer(id)
  if (row !== null && (caller === null || isParty(caller, row))) return row
  throw new RbeeError('transfer_not_found', 'There is no such transfer', {
    next: 'see what was asked for with: rbee-publish transfer list WORKER',
  })
}

/** A transfer as its parties see it, and staff with more. */
export async function readTransfer(ports: ReadingPorts, caller: Caller, id: string): Promise<Transfer> {
  return shown(ports, caller, await findTransfer(ports, caller, id))
}

/** All transfers, newest first, with what a reviewer should know of each. Operators only. */
export async function listTransfers(
  ports: ReadingPorts,
  caller: Caller,
  filter: { readonly status?: TransferState },
): Promise<TransferList> {
  assertOperator(caller)
  return shownList(ports, caller, await ports.database.listTransfers(filter, TRANSFERS_SHOWN))
}

/** Transfers of a worker that concern the caller. */
export async function listWorkerTransfers(
  ports: ReadingPorts,
  caller: Caller,
  worker: WorkerId,
): Promise<TransferList> {
  const rows = await ports.database.listTransfers({ worker }, TRANSFERS_SHOWN)
  return shownList(
    ports,
    caller,
    rows.filter((row) => isParty(caller, row)),
  )
}

export function shown(ports: ReadingPorts, caller: Caller, row: TransferRow): Promise<Transfer> {
  return caller.scope === 'operator' ? describeForStaff(ports, row) : Promise.resolve(describeTransfer(row))
}

async function shownList(
  ports: ReadingPorts,
  caller: Caller,
  rows: readonly TransferRow[],
): Promise<TransferList> {
  const transfers: Transfer[] = []
  for (const row of rows) transfers.push(await shown(ports, caller, row))
  return { transfers }
}
