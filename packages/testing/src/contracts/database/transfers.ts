import type { Database, NewMail, TransferRow, WorkerEventRow } from '@rbee/registry'
import { expect, it } from 'vitest'
import { aReleaseInput, aSha256, aVersion, aWorkerId } from '../../builders.ts'
import { aNameRow, aReleaseRow, aTokenRow, aWorkerRow } from '../../rows.ts'

const WORKER = aWorkerId()
const ADA = 'token:ada'
const BOB = 'token:bob'
const NO_LIMIT = { since: 0, requests: 100 }

function aTransfer(overrides: Partial<TransferRow> = {}): TransferRow {
  return {
    id: 'transfer-1',
    worker: WORKER,
    kind: 'transfer',
    status: 'asked',
    from: ADA,
    to: BOB,
    reason: 'she goes on',
    askedBy: 'ada',
    askedAt: 1000,
    objection: 'code',
    review: null,
    end: null,
    waitMs: 0,
    waitedMs: 0,
    countedAt: null,
    ...overrides,
  }
}

function aMail(overrides: Partial<NewMail> = {}): NewMail {
  return {
    kind: 'transfer_approved',
    recipient: 'ada@example.com',
    toOwner: true,
    transfer: 'transfer-1',
    token: null,
    ...overrides,
  }
}

function anEvent(kind: WorkerEventRow['kind'], at: number): WorkerEventRow {
  const owners = { ownerFrom: ADA, ownerTo: BOB }
  return {
    kind,
    worker: WORKER,
    version: null,
    reason: 'why',
    successor: null,
    actor: 'operator',
    at,
    ...owners,
  }
}

const decided = (at: number, by = 'operator') => ({ by, at, reason: 'why' })

export function transfers(fresh: () => Promise<Database>): void {
  /** A worker of Ada's that is not due, and what Bob could publish it with. */
  const withWorker = async () => {
    const db = await fresh()
    const token = (id: string, number: number) =>
      db.insertToken(aTokenRow({ id, hash: aSha256(number) }), { mail: `${id}@example.com` })
    await token('ada', 1)
    await token('bob', 2)
    await db.insertRelease(aWorkerRow({ owner: ADA }), [aNameRow()], aReleaseRow({ publishedAt: 500 }))
    await db.clearDue(await db.listDue(10))
    return db
  }
  const approve = (db: Database, id = 'transfer-1', mails: NewMail[] = [], countedAt: number | null = 2000) =>
    db.reviewTransfer(
      id,
      { status: 'approved', review: decided(2000), waitMs: 100, countedAt },
      anEvent('approve_transfer', 2000),
      mails,
    )
  const complete = (db: Database, call: string, at = 3000) =>
    db.completeTransfer('transfer-1', call, decided(at, 'registry'), anEvent('transfer', at), [
      aMail({ kind: 'transfer_done' }),
    ])
  const ownerOf = async (db: Database) => (await db.getWorker(WORKER))?.worker.owner
  const kinds = async (db: Database) => (await db.listEvents(WORKER, 10)).map(({ kind }) => kind)

  it('are asked for once by each token, and not more often than is allowed', async () => {
    const db = await withWorker()
    const asked = await Promise.all(
      [1, 2, 3].map((number) => db.askTransfer(aTransfer({ id: `transfer-${number}` }), [], NO_LIMIT)),
    )
    expect(asked.toSorted()).toEqual(['asked', 'exists', 'exists'])
    const other = aTransfer({ id: 'transfer-4', askedBy: 'bob', askedAt: 1001 })
    expect(await db.askTransfer(other, [aMail({ transfer: 'transfer-4' })], NO_LIMIT)).toBe('asked')
    expect(await db.findTransfer('transfer-4')).toEqual(other)
    expect((await db.listTransfers({ worker: WORKER, status: 'asked' }, 10))[0]).toEqual(other)
    expect(await db.listTransfers({ status: 'done' }, 10)).toEqual([])
    expect(await db.cancelTransfer('transfer-4', decided(1500), null, [])).toBe(true)
    const again = aTransfer({ id: 'transfer-5', askedBy: 'bob', askedAt: 1600 })
    const mails = [aMail({ transfer: 'transfer-5' })]
    expect(await db.askTransfer(again, mails, { since: 900, requests: 1 })).toBe('too_many')
    expect(await db.listMails(['transfer-5'])).toEqual([])
    expect(await db.askTransfer(again, mails, { since: 1001, requests: 1 })).toBe('asked')
  })

  it('are reviewed once, one of a worker at a time', async () => {
    const db = await withWorker()
    await db.askTransfer(aTransfer(), [], NO_LIMIT)
    await db.askTransfer(aTransfer({ id: 'transfer-2', askedBy: 'bob' }), [], NO_LIMIT)
    const reviews = await Promise.all([approve(db), approve(db), approve(db, 'transfer-2')])
    expect(reviews.filter(Boolean)).toHaveLength(1)
    expect(await kinds(db)).toEqual(['approve_transfer'])
    const [approved] = await db.listTransfers({ status: 'approved' }, 10)
    expect(approved).toMatchObject({ review: decided(2000), waitMs: 100, countedAt: 2000 })
    const refused = { status: 'refused', review: decided(2100), waitMs: 0, countedAt: null } as const
    const left = approved?.id === 'transfer-1' ? 'transfer-2' : 'transfer-1'
    expect(await db.reviewTransfer(left, refused, anEvent('refuse_transfer', 2100), [])).toBe(true)
    expect(await db.reviewTransfer(left, refused, anEvent('refuse_transfer', 2100), [])).toBe(false)
    expect(await kinds(db)).toEqual(['refuse_transfer', 'approve_transfer'])
  })

  it('wait for the last mail to the owner, or for nobody', async () => {
    const db = await withWorker()
    await db.askTransfer(aTransfer(), [aMail({ kind: 'transfer_asked' })], NO_LIMIT)
    const mails = [aMail(), aMail({ recipient: 'old@example.com' }), aMail({ toOwner: false })]
    await approve(db, 'transfer-1', mails, null)
    const due = await db.listDueMails(2000, 10)
    // What was not sent yet of the request is not sent any more.
    expect(due.map(({ kind }) => kind)).toEqual(mails.map(({ kind }) => kind))
    const countedAt = async () => (await db.findTransfer('transfer-1'))?.countedAt
    const [first, second, third] = due
    if (first === undefined || second === undefined || third === undefined)
      throw new Error('mails are missing')
    await db.mailSent(third.id, 2010)
    await db.mailSent(first.id, 2020)
    expect(await countedAt()).toBeNull()
    await db.mailFailed(second.id, 'no such user')
    expect(await db.countMails()).toEqual({ queued: 1, failing: 1 })
    await db.mailSent(second.id, 2030)
    await db.mailSent(second.id, 2040)
    expect(await countedAt()).toBe(2030)
    expect(await db.countMails()).toEqual({ queued: 0, failing: 0 })
    expect(await db.startWaiting('transfer-1', 2050, anEvent('approve_transfer', 2050))).toBe(false)
    expect(await db.listMails(['transfer-1'])).toMatchObject([
      { sentAt: 2020 },
      { sentAt: 2030 },
      { sentAt: 2010 },
    ])
  })

  it('begin to wait without mail once, where staff says so', async () => {
    const db = await withWorker()
    await db.askTransfer(aTransfer(), [], NO_LIMIT)
    await approve(db, 'transfer-1', [aMail()], null)
    const start = () => db.startWaiting('transfer-1', 2050, anEvent('approve_transfer', 2050))
    expect((await Promise.all([start(), start()])).filter(Boolean)).toHaveLength(1)
    expect(await db.findTransfer('transfer-1')).toMatchObject({ countedAt: 2050 })
  })

  it('let time pass in steps, and none where a clock went back', async () => {
    const db = await withWorker()
    await db.askTransfer(aTransfer(), [], NO_LIMIT)
    await approve(db)
    const waited = async (now: number) => {
      await db.countWaiting(now, 60)
      return (await db.findTransfer('transfer-1'))?.waitedMs
    }
    expect(await waited(2050)).toBe(50)
    expect(await waited(1000)).toBe(50)
    expect(await db.listRipeTransfers(10)).toEqual([])
    expect(await waited(9999)).toBe(110)
    expect((await db.listRipeTransfers(10)).map(({ id }) => id)).toEqual(['transfer-1'])
  })

  it('give the worker away once, with everything that belongs to it', async () => {
    const db = await withWorker()
    const limited = aTokenRow({ id: 'helper', hash: aSha256(3), worker: WORKER })
    await db.insertToken(limited)
    await db.setOrphaned(WORKER, decided(600, 'ada'))
    await db.askTransfer(aTransfer(), [], NO_LIMIT)
    await approve(db, 'transfer-1', [aMail()])
    expect(await complete(db, 'early')).toBe(false)
    await db.countWaiting(2500, 1000)
    const completed = await Promise.all(['a', 'b', 'c'].map((call) => complete(db, call)))
    expect(completed.filter(Boolean)).toHaveLength(1)
    expect(await ownerOf(db)).toBe(BOB)
    expect(await kinds(db)).toEqual(['transfer', 'approve_transfer'])
    const [{ event } = { event: null }] = (await db.listUnloggedEvents(10)).slice(-1)
    expect(event).toEqual(anEvent('transfer', 3000))
    expect((await db.listDue(10)).map(({ worker }) => worker)).toEqual([WORKER])
    expect(await db.findToken('helper')).toMatchObject({ revokedAt: 3000 })
    expect(await db.findToken('bob')).toMatchObject({ revokedAt: null })
    expect((await db.listMails(['transfer-1'])).map(({ kind }) => kind)).toEqual(['transfer_done'])
    expect((await db.ownerFacts(WORKER))?.orphaned).toBeNull()
    expect(await db.findTransfer('transfer-1')).toMatchObject({
      status: 'done',
      end: decided(3000, 'registry'),
    })
    expect(await db.cancelTransfer('transfer-1', decided(3100), null, [])).toBe(false)
    expect(await complete(db, 'late')).toBe(false)
  })

  it.each([
    ['it was cancelled', (db: Database) => db.cancelTransfer('transfer-1', decided(2500), null, [])],
    ['the new owner lost the token', (db: Database) => db.revokeToken('bob', 2500)],
    ['who asked lost the token', (db: Database) => db.revokeToken('ada', 2500)],
    [
      'a release was quarantined',
      (db: Database) =>
        db.saveEvent({
          kind: 'quarantine',
          worker: WORKER,
          version: aVersion(),
          reason: 'harms',
          successor: null,
          actor: 'operator',
          at: 2500,
        }),
    ],
  ])('do not give it away after %s', async (_, happens) => {
    const db = await withWorker()
    await db.askTransfer(aTransfer(), [], NO_LIMIT)
    await approve(db)
    await db.countWaiting(2500, 1000)
    await happens(db)
    expect(await complete(db, 'call')).toBe(false)
    expect(await ownerOf(db)).toBe(ADA)
    expect(await db.listMails(['transfer-1'])).toEqual([])
  })

  it('of an orphan do not give it away after its owner published again', async () => {
    const db = await withWorker()
    await db.askTransfer(aTransfer({ kind: 'adoption', askedBy: 'bob' }), [], NO_LIMIT)
    await approve(db)
    await db.countWaiting(2500, 1000)
    const input = aReleaseInput({ version: '1.1.0' })
    await db.insertRelease(aWorkerRow({ owner: ADA }), [], aReleaseRow({ input, publishedAt: 2500 }))
    expect(await complete(db, 'call')).toBe(false)
  })

  it('are judged by who owns the worker', async () => {
    const db = await withWorker()
    await db.insertToken(aTokenRow({ id: 'helper', hash: aSha256(3), worker: WORKER }))
    await db.insertToken(aTokenRow({ id: 'stranger', hash: aSha256(4) }))
    const facts = await db.ownerFacts(WORKER)
    expect(facts?.tokens.map(({ id, mail }) => [id, mail]).toSorted()).toEqual([
      ['ada', 'ada@example.com'],
      ['helper', null],
    ])
    expect(JSON.stringify(facts)).not.toContain(aSha256(1))
    expect(await db.ownerFacts(aWorkerId('nobody-knows'))).toBeNull()
    expect(await db.setOrphaned(WORKER, decided(600))).toBe(true)
    expect(await db.setOrphaned(WORKER, decided(700))).toBe(false)
    expect((await db.ownerFacts(WORKER))?.orphaned).toEqual({ reason: 'why', at: 600 })
    expect(await db.setOrphaned(WORKER, null)).toBe(true)
    expect(await db.setOrphaned(WORKER, null)).toBe(false)
    expect(await db.setOrphaned(aWorkerId('nobody-knows'), decided(1))).toBe(false)
  })

  it('are told of at addresses that change, of which one stays for a while', async () => {
    const db = await withWorker()
    const change = (mail: string | null, at: number) =>
      db.setContact('ada', mail, at, at - 100, [
        aMail({ kind: 'contact_changed', transfer: null, token: 'ada' }),
      ])
    const known = async () => {
      const [token] = (await db.ownerFacts(WORKER))?.tokens ?? []
      return [token?.mail, token?.formerMail, token?.mailChangedAt]
    }
    expect(await change('ada@example.com', 1000)).toBe(false)
    expect(await change('b@example.com', 1000)).toBe(true)
    expect(await change('c@example.com', 1050)).toBe(true)
    expect(await known()).toEqual(['c@example.com', 'ada@example.com', 1050])
    expect(await change(null, 1500)).toBe(true)
    expect(await known()).toEqual([null, 'c@example.com', 1500])
    expect(await db.listDueMails(2000, 10)).toHaveLength(3)
    expect(await db.findContact('ada')).toBeNull()
    expect(await db.findContact('bob')).toBe('bob@example.com')
  })

  it('have mails that one process tries at a time, and that are forgotten', async () => {
    const db = await withWorker()
    await db.askTransfer(aTransfer(), [aMail(), aMail({ recipient: 'b@example.com' })], NO_LIMIT)
    const [mail, other] = await db.listDueMails(1000, 10)
    if (mail === undefined || other === undefined) throw new Error('mails are missing')
    expect(await db.listDueMails(999, 10)).toEqual([])
    const claims = await Promise.all([1, 2, 3].map(() => db.claimMail(mail, 5000)))
    expect(claims.filter(Boolean)).toHaveLength(1)
    expect((await db.listDueMails(4999, 10)).map(({ id }) => id)).toEqual([other.id])
    expect(await db.listDueMails(5000, 10)).toMatchObject([{ attempts: 1 }, { attempts: 0 }])
    await db.mailSent(mail.id, 6000)
    await db.sweepMails(5999)
    expect(await db.listMails(['transfer-1'])).toHaveLength(2)
    await db.sweepMails(6001)
    expect((await db.listMails(['transfer-1'])).map(({ id }) => id)).toEqual([other.id])
    await db.cancelTransfer('transfer-1', decided(7000), null, [aMail()])
    expect((await db.listMails(['transfer-1'])).map(({ recipient }) => recipient)).toEqual([
      'ada@example.com',
    ])
    await db.sweepMails(7001)
    expect(await db.listMails(['transfer-1'])).toEqual([])
  })

  it('leave what staff did to be logged once', async () => {
    const db = await fresh()
    const event = { name: 'root:1', body: '{"a":1}' }
    await Promise.all([db.saveRegistryEvents([event]), db.saveRegistryEvents([event])])
    await db.saveRegistryEvents([
      { name: null, body: '{"b":1}' },
      { name: null, body: '{"b":1}' },
    ])
    await db.insertToken(aTokenRow({ id: 'ada' }), { events: [{ name: null, body: '{"c":1}' }] })
    await db.insertToken(aTokenRow({ id: 'ada2' }), { events: [{ name: null, body: '{"c":2}' }] })
    await db.revokeToken('ada', 5, [{ name: null, body: '{"d":1}' }])
    await db.revokeToken('ada', 6, [{ name: null, body: '{"d":2}' }])
    const listed = await db.listUnloggedRegistryEvents(10)
    expect(listed.map(({ body }) => body)).toEqual(['{"a":1}', '{"b":1}', '{"b":1}', '{"c":1}', '{"d":1}'])
    const entries = listed.map(({ id, body }) => ({
      kind: 'staff_action' as const,
      worker: null,
      version: null,
      event: null,
      registryEvent: id,
      body,
    }))
    await Promise.all([db.appendLog(entries.slice(0, 2)), db.appendLog(entries), db.appendLog(entries)])
    expect(await db.logSize()).toBe(5)
    expect(await db.listUnloggedRegistryEvents(10)).toEqual([])
    expect(await db.listRegistryLog('key_change')).toEqual([])
    expect((await db.listRegistryLog('staff_action')).map(({ body }) => body)).toHaveLength(5)
  })
}
