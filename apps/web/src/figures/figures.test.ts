import { expect, it } from 'vitest'
import { byteSize } from './byte-size.ts'
import { counted, dayOf } from './figures.ts'

it.each([
  [0, '0 B'],
  [1023, '1023 B'],
  [1024, '1 KiB'],
  [7250, '7.08 KiB'],
  [52_500_000, '50.1 MiB'],
  [191 * 2 ** 20, '191 MiB'],
  [5 * 2 ** 50, '5120 TiB'],
])('%d bytes are %s', (bytes, text) => {
  expect(byteSize(bytes)).toBe(text)
})

it('counts one and many', () => {
  expect([counted(1, 'worker'), counted(0, 'worker'), counted(12_345, 'reply', 'replies')]).toEqual([
    '1 worker',
    '0 workers',
    '12,345 replies',
  ])
})

it('shows the day of a moment, and a text that is none as it is', () => {
  expect(String(dayOf('2026-11-22T03:30:47.640Z'))).toBe(
    '<time datetime="2026-11-22T03:30:47.640Z" title="2026-11-22 03:30 UTC">22 Nov 2026</time>',
  )
  expect(String(dayOf('<soon>'))).toBe('&lt;soon&gt;')
})
