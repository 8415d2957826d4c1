import { expect, it } from 'vitest'
import { createTransferBuffers } from './transfer-buffers.ts'

it('hands out so much large memory and no more, and the same again', () => {
  const buffers = createTransferBuffers()
  const taken = Array.from({ length: 200 }, () => buffers.take())
  const large = Math.max(...taken.map(({ byteLength }) => byteLength))
  expect(taken.filter(({ byteLength }) => byteLength === large)).toHaveLength(32)
  expect(taken.reduce((sum, { byteLength }) => sum + byteLength, 0)).toBeLessThan(32 * 2 ** 20)
  for (const buffer of taken) buffers.give(buffer)
  const again = Array.from({ length: 160 }, () => buffers.take())
  expect(again.filter((buffer) => taken.includes(buffer))).toHaveLength(160)
})

it('makes up for what is lost', () => {
  const buffers = createTransferBuffers()
  const [first] = Array.from({ length: 100 }, () => buffers.take())
  const large = first?.byteLength ?? 0
  expect(buffers.take().byteLength).toBeLessThan(large)
  buffers.lose(large)
  expect(buffers.take().byteLength).toBe(large)
})
