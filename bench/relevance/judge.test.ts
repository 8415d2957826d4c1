import { describe, expect, it } from 'vitest'
import { judgeSearch, meanGain } from './judge.ts'

/** What was reached, less a little: a change of the ranking that makes it worse is noticed. */
const FLOOR = 0.85

describe('the search', () => {
  it('puts what people look for among the first ten, also for queries that nobody tuned on', async () => {
    const { tuned, held_out } = await judgeSearch()
    expect(meanGain(tuned)).toBeGreaterThan(FLOOR)
    expect(meanGain(held_out)).toBeGreaterThan(FLOOR)
  })
})
