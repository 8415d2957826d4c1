import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyHistory, extendHistory, validKeys } from './key-history.ts'
import { aChange, aReset, aSigner, minute, refusal, WORKER } from './samples.ts'

describe('any course of changes', () => {
  const nth = (place: number) => aSigner(place + 1)
  const step = fc.oneof(
    fc.record({
      kind: fc.constantFrom('bound', 'added', 'revoked'),
      key: fc.nat(3),
      signers: fc.uniqueArray(fc.nat(3), { minLength: 1, maxLength: 3 }),
    }),
    fc.record({ kind: fc.constant('staff_reset'), key: fc.option(fc.nat(3)) }),
  )

  it('is taken where the rules say so, and nowhere else', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 12 }), (steps) => {
        let history = emptyHistory(WORKER)
        // The same rules in other words: who is valid, who was ever there, and whether keys are demanded.
        const valid = new Set<number>()
        const seen = new Set<number>()
        let required = false
        for (const one of steps) {
          const at = minute(history.changes.length)
          if (!('signers' in one)) {
            const key = one.key === null ? null : nth(one.key)
            const code = refusal(() => (history = extendHistory(history, aReset(key, at))))
            const allowed = one.key === null || !seen.has(one.key)
            expect(code).toBe(allowed ? 'accepted' : 'key_change_refused')
            if (!allowed) continue
            valid.clear()
            if (one.key !== null) for (const set of [valid, seen]) set.add(one.key)
            required = one.key !== null
            continue
          }
          const { kind, key, signers } = one
          const byOthers = signers.filter((signer) => signer !== key)
          const allowed =
            kind === 'revoked'
              ? valid.has(key) && signers.every((signer) => valid.has(signer))
              : signers.includes(key) &&
                !seen.has(key) &&
                (kind === 'bound'
                  ? !required && byOthers.length === 0
                  : byOthers.length > 0 && byOthers.every((signer) => valid.has(signer)))
          const change = { change: kind as 'bound' | 'added' | 'revoked', key: nth(key).key }
          const signed = aChange(history, change, signers.map(nth), at)
          const code = refusal(() => (history = extendHistory(history, signed)))
          expect([kind, key, signers, code]).toEqual([
            kind,
            key,
            signers,
            allowed ? 'accepted' : 'key_change_refused',
          ])
          if (!allowed) continue
          required = true
          if (kind === 'revoked') valid.delete(key)
          else for (const set of [valid, seen]) set.add(key)
        }
        expect(
          validKeys(history)
            .map(({ key_id }) => key_id)
            .toSorted(),
        ).toEqual([...valid].map((place) => nth(place).key.key_id).toSorted())
        expect(history.required).toBe(required)
      }),
      { numRuns: 200 },
    )
  })
})
