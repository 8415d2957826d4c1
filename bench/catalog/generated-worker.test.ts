import { describe, expect, it } from 'vitest'
import { generatedWorker, generatedWorkers } from './generated-worker.ts'
import { coinedWord, FIRST_COINED, wordAt } from './words.ts'

const WORKERS = [...generatedWorkers(2_000)]

describe('the generated catalog', () => {
  it('is the same for the same seed, whatever was generated before', () => {
    expect(generatedWorker(1_234)).toEqual(WORKERS[1_234])
    expect(generatedWorker(1_234, 2)).not.toEqual(WORKERS[1_234])
  })

  it('has ten versions a worker on average, unequally spread, and every id once', () => {
    const counts = WORKERS.map(({ versions }) => versions.length)
    expect(counts.reduce((sum, count) => sum + count)).toBe(10 * WORKERS.length)
    expect([Math.min(...counts), Math.max(...counts)]).toEqual([1, 42])
    expect(new Set(WORKERS.map(({ id }) => id)).size).toBe(WORKERS.length)
  })

  it('has common words in most READMEs and rare ones in few', () => {
    const share = (word: string) => {
      const pattern = new RegExp(`\\b${word}\\b`, 'i')
      return WORKERS.filter(({ readme }) => pattern.test(readme)).length / WORKERS.length
    }
    expect(share('the')).toBeGreaterThan(0.9)
    expect(share(wordAt(200))).toBeGreaterThan(0.02)
    expect(share(wordAt(200))).toBeLessThan(0.3)
    expect(share(wordAt(FIRST_COINED + 5_000))).toBeLessThan(0.01)
  })

  it('has official workers, look-alikes, copies, and workers that are sold or deprecated', () => {
    expect(WORKERS.filter(({ source }) => source === 'official').map(({ id }) => id)).toContain('llm-worker')
    expect(WORKERS.map(({ id }) => id)).toContain('llm-vvorker')
    expect(WORKERS.filter(({ id }) => id.endsWith('-fork'))).toHaveLength(WORKERS.length / 50)
    expect(WORKERS.some(({ price }) => price !== null)).toBe(true)
    expect(WORKERS.some(({ deprecated }) => deprecated)).toBe(true)
  })
})

describe('coined words', () => {
  it('are different for different numbers', () => {
    expect(new Set(Array.from({ length: 100_000 }, (_, number) => coinedWord(number))).size).toBe(100_000)
  })
})
