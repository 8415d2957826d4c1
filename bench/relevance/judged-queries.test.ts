import { describe, expect, it } from 'vitest'
import { CORPUS } from './corpus/index.ts'
import { JUDGED_QUERIES, queriesOf } from './judged-queries.ts'

describe('the judged queries', () => {
  it('judge workers that the corpus has', () => {
    const known = new Set(CORPUS.map(({ id }) => id))
    const unknown = JUDGED_QUERIES.flatMap(({ grades }) => [...grades.keys()]).filter((id) => !known.has(id))
    expect(unknown).toEqual([])
    expect(known.size).toBe(CORPUS.length)
  })

  it('are asked once each, in two halves of the same kinds', () => {
    expect(new Set(JUDGED_QUERIES.map(({ q, filters }) => JSON.stringify([q, filters]))).size).toBe(
      JUDGED_QUERIES.length,
    )
    const kinds = (half: 'tuned' | 'held_out') => queriesOf(half).map(({ kind }) => kind)
    expect(kinds('tuned')).toEqual(kinds('held_out'))
    expect(JUDGED_QUERIES.length).toBeGreaterThanOrEqual(64)
  })
})
