import type { ByteRange } from '@rbee/registry'

/**
 * Reads a `Range` field against a file of `size` bytes (RFC 9110, 14.1.2).
 *
 * @returns `whole` for what may be ignored (another unit, several ranges, bad syntax), `unsatisfiable` when the range
 * starts behind the end, else the range cut to the file.
 */
export function parseByteRange(field: string, size: number): ByteRange | 'whole' | 'unsatisfiable' {
  const match = /^bytes=\s*(\d*)-(\d*)\s*$/i.exec(field)
  if (!match) return 'whole'
  const [, first = '', last = ''] = match
  if (first === '') return last === '' ? 'whole' : suffixRange(Number(last), size)
  const start = Number(first)
  const end = last === '' ? Number.POSITIVE_INFINITY : Number(last)
  if (end < start) return 'whole'
  if (start >= size) return 'unsatisfiable'
  return { start, end: Math.min(end, size - 1) }
}

function suffixRange(length: number, size: number): ByteRange | 'unsatisfiable' {
  if (length === 0 || size === 0) return 'unsatisfiable'
  return { start: Math.max(0, size - length), end: size - 1 }
}
