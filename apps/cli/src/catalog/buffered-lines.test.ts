import { describe, expect, it, vi } from 'vitest'
import { bufferedLines } from './buffered-lines.ts'

function output() {
  const writes: string[] = []
  let backlog = 0
  const lines = bufferedLines(
    {
      write(text, done) {
        writes.push(text)
        done?.()
      },
      backlog: () => backlog,
    },
    (lost) => `lost ${lost}`,
  )
  return { lines, writes, stall: (bytes: number) => (backlog = bytes) }
}

describe('bufferedLines', () => {
  it('writes many lines at once, in their order', async () => {
    const { lines, writes } = output()
    for (let number = 0; number < 10; number += 1) lines.write(`line ${number}`)
    expect(writes).toEqual([])
    await lines.close()
    expect(writes).toEqual([Array.from({ length: 10 }, (_, number) => `line ${number}\n`).join('')])
  })

  it('does not let lines wait for long', async () => {
    const { lines, writes } = output()
    lines.write('alone')
    await vi.waitFor(() => expect(writes).toEqual(['alone\n']), { timeout: 2000 })
  })

  it('does not keep more than a write', () => {
    const { lines, writes } = output()
    for (let number = 0; number < 1000; number += 1) lines.write('x'.repeat(200))
    expect(writes.length).toBeGreaterThan(4)
    expect(Math.max(...writes.map(({ length }) => length))).toBeLessThan(40_000)
  })

  it('drops lines for a reader that is stuck, and tells it afterwards how many', () => {
    const { lines, writes, stall } = output()
    stall(100 * 2 ** 20)
    for (let number = 0; number < 3; number += 1) lines.write('dropped')
    lines.flush()
    expect(writes).toEqual([])
    stall(0)
    lines.write('later')
    lines.flush()
    expect(writes).toEqual(['lost 3\nlater\n'])
  })
})
