import fc from 'fast-check'
import { expect, it } from 'vitest'
import { memorySource } from './byte-source.ts'
import { readingAhead } from './reading-ahead.ts'

const BYTES = Uint8Array.from({ length: 3 * 2 ** 20 + 77 }, (_, place) => (place * 2_654_435_761) >>> 24)

it('reads the same bytes in any order and of any length, to the end', async () => {
  const read = fc.record({
    follows: fc.boolean(),
    offset: fc.nat(BYTES.length),
    length: fc.oneof(fc.nat(100_000), fc.nat(2 ** 21)),
  })
  await fc.assert(
    fc.asyncProperty(fc.array(read, { maxLength: 30 }), async (reads) => {
      const source = readingAhead(memorySource(BYTES))
      let end = 0
      for (const { follows, offset, length } of reads) {
        const start = follows ? end : offset
        end = Math.min(BYTES.length, start + length)
        const into = new Uint8Array(end - start)
        await source.read(start, into)
        expect(Buffer.compare(into, BYTES.subarray(start, end))).toBe(0)
      }
    }),
  )
})

it('asks for much at once where one read follows the other, and only then', async () => {
  const asked: number[] = []
  const source = readingAhead({
    ...memorySource(BYTES),
    read: async (_offset, into) => {
      asked.push(into.length)
    },
  })
  for (let offset = 0; offset < BYTES.length; offset += 48 * 1024)
    await source.read(offset, new Uint8Array(Math.min(48 * 1024, BYTES.length - offset)))
  expect(asked).toHaveLength(4)
  await source.read(1000, new Uint8Array(10))
  expect(asked.at(-1)).toBe(10)
})
