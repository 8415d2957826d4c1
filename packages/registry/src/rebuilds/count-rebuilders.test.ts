import { aDigest, anArtifact, aSha256, aVersion } from '@rbee/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RebuildRow } from '../ports/rebuilds.ts'
import { countRebuilders } from './count-rebuilders.ts'

const NOBODY = { accounts: new Set<string>(), keys: new Set<string>() }

function aRow(id: number, overrides: Partial<RebuildRow> & { number?: number } = {}): RebuildRow {
  const { number = id, ...more } = overrides
  const { platform, variant } = anArtifact()
  return {
    ...{ id, version: aVersion(), platform, variant, sha256: aSha256(id), at: id },
    key: { key_id: aSha256(1000 + number), public_key: '' },
    account: `token:${number}`,
    ...{ own: false, reproduced: true, rebuilt: aDigest(1), supersededAt: null, strikes: [] },
    ...more,
  }
}

describe('countRebuilders', () => {
  it('counts each rebuilder once, by the newest attestation', () => {
    const rows = [
      aRow(1),
      aRow(2, { reproduced: false }),
      // The account of 1 with another key, later.
      aRow(3, { account: 'token:1', reproduced: false }),
      // The key of 4, superseded with another account: it links both.
      aRow(4, { account: 'token:2', supersededAt: 9 }),
      aRow(5, { key: aRow(4).key }),
    ]
    const { counts, standings } = countRebuilders(rows, NOBODY)
    expect(counts).toEqual({ agree: 1, disagree: 1 })
    expect(Object.fromEntries(standings)).toEqual({
      1: 'same_rebuilder',
      2: 'same_rebuilder',
      3: 'counted',
      4: 'superseded',
      5: 'counted',
    })
  })

  it('leaves out the publisher and whoever is struck, with everything that is linked to them', () => {
    const strike = { rebuilder: 'token:3', reason: 'why', at: 1 }
    const rows = [
      aRow(1),
      aRow(2, { key: aRow(1).key }),
      aRow(3, { strikes: [strike] }),
      aRow(4, { account: 'token:3' }),
      aRow(5, { own: true }),
      aRow(6),
    ]
    const publisher = { accounts: new Set(['token:2']), keys: new Set<string>() }
    const { counts, standings } = countRebuilders(rows, publisher)
    expect(counts).toEqual({ agree: 1, disagree: 0 })
    expect([...standings.values()].toSorted()).toEqual([
      'counted',
      'publisher',
      'publisher',
      'publisher',
      'struck',
      'struck',
    ])
    expect(countRebuilders([aRow(6)], { ...NOBODY, keys: new Set([aRow(6).key.key_id]) }).counts).toEqual({
      agree: 0,
      disagree: 0,
    })
  })

  it('never counts more than there are keys, or accounts, in whatever order they come', () => {
    const rowsOf = fc.array(fc.record({ key: fc.nat(4), account: fc.nat(4), reproduced: fc.boolean() }), {
      maxLength: 12,
    })
    fc.assert(
      fc.property(rowsOf, fc.infiniteStream(fc.nat()), (stated, random) => {
        const rows = stated.map(({ key, account, reproduced }, index) =>
          aRow(index + 1, { key: aRow(100 + key).key, account: `token:${account}`, reproduced }),
        )
        const { counts, standings } = countRebuilders(rows, NOBODY)
        const total = counts.agree + counts.disagree
        expect(total).toBeLessThanOrEqual(new Set(stated.map(({ key }) => key)).size)
        expect(total).toBeLessThanOrEqual(new Set(stated.map(({ account }) => account)).size)
        expect([...standings.values()].filter((standing) => standing === 'counted')).toHaveLength(total)
        const order = rows.map((row) => ({ row, at: random.next().value }))
        const shuffled = order.toSorted((a, b) => a.at - b.at).map(({ row }) => row)
        expect(countRebuilders(shuffled, NOBODY).counts).toEqual(counts)
      }),
    )
  })
})
