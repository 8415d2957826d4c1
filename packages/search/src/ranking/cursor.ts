import { RbeeError, searchSortSchema } from '@rbee/schema'
import { z } from 'zod'

/** How much of a query a hit has to have. */
export const MATCHINGS = ['all', 'most', 'any'] as const
export type Matching = (typeof MATCHINGS)[number]

/**
 * Where a list goes on. It names the moment of its first page: all pages show the catalog as it was then, so that nobody
 * is listed twice or left out, whatever changes meanwhile.
 */
export interface Cursor {
  /** The moment of the first page. */
  readonly moment: number
  /** When the first page was asked for, in milliseconds since the epoch: ages are counted from then. */
  readonly time: number
  readonly sort: z.infer<typeof searchSortSchema>
  readonly matching: Matching
  /** What was searched for instead; null where it was the query itself. */
  readonly corrected: string | null
  /** Of the query and its filters: a cursor of another question leads nowhere. */
  readonly question: string
  /** Of the last hit: what it is sorted by, and its worker. */
  readonly key: number | string
  readonly worker: string
}

const cursorSchema = z.tuple([
  z.literal(2),
  z.number().nonnegative(),
  z.int().nonnegative(),
  searchSortSchema,
  z.enum(MATCHINGS),
  z.string().nullable(),
  z.string(),
  z.union([z.number(), z.string()]),
  z.string(),
])

export function encodeCursor(cursor: Cursor): string {
  const { moment, time, sort, matching, corrected, question, key, worker } = cursor
  const text = JSON.stringify([2, moment, time, sort, matching, corrected, question, key, worker])
  return base64url(new TextEncoder().encode(text))
}

/** Fails with `invalid_cursor` for anything that {@link encodeCursor} does not write, and for one of another question. */
export function decodeCursor(text: string, question: string): Cursor {
  const cursor = parsed(text)
  if (cursor !== null && cursor.question === question && encodeCursor(cursor) === text) return cursor
  throw new RbeeError('invalid_cursor', 'The cursor is not one that this search gave', {
    next: 'Use next_cursor of the answer before with the same words, filters and order, or leave the cursor out',
  })
}

function parsed(text: string): Cursor | null {
  if (!/^[A-Za-z0-9_-]+$/.test(text)) return null
  let value: unknown
  try {
    const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'))
    value = JSON.parse(new TextDecoder().decode(Uint8Array.from(binary, (one) => one.charCodeAt(0))))
  } catch {
    return null
  }
  const result = cursorSchema.safeParse(value)
  if (!result.success) return null
  const [, moment, time, sort, matching, corrected, question, key, worker] = result.data
  return { moment, time, sort, matching, corrected, question, key, worker }
}

function base64url(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')
}
