import type { AcceptedIdentity, Database, TokenRow, TrustedPublisherRow } from '@rbee/registry'
import { canonicalJson } from '@rbee/schema'
import { expect, it } from 'vitest'
import { aSha256, aWorkerId } from '../../builders.ts'
import {
  aNameRow,
  aReleaseRow,
  aTokenRow,
  aTrustedPublisherRow,
  aWorkerRow,
  aWorkflowRun,
} from '../../rows.ts'

const AT = Date.UTC(2026, 0, 2)
const EVENT = { name: null, body: canonicalJson({ told: true }) }
const EVENTS = [EVENT]

export function trustedPublishers(fresh: () => Promise<Database>): void {
  const withWorker = async (id = aWorkerId()) => {
    const db = await fresh()
    await db.insertRelease(aWorkerRow({ id }), [aNameRow({ worker: id })], aReleaseRow({ worker: id }))
    return db
  }
  const add = (db: Database, overrides: Partial<TrustedPublisherRow> = {}, most = 20) =>
    db.addTrustedPublisher(aTrustedPublisherRow(overrides), most, null, EVENTS)
  const told = async (db: Database) => (await db.listUnloggedRegistryEvents(100)).length
  const identity = (overrides: Partial<AcceptedIdentity> = {}): AcceptedIdentity => ({
    issuer: 'https://issuer.example',
    tokenId: 'jti-1',
    expiresAt: AT,
    publisher: 'publisher-1',
    repositoryOwnerId: '77',
    repositoryId: '1001',
    ...overrides,
  })
  const runToken = (overrides: Partial<TokenRow> = {}) =>
    aTokenRow({
      publisher: 'publisher-1',
      run: aWorkflowRun(),
      worker: aWorkerId(),
      expiresAt: AT,
      ...overrides,
    })

  it('are listed as they were added, with what is told of it', async () => {
    const db = await withWorker()
    expect(await db.listTrustedPublishers(aWorkerId())).toEqual({ tokensRefused: false, publishers: [] })
    const first = aTrustedPublisherRow()
    const second = aTrustedPublisherRow({
      id: 'publisher-2',
      environment: 'release',
      createdAt: first.createdAt + 1,
    })
    expect(await db.addTrustedPublisher(first, 20, null, EVENTS)).toBe(true)
    expect(await db.addTrustedPublisher(second, 20, null, EVENTS)).toBe(true)
    expect((await db.listTrustedPublishers(aWorkerId())).publishers).toEqual([first, second])
    expect(await told(db)).toBe(2)
  })

  it('that accept the same runs are one, in whatever case they are written', async () => {
    const db = await withWorker()
    expect(await add(db)).toBe(true)
    expect(await add(db, { id: 'publisher-2', repository: 'ACME/Echo' })).toBe(false)
    expect(await add(db, { id: 'publisher-3', workflow: 'Publish.yml' })).toBe(true)
    expect(await add(db, { id: 'publisher-4', issuer: 'https://other.example' })).toBe(true)
    expect(await told(db)).toBe(3)
  })

  it('are no more than there is room for', async () => {
    const db = await withWorker()
    const added = await Promise.all(
      Array.from({ length: 6 }, (_, at) => add(db, { id: `publisher-${at}`, workflow: `w${at}.yml` }, 3)),
    )
    expect(added.filter(Boolean)).toHaveLength(3)
    expect((await db.listTrustedPublishers(aWorkerId())).publishers).toHaveLength(3)
  })

  it('bring a worker and its name where there is none, unless the name is taken', async () => {
    const db = await withWorker(aWorkerId('taken-worker'))
    const id = aWorkerId('new-worker')
    const reserved = {
      worker: aWorkerRow({ id, owner: 'token:publisher-1' }),
      name: aNameRow({ worker: id }),
    }
    expect(await db.addTrustedPublisher(aTrustedPublisherRow({ worker: id }), 20, reserved, EVENTS)).toBe(
      true,
    )
    expect(await db.getWorker(id)).toMatchObject({ worker: reserved.worker, releases: [], recipe: null })
    const other = aWorkerId('other-worker')
    const taken = {
      worker: aWorkerRow({ id: other }),
      name: aNameRow({ worker: other, name: 'taken-worker' }),
    }
    const row = aTrustedPublisherRow({ id: 'publisher-2', worker: other })
    expect(await db.addTrustedPublisher(row, 20, taken, EVENTS)).toBe(false)
    expect(await db.getWorker(other)).toBeNull()
    expect(await told(db)).toBe(1)
  })

  it('are removed once, together with the tokens of their runs', async () => {
    const db = await withWorker()
    await add(db)
    await db.acceptIdentity(identity(), runToken())
    await db.insertToken(aTokenRow({ id: 'by-hand', hash: aSha256(5) }))
    const other = aWorkerId('other-worker')
    expect(await db.removeTrustedPublisher(other, 'publisher-1', AT, EVENTS)).toBe(false)
    expect((await db.findTokenByHash(aTokenRow().hash))?.revokedAt).toBeNull()
    expect(await db.removeTrustedPublisher(aWorkerId(), 'publisher-1', AT, EVENTS)).toBe(true)
    expect(await db.removeTrustedPublisher(aWorkerId(), 'publisher-1', AT, EVENTS)).toBe(false)
    expect((await db.findTokenByHash(aTokenRow().hash))?.revokedAt).toBe(AT)
    expect((await db.findTokenByHash(aSha256(5)))?.revokedAt).toBeNull()
    expect(await told(db)).toBe(2)
  })

  it('may be the only ones, which is remembered with the worker', async () => {
    const db = await withWorker()
    const id = aWorkerId()
    expect(await db.setTokensRefused(id, true, AT, EVENTS)).toBe(true)
    expect(await db.setTokensRefused(id, true, AT, EVENTS)).toBe(false)
    expect((await db.listTrustedPublishers(id)).tokensRefused).toBe(true)
    expect((await db.getWorker(id))?.tokensRefused).toBe(true)
    expect(await db.setTokensRefused(id, false, AT, EVENTS)).toBe(true)
    expect(await db.setTokensRefused(id, false, AT, EVENTS)).toBe(false)
    expect((await db.getWorker(id))?.tokensRefused).toBeUndefined()
    expect(await told(db)).toBe(2)
  })

  it('give a token for each identity token once, also to calls at the same time', async () => {
    const db = await withWorker()
    await add(db)
    const tokens = Array.from({ length: 5 }, (_, at) =>
      runToken({ id: `token-${at}`, hash: aSha256(20 + at) }),
    )
    const accepted = await Promise.all(tokens.map((token) => db.acceptIdentity(identity(), token)))
    expect(accepted.filter(Boolean)).toHaveLength(1)
    const stored = await Promise.all(tokens.map(({ hash }) => db.findTokenByHash(hash)))
    expect(stored.filter((token) => token !== null)).toEqual([tokens[accepted.indexOf(true)]])
    const elsewhere = runToken({ id: 'elsewhere', hash: aSha256(30) })
    expect(await db.acceptIdentity(identity({ issuer: 'https://other.example' }), elsewhere)).toBe(true)
  })

  it('are settled by the first identity on an account and a repository', async () => {
    const db = await withWorker()
    await add(db, { repositoryOwnerId: null, repositoryId: null })
    const next = (at: number) => runToken({ id: `token-${at}`, hash: aSha256(40 + at) })
    expect(await db.acceptIdentity(identity(), next(1))).toBe(true)
    const [settled] = (await db.listTrustedPublishers(aWorkerId())).publishers
    expect(settled).toMatchObject({ repositoryOwnerId: '77', repositoryId: '1001' })
    const strangers = identity({ tokenId: 'jti-2', repositoryOwnerId: '78' })
    expect(await db.acceptIdentity(strangers, next(2))).toBe(false)
    const moved = identity({ tokenId: 'jti-2', repositoryId: '1002' })
    expect(await db.acceptIdentity(moved, next(3))).toBe(false)
    expect(await db.acceptIdentity(identity({ tokenId: 'jti-2' }), next(4))).toBe(true)
    const gone = identity({ tokenId: 'jti-3', publisher: 'publisher-9' })
    expect(await db.acceptIdentity(gone, next(5))).toBe(false)
  })

  it('leave identity tokens behind until nobody accepts them, and tokens of runs until they expired', async () => {
    const db = await withWorker()
    await add(db)
    await db.acceptIdentity(identity(), runToken())
    await db.insertToken(aTokenRow({ id: 'by-hand', hash: aSha256(5), expiresAt: AT }))
    await db.forgetIdentities(AT, AT)
    const again = runToken({ id: 'again', hash: aSha256(6) })
    expect(await db.acceptIdentity(identity(), again)).toBe(false)
    expect(await db.findTokenByHash(aTokenRow().hash)).not.toBeNull()
    await db.forgetIdentities(AT + 1, AT + 1)
    expect(await db.findTokenByHash(aTokenRow().hash)).toBeNull()
    expect(await db.findTokenByHash(aSha256(5))).not.toBeNull()
    expect(await db.acceptIdentity(identity(), again)).toBe(true)
  })
}
