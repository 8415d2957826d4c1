import { describe, expect, it } from 'vitest'
import { backOffMs, RESTART_TIMES } from './back-off.ts'

describe('backOffMs', () => {
  it('doubles from one second to one minute and stays there', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8, 1000].map((crashes) => backOffMs(crashes, RESTART_TIMES) / 1000)
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60])
  })
})
