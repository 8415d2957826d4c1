import { aCatalogEntry, aManifest, memoryDocumentStore, syncCatalog } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import type { MailMessage } from '../ports/mail.ts'
import { aTransferWorld, DAY, HOUR, WORKER } from './samples.ts'

/** A gift of Ada's to Bob, approved, whose waiting time runs. */
async function anApprovedGift(overrides: Parameters<typeof aTransferWorld>[0] = {}) {
  const world = aTransferWorld(overrides)
  const ada = await world.person('ada@example.com')
  const bob = await world.person()
  await world.publish(ada)
  const transfer = await world.give(ada, bob)
  await world.approve(transfer)
  await world.registry.sendMails()
  return { ...world, ada, bob, transfer }
}

describe('a worker changes its owner once', () => {
  it('where several processes find that the waiting time is over', async () => {
    const world = await anApprovedGift()
    await world.pass(7 * DAY - HOUR)
    world.clock.advance(HOUR)
    const changed = await Promise.all([1, 2, 3, 4].map(() => world.registry.completeTransfers()))
    expect(changed.flat()).toEqual([WORKER])
    await world.registry.writeLog()
    expect((await world.logged()).filter(({ kind }) => kind === 'transfer')).toHaveLength(1)
    expect(world.mailbox.filter(({ subject }) => subject.includes('has another'))).toHaveLength(0)
    await Promise.all([1, 2, 3].map(() => world.registry.sendMails()))
    expect(world.mailbox.filter(({ subject }) => subject.includes('has another'))).toHaveLength(1)
  })

  it('or never, where the former owner objects at the same moment', async () => {
    for (const isOwnerFirst of [true, false]) {
      const world = await anApprovedGift()
      await world.pass(7 * DAY - HOUR)
      world.clock.advance(HOUR)
      const object = () => world.registry.cancelTransfer(world.ada, world.transfer.id, 'no').catch(() => null)
      const complete = () => world.registry.completeTransfers()
      await Promise.all(isOwnerFirst ? [object(), complete()] : [complete(), object()])
      const status = await world.stateOf(world.transfer)
      const owner = status === 'done' ? world.bob : world.ada
      expect(await world.ownerNow()).toBe(`token:${owner.tokenId}`)
      const told = world.ports.database.listMails([world.transfer.id])
      const kinds = (await told).map(({ kind }) => kind).filter((kind) => /done|cancelled/.test(kind))
      expect(kinds).toEqual([status === 'done' ? 'transfer_done' : 'transfer_cancelled'])
    }
  })

  it('and its documents follow, where the process was killed between the two', async () => {
    const documents = memoryDocumentStore()
    let isKilled = false
    const put: typeof documents.put = async (...args) => {
      if (isKilled) throw new Error('killed')
      return documents.put(...args)
    }
    const world = await anApprovedGift({ documents: { ...documents, put } })
    const rows = async () => {
      const stored = await documents.get({ kind: 'worker-rows', id: WORKER })
      return stored === null ? null : JSON.parse(new TextDecoder().decode(stored.body)).worker.owner
    }
    await world.registry.writeDueDocuments()
    expect(await rows()).toBe(`token:${world.ada.tokenId}`)
    await world.pass(7 * DAY - HOUR)
    world.clock.advance(HOUR)
    isKilled = true
    await expect(world.registry.completeTransfers()).rejects.toThrow()
    expect(await world.ownerNow()).toBe(`token:${world.bob.tokenId}`)
    expect(await rows()).toBe(`token:${world.ada.tokenId}`)
    isKilled = false
    expect(await world.registry.completeTransfers()).toEqual([])
    await world.registry.writeLog()
    await world.registry.writeDueDocuments()
    expect(await rows()).toBe(`token:${world.bob.tokenId}`)
    expect((await world.logged()).filter(({ kind }) => kind === 'transfer')).toHaveLength(1)
  })
})

describe('the waiting time', () => {
  it('does not end because a clock jumps ahead or a server was off, and not later because it goes back', async () => {
    const world = await anApprovedGift()
    await world.pass(DAY)
    world.clock.advance(3650 * DAY)
    await world.registry.completeTransfers()
    expect(await world.stateOf(world.transfer)).toBe('approved')
    world.clock.advance(-3651 * DAY)
    await world.registry.completeTransfers()
    await world.pass(6 * DAY - 2 * HOUR)
    expect(await world.stateOf(world.transfer)).toBe('approved')
    await world.pass(2 * HOUR)
    expect(await world.stateOf(world.transfer)).toBe('done')
  })

  it('is the one that was set when it was approved', async () => {
    const world = await anApprovedGift({ transferRules: { waitMs: 2 * HOUR } })
    expect(await world.registry.readTransfer(world.bob, world.transfer.id)).toMatchObject({
      wait_seconds: 7200,
    })
    await world.pass(HOUR)
    expect(await world.stateOf(world.transfer)).toBe('approved')
    await world.pass(HOUR)
    expect(await world.stateOf(world.transfer)).toBe('done')
  })

  it('begins when mail is handed over, however long that takes, and the request is never lost', async () => {
    const mailbox: MailMessage[] = []
    const told: unknown[] = []
    let isDown = true
    const port = {
      async send(message: MailMessage) {
        if (isDown) throw new Error(`550 no such user <${message.to}>`)
        mailbox.push(message)
      },
    }
    const world = await anApprovedGift({
      mail: { port, registry: null },
      onMailFailed: (it) => told.push(it),
    })
    await world.pass(30 * DAY)
    const shown = await world.registry.readTransfer(world.operator, world.transfer.id)
    expect(shown).toMatchObject({ status: 'approved', waits_for_mail: true, effective_at: null })
    expect(shown.mails).toMatchObject([{ kind: 'transfer_approved', failure: '550 no such user <…>' }])
    // Every six hours at last, and far from each time that it was tried to send.
    expect(told.length).toBeGreaterThan(100)
    expect(told.length).toBeLessThan(140)
    expect(JSON.stringify(told)).not.toContain('example.com')
    expect(await world.ports.database.countMails()).toEqual({ queued: 1, failing: 1 })
    isDown = false
    await world.pass(6 * HOUR)
    expect(mailbox.map(({ to }) => to)).toEqual(['ada@example.com'])
    await world.pass(6 * DAY)
    expect(await world.stateOf(world.transfer)).toBe('approved')
    await world.pass(DAY)
    expect(await world.stateOf(world.transfer)).toBe('done')
  })

  it('begins without mail where staff says so, or nobody has an address', async () => {
    const port = { send: () => Promise.reject(new Error('no')) }
    const world = await anApprovedGift({ mail: { port, registry: null } })
    const again = await world.approve(world.transfer, true)
    expect(again).toMatchObject({ waits_for_mail: false, effective_at: '2026-01-08T00:00:00.000Z' })
    const actions = (await world.logged()).filter((entry) => entry.action === 'approve_transfer')
    expect(actions).toHaveLength(2)
    await world.pass(7 * DAY)
    expect(await world.stateOf(world.transfer)).toBe('done')

    const silent = aTransferWorld()
    const ada = await silent.person()
    await silent.publish(ada)
    const asked = await silent.give(ada, await silent.person())
    const approved = await silent.approve(asked)
    expect(approved.waits_for_mail).toBe(false)
    expect(approved.notes.join()).toContain('no address')
  })
})

describe('what was approved is cancelled instead', () => {
  const ended = async (world: Awaited<ReturnType<typeof anApprovedGift>>) => {
    await world.pass(8 * DAY)
    const { status, end } = await world.registry.readTransfer(world.operator, world.transfer.id)
    expect(await world.ownerNow()).toBe(`token:${world.ada.tokenId}`)
    expect(status).toBe('cancelled')
    expect(world.mailbox.at(-1)?.subject).toBe('The worker echo-worker keeps its owner')
    return end
  }

  it('where the token of the new owner is not valid any more', async () => {
    const world = await anApprovedGift()
    await world.registry.revokeToken(world.bob, world.bob.tokenId)
    expect((await ended(world))?.reason).toContain('the token is not valid any more')
  })

  it('where the token with which it was asked for was revoked, as a stolen one is', async () => {
    const world = await anApprovedGift()
    await world.registry.revokeToken(world.operator, world.ada.tokenId)
    expect(await ended(world)).toMatchObject({
      by: 'registry',
      reason: 'the token with which it was asked for was revoked',
    })
  })

  it('where a release was quarantined meanwhile', async () => {
    const world = await anApprovedGift()
    world.clock.advance(HOUR)
    const [release] = (await world.ports.database.getWorker(WORKER))?.releases ?? []
    if (release === undefined) throw new Error('the release is gone')
    const change = { id: WORKER, version: release.version, kind: 'quarantine', reason: 'harms' } as const
    await world.registry.changeRelease(world.operator, change)
    expect((await ended(world))?.reason).toContain('1.0.0 was quarantined')
  })

  it('where a catalog describes the worker again', async () => {
    const world = aTransferWorld()
    const entry = aCatalogEntry({ manifest: aManifest({ id: WORKER }) })
    await syncCatalog(world.registry, 'workers', [entry])
    await world.registry.dropCatalog(world.operator, 'workers')
    const bob = await world.person()
    world.clock.advance(200 * DAY)
    const adoption = await world.adopt(bob)
    expect(adoption.from).toBe('catalog')
    await world.approve(adoption)
    await syncCatalog(world.registry, 'workers', [entry])
    await world.pass(8 * DAY)
    expect(await world.stateOf(adoption)).toBe('cancelled')
    expect(await world.ownerNow()).toBe('catalog:workers')
  })
})

describe('an address', () => {
  it('that a thief of the token replaces is told of everything for a month', async () => {
    const world = aTransferWorld()
    const ada = await world.person('ada@example.com')
    const thief = await world.person()
    await world.publish(ada)
    await world.registry.changeContact(ada, 'thief@example.com')
    await world.registry.changeContact(ada, 'thief2@example.com')
    const { id } = await world.give(ada, thief)
    await world.registry.sendMails()
    const toAda = world.mailbox.filter(({ to }) => to === 'ada@example.com').map(({ subject }) => subject)
    expect(toAda).toEqual([
      'The address of a publish token was changed',
      'Somebody asks for the worker echo-worker',
    ])
    await world.pass(31 * DAY)
    expect(await world.ports.database.listMails([id])).toHaveLength(2)
    await world.registry.sweep()
    expect(await world.ports.database.listMails([id])).toEqual([])
  })
})

it('strangers cannot write lines of a mail as if the registry had', async () => {
  const world = aTransferWorld()
  const ada = await world.person('ada@example.com')
  await world.publish(ada)
  await world.registry.orphanWorker(ada, WORKER, { reason: 'no time', orphaned: true })
  const reason = `${'click here: https://evil.example '.repeat(12)}now`
  const input = { kind: 'adoption', reason } as const
  await world.registry.askTransfer(await world.person(), WORKER, input)
  await world.registry.sendMails()
  const lines = world.mailbox[0]?.text.split('\n') ?? []
  expect(lines.filter((line) => line.includes('evil')).every((line) => line.startsWith('> '))).toBe(true)
  const own = lines.filter((line) => !line.startsWith('>'))
  expect(Math.max(...own.map((line) => line.length))).toBeLessThanOrEqual(76)
})
