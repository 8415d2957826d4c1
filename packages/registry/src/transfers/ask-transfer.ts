import { Buffer } from 'node:buffer'
import { RbeeError, type Transfer, type TransferInput, type WorkerId } from '@rbee/schema'
import type { WorkerRecord } from '../ports/database.ts'
import type { TransferRow } from '../ports/transfers.ts'
import type { Caller, RegistryPorts } from '../registry.ts'
import { assertOwns, ownerOf } from '../releases/worker-ownership.ts'
import { assertMadeByHand, assertWorkerInScope } from '../tokens/scopes.ts'
import { shown } from './find-transfer.ts'
import { mailsAbout } from './transfer-mails.ts'
import { rulesOf } from './transfer-rules.ts'
import { newOwner, whyNotOrphaned } from './who-owns.ts'

const ID_BYTES = 12
/** 128 bits cannot be guessed. */
const OBJECTION_BYTES = 16
/** Staff reads every request. */
const REQUESTS_PER_DAY = 20
const DAY_MS = 86_400_000

/**
 * Asks staff to give a worker to another owner: by its owner, or by whoever wants to adopt an orphaned one. The same again by the same
 * token changes nothing (`created` is false). Nothing but the request comes of it.
 *
 * Fails with `invalid_body`, `worker_not_found`, `forbidden`, `transfer_impossible`, `worker_not_orphaned`, `transfer_open` where the token
 * asked for something else of the worker, and `rate_limited`.
 */
export async function askTransfer(
  ports: RegistryPorts,
  caller: Caller,
  id: WorkerId,
  input: TransferInput,
): Promise<{ created: boolean; transfer: Transfer }> {
  assertWorkerInScope(caller, id)
  const known = await ports.database.getWorker(id)
  if (known === null) throw new RbeeError('worker_not_found', `There is no worker "${id}"`)
  const row = await requestOf(ports, caller, known, input)
  const limit = { since: row.askedAt - DAY_MS, requests: REQUESTS_PER_DAY }
  const outcome = await ports.database.askTransfer(row, await mailsAbout(ports, 'transfer_asked', row), limit)
  switch (outcome) {
    case 'asked':
      await ports.onMailsQueued?.()
      return { created: true, transfer: await shown(ports, caller, row) }
    case 'exists':
      return { created: false, transfer: await sameRequest(ports, caller, row) }
    case 'too_many':
      throw new RbeeError('rate_limited', `A token may ask for ${REQUESTS_PER_DAY} workers a day`, {
        next: 'Try again tomorrow, or ask an operator',
      })
  }
}

async function requestOf(
  ports: RegistryPorts,
  caller: Caller,
  known: WorkerRecord,
  input: TransferInput,
): Promise<TransferRow> {
  const { id, owner: from } = known.worker
  const now = ports.clock()
  if (known.recipe !== null) {
    throw new RbeeError('transfer_impossible', `A catalog describes "${id}", and decides whose it is`, {
      next: 'Change its maintainers there, or ask an operator',
    })
  }
  assertMadeByHand(caller)
  let to: string
  if (input.kind === 'transfer') {
    assertOwns(caller, id, known)
    if (input.to === undefined) throw new RbeeError('invalid_body', 'to: a transfer names its new owner')
    to = newOwner(input.to, await ports.database.findToken(input.to), id, now)
  } else {
    await assertOrphaned(ports, known, now)
    to = ownerOf(caller)
  }
  if (from === to) {
    throw new RbeeError('transfer_impossible', `The worker "${id}" belongs to that owner already`)
  }
  const random = (bytes: number) => Buffer.from(ports.randomBytes(bytes)).toString('hex')
  return {
    id: random(ID_BYTES),
    worker: id,
    kind: input.kind,
    status: 'asked',
    from,
    to,
    reason: input.reason,
    askedBy: caller.tokenId,
    askedAt: now,
    objection: random(OBJECTION_BYTES),
    review: null,
    end: null,
    waitMs: 0,
    waitedMs: 0,
    countedAt: null,
  }
}

async function assertOrphaned(ports: RegistryPorts, known: WorkerRecord, now: number): Promise<void> {
  const { id } = known.worker
  const facts = await ports.database.ownerFacts(id)
  if (facts === null) throw new Error(`the worker ${id} was found and is gone`)
  const why = whyNotOrphaned(known, facts, { now, orphanAfterMs: rulesOf(ports).orphanAfterMs })
  if (why === null) return
  throw new RbeeError('worker_not_orphaned', `The worker "${id}" is not orphaned: ${why}`, {
    next: 'Ask its owner to give it away, or publish under another name',
  })
}

/** Fails with `transfer_open` where the open request of the caller asks for something else. */
async function sameRequest(ports: RegistryPorts, caller: Caller, wanted: TransferRow): Promise<Transfer> {
  const rows = await ports.database.listTransfers({ worker: wanted.worker }, 1000)
  const open = rows.find(
    ({ askedBy, status }) => askedBy === wanted.askedBy && (status === 'asked' || status === 'approved'),
  )
  if (open !== undefined && open.kind === wanted.kind && open.to === wanted.to)
    return shown(ports, caller, open)
  throw new RbeeError('transfer_open', `With this token something else was asked for of "${wanted.worker}"`, {
    next: `Cancel it first: rbee-publish transfer cancel ${open?.id ?? 'ID'} --reason …`,
  })
}
