import { aWorkerId } from '@rbee/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { ProtectedName } from '../ports/database.ts'
import { foldForSight, isWithinOneEdit } from './look-alike.ts'
import { similarNames } from './similar-names.ts'

const OFFICIAL = ['llm-worker', 'ocr-worker', 'tts']

const protectedName = (name: string, worker = name): ProtectedName => ({
  name,
  worker: aWorkerId(worker),
  source: 'official',
  catalog: null,
  hash: null,
  maintainers: null,
})
const lookAlike = (name: string, names = OFFICIAL.map((id) => protectedName(id))) =>
  similarNames(names).find({ name, worker: name }, () => true)?.name ?? null

describe('similarNames', () => {
  it.each([
    ['llmworker', 'separators left out'],
    ['l1m-worker', 'a digit for a letter'],
    ['iim-worker', 'an i for an l'],
    ['llm-w0rker', 'a nought for an o'],
    ['llrn-worker', 'rn for m'],
    ['llm-vvorker', 'vv for w'],
    ['llm-workers', 'one letter more'],
    ['llm-workr', 'one letter less'],
    ['llm-workar', 'another letter'],
    ['lml-worker', 'neighbours swapped'],
    ['l-l-m-worker', 'more separators'],
  ])('finds "%s": %s', (id) => {
    expect(lookAlike(id)).toBe('llm-worker')
  })

  it.each(['llm-worker-pro', 'vlm-workers', 'lm-workr', 'image-worker'])('lets "%s" pass', (id) => {
    expect(lookAlike(id)).toBeNull()
  })

  it('does not apply the distance to ids shorter than eight letters', () => {
    expect(lookAlike('tta')).toBeNull()
    expect(lookAlike('t-t-s')).toBe('tts')
  })

  it('does not take an id for its own look-alike', () => {
    expect(lookAlike('llm-worker')).toBeNull()
  })

  it('holds variants of two workers against each other by their ids only, unless they read the same', () => {
    const names = [protectedName('llm', 'llm'), protectedName('llm-cpu-avx512', 'llm')]
    const find = (name: string, worker: string) =>
      similarNames(names).find({ name, worker }, () => true)?.name
    expect(find('vlm-cpu-avx512', 'vlm')).toBeUndefined()
    expect(find('vlm-cpu-avx512', 'vlm-cpu-avx512')).toBe('llm-cpu-avx512')
    expect(find('llm-cpu-avx5-12', 'llm-cpu-avx5')).toBe('llm-cpu-avx512')
  })

  it('passes over names that do not matter', () => {
    const names = similarNames([protectedName('llm-workers'), protectedName('llm-vvorker')])
    const wanted = { name: 'llm-worker', worker: 'llm-worker' }
    expect(names.find(wanted, ({ name }) => name !== 'llm-vvorker')?.name).toBe('llm-workers')
    expect(names.find(wanted, () => false)).toBeNull()
    names.add(protectedName('llmworker'))
    expect(names.find(wanted, ({ name }) => name === 'llmworker')?.name).toBe('llmworker')
  })

  it('finds what comparing with every name finds', () => {
    const name = fc.stringMatching(/^[lmo01rn-]{1,12}$/)
    fc.assert(
      fc.property(fc.array(name, { maxLength: 20 }), name, (names, wanted) => {
        const folded = foldForSight(wanted)
        const expected = names.some((one) => {
          const other = foldForSight(one)
          if (one === wanted) return false
          return (
            other === folded || (Math.min(other.length, folded.length) >= 8 && isWithinOneEdit(other, folded))
          )
        })
        const filed = similarNames(
          names.map((one) => ({ ...protectedName('a'), name: one, worker: aWorkerId('a') })),
        )
        expect(filed.find({ name: wanted, worker: wanted }, () => true) !== null).toBe(expected)
      }),
      { numRuns: 2000 },
    )
  })
})
