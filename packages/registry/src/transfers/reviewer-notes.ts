import type { OwnerFacts, TransferRow } from '../ports/transfers.ts'
import type { RegistryPorts } from '../registry.ts'
import { factsOf } from './transfer-facts.ts'
import { rulesOf } from './transfer-rules.ts'
import { ownerAddresses, type TransferFacts, whyNotOrphaned, whyVoid } from './who-owns.ts'

const OTHERS_LOOKED_AT = 100

/** What staff should know before deciding about a transfer, in sentences; the weightiest first. */
export async function reviewerNotes(
  ports: Pick<RegistryPorts, 'database' | 'clock' | 'transferRules'>,
  row: TransferRow,
): Promise<string[]> {
  const { database } = ports
  const facts = await factsOf(ports, row)
  const owner = await database.ownerFacts(row.worker)
  if (owner === null) throw new Error(`the worker ${row.worker} of a transfer is gone`)
  const others = await database.listTransfers({ worker: row.worker }, OTHERS_LOOKED_AT)
  return [
    ...aboutOwner(row, facts, owner, rulesOf(ports).orphanAfterMs),
    ...aboutWorker(facts),
    ...aboutOthers(row, others),
  ]
}

function aboutOwner(
  row: TransferRow,
  facts: TransferFacts,
  owner: OwnerFacts,
  orphanAfterMs: number,
): string[] {
  const { record, newOwner, now } = facts
  const notes: string[] = []
  const why = whyVoid(row, facts)
  if (why !== null) notes.push(`it can not take effect: ${why}`)
  const notOrphaned = whyNotOrphaned(record, owner, { now, orphanAfterMs })
  if (row.kind === 'adoption' && notOrphaned !== null) notes.push(`not orphaned any more: ${notOrphaned}`)
  if (owner.orphaned !== null) notes.push(`its owner gave it up: ${owner.orphaned.reason}`)
  if (ownerAddresses(owner, now).length === 0)
    notes.push('the owner has no address for mail: nobody is told of it')
  if (newOwner !== null) notes.push(`the token of the new owner was made on ${rfc3339(newOwner.createdAt)}`)
  return notes
}

function aboutWorker({ record: { worker, releases, keyChanges } }: TransferFacts): string[] {
  const last = releases.map(({ publishedAt }) => publishedAt).toSorted((a, b) => b - a)[0]
  const count = releases.length === 1 ? '1 release' : `${releases.length} releases`
  const notes = [
    `${count}${last === undefined ? '' : `, the last on ${rfc3339(last)}`}; here since ${rfc3339(worker.createdAt)}`,
  ]
  const quarantined = releases.filter((release) => release.quarantined !== null)
  if (quarantined.length > 0)
    notes.push(`quarantined, and stays so: ${quarantined.map(({ version }) => version).join(', ')}`)
  if (keyChanges !== undefined)
    notes.push('it keeps its publisher keys: the new owner needs a change that one of them signs, or a reset')
  return notes
}

function aboutOthers({ id: own }: TransferRow, rows: readonly TransferRow[]): string[] {
  const open = rows.filter(({ id, status }) => id !== own && (status === 'asked' || status === 'approved'))
  return open.length === 0 ? [] : [`also asked for: ${open.map(({ id }) => id).join(', ')}`]
}

function rfc3339(time: number): string {
  return new Date(time).toISOString()
}
