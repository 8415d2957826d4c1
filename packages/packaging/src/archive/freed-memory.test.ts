import { describe, expect, it } from 'vitest'
import { freeChunk, freeWithLastPart } from './freed-memory.ts'

describe('freed memory', () => {
  it('frees a buffer with its last part, and only then', () => {
    const whole = new Uint8Array(64)
    freeWithLastPart(whole.subarray(0, 32))
    expect(whole.length).toBe(64)
    freeWithLastPart(whole.subarray(32))
    expect(whole.length).toBe(0)
  })

  it('leaves chunks alone that share their buffer with others', () => {
    const pool = new Uint8Array(64)
    freeChunk(pool.subarray(32))
    expect(pool.length).toBe(64)
    freeChunk(pool)
    expect(pool.length).toBe(0)
  })
})
