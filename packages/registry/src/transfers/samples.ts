import { openSqliteDatabase } from '@rbee/db/sqlite'
import { type Transfer, versionSchema, type WorkerId } from '@rbee/schema'
import {
  aManifest,
  aNameRow,
  anOperator,
  aRegistry,
  aReleaseInput,
  aReleaseRow,
  aWorkerId,
  aWorkerRow,
} from '@rbee/testing'
import { newSignerKey, parseSignerKey } from '@rbee/transparency-log'
import type { Database } from '../ports/database.ts'
import type { MailMessage } from '../ports/mail.ts'
import type { Caller, RegistryPorts } from '../registry.ts'

export const HOUR = 3_600_000
export const DAY = 24 * HOUR
export const WORKER: WorkerId = aWorkerId()
const signer = parseSignerKey(newSignerKey('log.example', new Uint8Array(32).fill(1)))

/** A registry with a mailbox, and people who hold tokens. */
export function aTransferWorld(
  overrides: Partial<RegistryPorts> = {},
  database: Database = openSqliteDatabase(':memory:'),
) {
  const mailbox: MailMessage[] = []
  const port = {
    async send(message: MailMessage) {
      mailbox.push(message)
    },
  }
  const world = aRegistry(database, {
    logSigner: signer,
    mail: { port, registry: 'https://registry.example' },
    ...overrides,
  })
  const { registry, clock } = world
  const operator = anOperator()

  /** Somebody with a token of their own. */
  async function person(
    mail?: string,
    more: { worker?: WorkerId; expires_in_seconds?: number } = {},
  ): Promise<Caller> {
    const { token } = await registry.createToken(operator, {
      scope: 'publish',
      ...(mail && { mail }),
      ...more,
    })
    return registry.authenticate(token)
  }

  /** Publishes a release as somebody would. */
  async function publish(caller: Caller, version = '1.0.0', id = WORKER): Promise<void> {
    const known = await database.getWorker(id)
    const owner = known?.worker.owner ?? `token:${caller.tokenId}`
    const input = aReleaseInput({ manifest: aManifest({ id }), version: versionSchema.parse(version) })
    const now = clock()
    await database.insertRelease(
      aWorkerRow({ id, owner, createdAt: now }),
      [aNameRow({ worker: id })],
      aReleaseRow({ input, publishedAt: now, publishedBy: caller.tokenId }),
    )
  }

  /** Lets time pass as a running server does: it looks at the clock again and again. */
  async function pass(milliseconds: number): Promise<void> {
    for (let left = milliseconds; left > 0; left -= HOUR) {
      clock.advance(Math.min(HOUR, left))
      await registry.sendMails()
      await registry.completeTransfers()
    }
    await registry.sendMails()
  }

  /** Asks to give the worker away. */
  const give = (from: Caller, to: Caller, id = WORKER): Promise<Transfer> =>
    registry
      .askTransfer(from, id, { kind: 'transfer', to: to.tokenId, reason: 'she goes on with it' })
      .then(({ transfer }) => transfer)
  const adopt = (by: Caller, id = WORKER): Promise<Transfer> =>
    registry
      .askTransfer(by, id, { kind: 'adoption', reason: 'I look after it' })
      .then(({ transfer }) => transfer)
  const approve = (transfer: Transfer, withoutMail = false): Promise<Transfer> =>
    registry.approveTransfer(operator, transfer.id, { reason: 'they agree', without_mail: withoutMail })

  const ownerNow = async (id = WORKER) => (await database.getWorker(id))?.worker.owner
  const logged = async (): Promise<{ kind: string; action?: string }[]> =>
    (await database.readLog(0, 1000)).map(({ body }) => JSON.parse(body))
  const stateOf = async ({ id }: Transfer) => (await registry.readTransfer(operator, id)).status

  return {
    ...world,
    mailbox,
    operator,
    person,
    publish,
    pass,
    give,
    adopt,
    approve,
    ownerNow,
    logged,
    stateOf,
  }
}
