import { aCatalogEntry, aManifest, failureCode, failureOf, syncCatalog } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { aTransferWorld, DAY, HOUR, WORKER } from './samples.ts'

/** A worker of Ada's, which Bob is to have. */
async function aGift(overrides: Parameters<typeof aTransferWorld>[0] = {}) {
  const world = aTransferWorld(overrides)
  const ada = await world.person('ada@example.com')
  const bob = await world.person('bob@example.com')
  await world.publish(ada)
  return { ...world, ada, bob }
}

describe('giving a worker away', () => {
  it('takes staff, mail to the former owner and a waiting time, and then happens by itself', async () => {
    const world = await aGift()
    const { registry, ada, bob, mailbox, pass } = world
    const asked = await world.give(ada, bob)
    expect(asked).toMatchObject({ status: 'asked', from: `token:${ada.tokenId}`, to: `token:${bob.tokenId}` })
    await pass(30 * DAY)
    expect(await world.ownerNow()).toBe(`token:${ada.tokenId}`)
    expect(mailbox.map(({ to }) => to)).toEqual(['ada@example.com'])

    const approved = await world.approve(asked)
    expect(approved).toMatchObject({ status: 'approved', waits_for_mail: true, effective_at: null })
    await registry.sendMails()
    expect(await registry.readTransfer(bob, asked.id)).toMatchObject({
      waits_for_mail: false,
      effective_at: '2026-02-07T00:00:00.000Z',
      notes: [],
      mails: [],
    })
    await pass(7 * DAY - HOUR)
    expect(await world.stateOf(asked)).toBe('approved')
    await pass(HOUR)
    expect(await world.stateOf(asked)).toBe('done')
    expect(await world.ownerNow()).toBe(`token:${bob.tokenId}`)
    expect(mailbox.slice(1).map(({ to, subject }) => `${to} ${subject}`)).toEqual([
      'ada@example.com The worker echo-worker gets another owner on 2026-02-07',
      'bob@example.com The worker echo-worker gets another owner on 2026-02-07',
      'ada@example.com The worker echo-worker has another owner',
      'bob@example.com The worker echo-worker has another owner',
    ])
    await pass(DAY)
    const transfers = (await world.logged()).filter(({ kind }) => kind === 'transfer')
    expect(transfers).toMatchObject([{ worker: WORKER, actor: 'registry', reason: 'she goes on with it' }])
    expect(JSON.stringify(transfers)).not.toContain(bob.tokenId)
  })

  it('leaves the former owner nothing to publish with, and its releases where they are', async () => {
    const world = await aGift()
    const helper = await world.person('helper@example.com', { worker: WORKER })
    await world.approve(await world.give(world.ada, world.bob))
    await world.pass(8 * DAY)
    const yank = { id: WORKER, kind: 'yank', reason: 'x' } as const
    const record = await world.ports.database.getWorker(WORKER)
    const [release] = record?.releases ?? []
    if (release === undefined) throw new Error('the release is gone')
    const change = { ...yank, version: release.version }
    expect(await failureCode(world.registry.changeRelease(world.ada, change))).toBe('forbidden')
    expect(await world.ports.database.findToken(helper.tokenId)).toMatchObject({
      revokedAt: expect.any(Number),
    })
    expect(await world.registry.changeRelease(world.bob, change)).toMatchObject({ changed: true })
    expect(world.mailbox.map(({ to }) => to)).toContain('helper@example.com')
  })

  it('is for its owner to ask for', async () => {
    const { registry, bob, give } = await aGift()
    expect(await failureCode(give(bob, bob))).toBe('forbidden')
    const input = { kind: 'transfer', to: 'operator', reason: 'x' } as const
    expect(await failureCode(registry.askTransfer(bob, WORKER, input))).toBe('forbidden')
  })

  it('takes a new owner whose token is valid, and another than the old one', async () => {
    const world = await aGift()
    const { registry, ada, operator, clock } = world
    const to = (id: string) =>
      failureCode(registry.askTransfer(ada, WORKER, { kind: 'transfer', to: id, reason: 'x' }))
    const short = await world.person(undefined, { expires_in_seconds: 60 })
    const revoked = await world.person()
    await registry.revokeToken(operator, revoked.tokenId)
    const staff = await registry.createToken(operator, { scope: 'operator' })
    clock.advance(DAY)
    for (const id of ['nobody', ada.tokenId, short.tokenId, revoked.tokenId, staff.id]) {
      expect(await to(id)).toBe('transfer_impossible')
    }
    const given = await registry.askTransfer(ada, WORKER, { kind: 'transfer', to: 'operator', reason: 'x' })
    expect(given.transfer.to).toBe('operator')
  })

  it('is not for workers that a catalog describes', async () => {
    const { registry, person, operator } = aTransferWorld()
    await syncCatalog(registry, 'workers', [aCatalogEntry({ manifest: aManifest({ id: WORKER }) })])
    const bob = await person()
    const input = { kind: 'transfer', to: bob.tokenId, reason: 'x' } as const
    const adoption = { kind: 'adoption', reason: 'x' } as const
    expect(await failureCode(registry.askTransfer(operator, WORKER, input))).toBe('transfer_impossible')
    expect(await failureCode(registry.askTransfer(bob, WORKER, adoption))).toBe('transfer_impossible')
  })

  it('is asked for once by a token, and not for many workers a day', async () => {
    const world = await aGift()
    const { registry, ada, bob } = world
    const input = { kind: 'transfer', to: bob.tokenId, reason: 'x' } as const
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => registry.askTransfer(ada, WORKER, input)),
    )
    expect(answers.filter(({ created }) => created)).toHaveLength(1)
    expect(new Set(answers.map(({ transfer }) => transfer.id)).size).toBe(1)
    const other = { kind: 'transfer', to: 'operator', reason: 'x' } as const
    expect(await failureCode(registry.askTransfer(ada, WORKER, other))).toBe('transfer_open')
    const [open] = answers
    if (open === undefined) throw new Error('nothing was asked for')
    for (let count = 1; count < 20; count += 1) {
      await registry.cancelTransfer(ada, open.transfer.id, 'x')
      const again = await registry.askTransfer(ada, WORKER, input)
      await registry.cancelTransfer(ada, again.transfer.id, 'x')
    }
    expect(await failureCode(registry.askTransfer(ada, WORKER, input))).toBe('rate_limited')
    await world.pass(DAY)
    expect(await registry.askTransfer(ada, WORKER, input)).toMatchObject({ created: true })
  })
})

describe('adopting a worker', () => {
  it('takes one that its owner gave up', async () => {
    const world = await aGift()
    const { registry, ada, bob } = world
    expect(await failureCode(world.adopt(bob))).toBe('worker_not_orphaned')
    const said = await registry.orphanWorker(ada, WORKER, { reason: 'no time', orphaned: true })
    expect(said.orphaned).toMatchObject({ reason: 'no time' })
    await world.approve(await world.adopt(bob))
    await world.pass(8 * DAY)
    expect(await world.ownerNow()).toBe(`token:${bob.tokenId}`)
    expect(await world.ports.database.ownerFacts(WORKER)).toMatchObject({ orphaned: null })
  })

  it('takes one that nobody can publish any more, after a long time', async () => {
    const world = await aGift()
    const { registry, ada, bob, clock, operator } = world
    clock.advance(200 * DAY)
    expect((await failureOf(world.adopt(bob)))?.message).toContain('a token of its owner is valid')
    await registry.revokeToken(ada, ada.tokenId)
    expect(await world.adopt(bob)).toMatchObject({ kind: 'adoption', status: 'asked' })

    const young = await aGift()
    await young.registry.revokeToken(operator, young.ada.tokenId)
    young.clock.advance(179 * DAY)
    expect((await failureOf(young.adopt(young.bob)))?.message).toContain('2026-06-30')
  })

  it('is over once its owner takes that back or publishes', async () => {
    const world = await aGift()
    const { registry, ada, bob, clock } = world
    const orphan = (orphaned: boolean) => registry.orphanWorker(ada, WORKER, { reason: 'no time', orphaned })
    await orphan(true)
    await orphan(false)
    expect(await failureCode(world.adopt(bob))).toBe('worker_not_orphaned')
    await orphan(true)
    const adoption = await world.adopt(bob)
    clock.advance(HOUR)
    await world.publish(ada, '1.1.0')
    expect(await failureCode(world.approve(adoption))).toBe('transfer_impossible')
    expect((await registry.readTransfer(world.operator, adoption.id)).notes.join()).toContain(
      'published again',
    )
    expect(await failureCode(registry.orphanWorker(bob, WORKER, { reason: 'x', orphaned: true }))).toBe(
      'forbidden',
    )
  })
})

describe('a transfer', () => {
  it('is reviewed by staff alone, once', async () => {
    const world = await aGift()
    const { registry, ada, bob, operator } = world
    const asked = await world.give(ada, bob)
    const input = { reason: 'x', without_mail: false }
    expect(await failureCode(registry.approveTransfer(ada, asked.id, input))).toBe('forbidden')
    expect(await failureCode(registry.refuseTransfer(ada, asked.id, 'x'))).toBe('forbidden')
    expect(await failureCode(registry.approveTransfer(operator, 'unknown', input))).toBe('transfer_not_found')
    const approvals = await Promise.all([1, 2, 3].map(() => world.approve(asked)))
    expect(approvals.map(({ status }) => status)).toEqual(['approved', 'approved', 'approved'])
    const actions = (await world.logged()).filter(({ action }) => action === 'approve_transfer')
    expect(actions).toHaveLength(1)
    expect(await failureCode(registry.refuseTransfer(operator, asked.id, 'x'))).toBe('transfer_closed')
  })

  it('that is approved and refused at once is one of the two', async () => {
    const world = await aGift()
    const asked = await world.give(world.ada, world.bob)
    const outcomes = await Promise.allSettled([
      world.approve(asked),
      world.registry.refuseTransfer(world.operator, asked.id, 'no'),
    ])
    const codes = outcomes.map(({ status }) => status)
    expect(codes.toSorted()).toEqual(['fulfilled', 'rejected'])
    expect(['approved', 'refused']).toContain(await world.stateOf(asked))
  })

  it('waits while another one of the worker is approved', async () => {
    const world = await aGift()
    const { registry, ada, bob, operator } = world
    const first = await world.give(ada, bob)
    const second = await registry.askTransfer(operator, WORKER, {
      kind: 'transfer',
      to: 'operator',
      reason: 'x',
    })
    await world.approve(first)
    expect(await failureCode(world.approve(second.transfer))).toBe('transfer_open')
    expect((await registry.readTransfer(operator, second.transfer.id)).notes.join()).toContain(first.id)
    await world.pass(8 * DAY)
    expect(await failureCode(world.approve(second.transfer))).toBe('transfer_impossible')
  })

  it('is seen by those whom it concerns', async () => {
    const world = await aGift()
    const { registry, ada, bob } = world
    const stranger = await world.person()
    const asked = await world.give(ada, bob)
    for (const caller of [ada, bob, world.operator]) {
      expect(await registry.readTransfer(caller, asked.id)).toMatchObject({ id: asked.id })
      expect((await registry.listWorkerTransfers(caller, WORKER)).transfers).toHaveLength(1)
    }
    expect(await failureCode(registry.readTransfer(stranger, asked.id))).toBe('transfer_not_found')
    expect(await failureCode(registry.cancelTransfer(stranger, asked.id, 'x'))).toBe('transfer_not_found')
    expect((await registry.listWorkerTransfers(stranger, WORKER)).transfers).toEqual([])
    expect(await failureCode(registry.listTransfers(ada, {}))).toBe('forbidden')
    const [shown] = (await registry.listTransfers(world.operator, { status: 'asked' })).transfers
    expect(shown).toMatchObject({ id: asked.id, mails: [{ to: 'a…@example.com', handed_over_at: null }] })
    expect(JSON.stringify(shown)).not.toContain('ada@')
  })

  it('is stopped by the former owner until it takes effect, and not afterwards', async () => {
    const world = await aGift()
    const { registry, ada, bob } = world
    const asked = await world.give(ada, bob)
    await world.approve(asked)
    await world.pass(6 * DAY)
    expect(await registry.cancelTransfer(ada, asked.id, 'it was not me')).toMatchObject({
      status: 'cancelled',
    })
    expect(await registry.cancelTransfer(ada, asked.id, 'again')).toMatchObject({
      end: { reason: 'it was not me' },
    })
    await world.pass(2 * DAY)
    expect(await world.ownerNow()).toBe(`token:${ada.tokenId}`)
    const last = world.mailbox.slice(-2).map(({ to, text }) => `${to} ${text.includes('> it was not me')}`)
    expect(last).toEqual(['ada@example.com true', 'bob@example.com true'])
    const next = await world.give(ada, bob)
    await world.approve(next)
    await world.pass(8 * DAY)
    expect(await failureCode(registry.cancelTransfer(ada, next.id, 'x'))).toBe('transfer_closed')
  })

  it('is stopped with the code out of the mail, without any token', async () => {
    const world = await aGift()
    const { registry, ada, bob, mailbox } = world
    const asked = await world.give(ada, bob)
    await world.approve(asked)
    await registry.sendMails()
    const [toAda, toBob] = mailbox
    const code = /--code ([0-9a-f]{32})/.exec(toAda?.text ?? '')?.[1] ?? ''
    expect(toBob?.text).not.toContain('--code')
    const wrong = { code: 'f'.repeat(32), reason: 'x' }
    expect(await failureCode(registry.objectToTransfer(asked.id, wrong))).toBe('objection_invalid')
    expect(await failureCode(registry.objectToTransfer('unknown', { code, reason: 'x' }))).toBe(
      'objection_invalid',
    )
    const stopped = await registry.objectToTransfer(asked.id, { code, reason: 'my token was stolen' })
    expect(stopped).toMatchObject({ status: 'cancelled', end: { by: 'objection' } })
    const [entry] = (await world.logged()).filter(({ action }) => action === 'cancel_transfer')
    expect(entry).toMatchObject({ actor: 'objection', reason: 'my token was stolen' })
  })
})
