import type { Database } from '@rbee/registry'
import { expect, it } from 'vitest'
import { aSha256, aWorkerId } from '../../builders.ts'
import { aTokenRow } from '../../rows.ts'

export function tokens(fresh: () => Promise<Database>): void {
  it('are found by their hash, with all that they hold', async () => {
    const db = await fresh()
    const token = aTokenRow({ worker: aWorkerId(), expiresAt: 2_000_000_000_000, revokedAt: null })
    await db.insertToken(token)
    expect(await db.findTokenByHash(token.hash)).toEqual(token)
    expect(await db.findTokenByHash(aSha256(99))).toBeNull()
  })

  it('of the same text are kept once', async () => {
    const db = await fresh()
    await db.insertToken(aTokenRow({ id: 'first' }))
    await db.insertToken(aTokenRow({ id: 'second' }))
    expect((await db.findTokenByHash(aTokenRow().hash))?.id).toBe('first')
  })

  it('are revoked once and keep that time', async () => {
    const db = await fresh()
    const token = aTokenRow()
    await db.insertToken(token)
    expect(await db.revokeToken(token.id, 5_000)).toBe(true)
    expect(await db.revokeToken(token.id, 9_000)).toBe(true)
    expect((await db.findTokenByHash(token.hash))?.revokedAt).toBe(5_000)
  })

  it('that nobody made cannot be revoked', async () => {
    expect(await (await fresh()).revokeToken('unknown', 5_000)).toBe(false)
  })

  it('take hostile text as text', async () => {
    const db = await fresh()
    const hash = `'); DROP TABLE tokens; --`
    expect(await db.findTokenByHash(hash)).toBeNull()
    await db.insertToken(aTokenRow({ id: `"; --`, hash }))
    expect((await db.findTokenByHash(hash))?.id).toBe(`"; --`)
  })
}
