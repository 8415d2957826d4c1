import type { TransferRow } from '../ports/transfers.ts'
import type { RegistryPorts } from '../registry.ts'
import type { TransferFacts } from './who-owns.ts'

/** What decides whether a transfer may take effect. */
export async function factsOf(
  { database, clock }: Pick<RegistryPorts, 'database' | 'clock'>,
  { worker, to, askedBy }: TransferRow,
): Promise<TransferFacts> {
  const record = await database.getWorker(worker)
  if (record === null) throw new Error(`the worker ${worker} of a transfer is gone`)
  const newOwner = to.startsWith('token:') ? await database.findToken(to.slice('token:'.length)) : null
  return { record, newOwner, asker: await database.findToken(askedBy), now: clock() }
}
