import { canonicalJson, type KeyChange, workerIdSchema } from '@rbee/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { signKeyChange } from './key-authorization.ts'
import {
  continuesHistory,
  emptyHistory,
  extendHistory,
  historyHash,
  type KeyHistory,
  readHistory,
  validKeys,
  workerKeysOf,
} from './key-history.ts'
import { aChange, added, aReset, aSigner, bound, minute, refusal, revoked, WORKER } from './samples.ts'

const [alice, bob, carol, mallory] = [aSigner(1), aSigner(2), aSigner(3), aSigner(4)]
const empty = emptyHistory(WORKER)
const ofAlice = bound(empty, alice)
const ofBoth = added(ofAlice, bob, alice)
const ofBob = revoked(ofBoth, alice, bob)
const ofNobody = revoked(ofBob, bob, bob)
const idsOf = (history: KeyHistory) => validKeys(history).map(({ key_id }) => key_id)

describe('a history of keys', () => {
  it('says which keys are valid', () => {
    expect(idsOf(empty)).toEqual([])
    expect(idsOf(ofAlice)).toEqual([alice.key.key_id])
    expect(idsOf(ofBoth)).toEqual([alice.key.key_id, bob.key.key_id])
    expect(idsOf(ofBob)).toEqual([bob.key.key_id])
    expect(ofBob.keys[0]).toEqual({
      key: alice.key,
      boundAt: minute(0),
      revokedAt: minute(2),
      reason: 'as planned',
    })
  })

  it('demands provenance from the first key on, also when no key is left', () => {
    expect([empty, ofAlice, ofBob, ofNobody].map(({ required }) => required)).toEqual([
      false,
      true,
      true,
      true,
    ])
    expect(idsOf(ofNobody)).toEqual([])
  })

  it('is read as it was made', () => {
    expect(readHistory(WORKER, ofNobody.changes)).toEqual(ofNobody)
    expect(readHistory(WORKER, JSON.parse(canonicalJson(ofNobody.changes)))).toEqual(ofNobody)
  })

  it('is told as a document', () => {
    const { keys, ...document } = workerKeysOf(ofBob)
    expect(document).toEqual({ worker: WORKER, provenance_required: true, history: ofBob.changes })
    expect(keys.map(({ key_id, status }) => [key_id, status])).toEqual([
      [alice.key.key_id, 'revoked'],
      [bob.key.key_id, 'valid'],
    ])
  })
})

describe('a change', () => {
  const again = (history: KeyHistory, change: Parameters<typeof aChange>[1], signers = [alice]) =>
    refusal(() => extendHistory(history, aChange(history, change, signers)))

  it('lets nobody in whom no valid key let in', () => {
    expect(again(ofAlice, { change: 'added', key: mallory.key }, [mallory])).toBe('key_change_refused')
    expect(again(ofBob, { change: 'added', key: mallory.key }, [alice, mallory])).toBe('key_change_refused')
    expect(again(ofAlice, { change: 'bound', key: mallory.key }, [mallory])).toBe('key_change_refused')
    for (const change of ['bound', 'added'] as const) {
      expect(again(ofNobody, { change, key: mallory.key }, [mallory])).toBe('key_change_refused')
      expect(again(ofAlice, { change, key: mallory.key }, [mallory])).toBe('key_change_refused')
    }
    expect(again(empty, { change: 'added', key: mallory.key }, [mallory])).toBe('key_change_refused')
    expect(again(ofNobody, { change: 'added', key: mallory.key }, [bob, mallory])).toBe('key_change_refused')
  })

  it('binds no key that did not agree', () => {
    expect(again(empty, { change: 'bound', key: bob.key }, [alice])).toBe('key_change_refused')
    expect(again(ofAlice, { change: 'added', key: bob.key }, [alice])).toBe('key_change_refused')
  })

  it('takes no key out that a valid one did not sign off', () => {
    expect(again(ofBoth, { change: 'revoked', key: alice.key }, [mallory])).toBe('key_change_refused')
    expect(again(ofBob, { change: 'revoked', key: bob.key }, [alice])).toBe('key_change_refused')
    expect(again(ofAlice, { change: 'revoked', key: bob.key }, [alice])).toBe('key_change_refused')
  })

  it('brings no key back', () => {
    expect(again(ofBob, { change: 'added', key: alice.key }, [bob, alice])).toBe('key_change_refused')
    expect(refusal(() => extendHistory(ofBob, aReset(alice, minute(9))))).toBe('key_change_refused')
  })

  it('holds at its own place only', () => {
    const [first, second] = ofBoth.changes
    if (first === undefined || second === undefined) throw new Error('no changes')
    // Signed before carol came, and sent again afterwards.
    const ofThree = added(ofAlice, carol, alice)
    expect(refusal(() => extendHistory(ofThree, { ...second, at: minute(5) }))).toBe('key_change_refused')
    const elsewhere = { ...empty, worker: workerIdSchema.parse('paint-worker') }
    expect(refusal(() => extendHistory(elsewhere, first))).toBe('key_change_refused')
  })

  it('is signed by nobody else beside', () => {
    expect(again(ofAlice, { change: 'added', key: bob.key }, [alice, bob, mallory])).toBe(
      'key_change_refused',
    )
  })

  it('cannot be told as another', () => {
    const revocation = aChange(ofBoth, { change: 'revoked', key: alice.key }, [bob])
    const others: KeyChange[] = [
      { ...revocation, key: bob.key },
      { ...revocation, reason: 'stolen' },
      { ...revocation, change: 'added' },
      { ...revocation, change: 'staff_reset' },
      { ...revocation, key: null },
      { ...revocation, authorization: null },
      { ...revocation, at: minute(0) },
    ]
    for (const other of others) {
      expect(refusal(() => extendHistory(ofBoth, other))).toBe('key_change_refused')
    }
  })

  it('is no statement of another kind', () => {
    const change = {
      worker: WORKER,
      change: 'bound',
      key: alice.key,
      reason: 'x',
      previous: historyHash([]),
    } as const
    const signed = signKeyChange({ ...change, previous: historyHash(ofAlice.changes) }, [alice])
    expect(refusal(() => extendHistory(empty, { ...signed, at: minute(0) }))).toBe('key_change_refused')
  })
})

describe('a reset by staff', () => {
  it('is possible when the publisher has no changes left', () => {
    let history = bound(empty, aSigner(100))
    const reason = 'again and again'
    const at = minute(0)
    for (let number = 101; history.changes.length < 180; number += 1) {
      const [old, next] = [aSigner(number - 1), aSigner(number)]
      history = extendHistory(
        history,
        aChange(history, { change: 'added', key: next.key, reason }, [old, next], at),
      )
      if (history.changes.length === 180) break
      history = extendHistory(
        history,
        aChange(history, { change: 'revoked', key: old.key, reason }, [next], at),
      )
    }
    const more = aChange(
      history,
      { change: 'revoked', key: history.keys[0]?.key ?? alice.key },
      [aSigner(100)],
      at,
    )
    expect(refusal(() => extendHistory(history, more))).toBe('key_change_refused')
    expect(idsOf(extendHistory(history, aReset(carol, minute(1))))).toEqual([carol.key.key_id])
  })

  it('leaves one key, or none and no demand', () => {
    const withKey = extendHistory(ofBoth, aReset(carol, minute(2)))
    expect(idsOf(withKey)).toEqual([carol.key.key_id])
    expect(withKey.required).toBe(true)
    const without = extendHistory(ofBoth, aReset(null, minute(2)))
    expect(idsOf(without)).toEqual([])
    expect(without.required).toBe(false)
    expect(idsOf(bound(without, carol))).toEqual([carol.key.key_id])
  })

  it('frees a worker that no key is left of', () => {
    expect(idsOf(extendHistory(ofNobody, aReset(carol, minute(9))))).toEqual([carol.key.key_id])
  })
})

describe('whoever serves a history', () => {
  const whole = added(extendHistory(ofBoth, aReset(carol, minute(2))), mallory, carol).changes

  it('cannot leave out, swap, repeat or insert changes', () => {
    const codes = new Set<string>()
    for (let place = 0; place < whole.length; place += 1) {
      const [one, next] = [whole[place], whole[place + 1]]
      if (one === undefined) continue
      // Without the last change a history is an older one: a client sees that by what it knew.
      if (next !== undefined) {
        codes.add(refusal(() => readHistory(WORKER, whole.toSpliced(place, 1))))
        codes.add(refusal(() => readHistory(WORKER, whole.toSpliced(place, 2, next, one))))
      }
      if (one.change !== 'staff_reset') {
        codes.add(refusal(() => readHistory(WORKER, whole.toSpliced(place, 0, one))))
      }
    }
    expect([...codes]).toEqual(['key_history_invalid'])
  })

  it('cannot change any of it', () => {
    const text = canonicalJson(ofBob.changes)
    fc.assert(
      fc.property(fc.nat(text.length - 1), fc.constantFrom('a', '0', 'B', '9'), (place, character) => {
        const changed = text.slice(0, place) + character + text.slice(place + 1)
        let value: KeyChange[]
        try {
          value = JSON.parse(changed)
        } catch {
          return true
        }
        const known = ofBob.changes
        return canonicalJson(value) === text || !continuesHistory(known, value)
      }),
    )
  })

  it('shows a continuation of what was known, or is found out', () => {
    expect(continuesHistory([], ofBob.changes)).toBe(true)
    expect(continuesHistory(ofAlice.changes, ofBob.changes)).toBe(true)
    expect(continuesHistory(ofBob.changes, ofBob.changes)).toBe(true)
    expect(continuesHistory(ofBob.changes, ofAlice.changes)).toBe(false)
    expect(continuesHistory(ofBob.changes, bound(empty, mallory).changes)).toBe(false)
  })
})
