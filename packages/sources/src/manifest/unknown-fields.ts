import { z } from 'zod'
import type { DocumentPath } from '../document/document.ts'

export interface UnknownField {
  readonly path: DocumentPath
  /** A field of the same table that was probably meant. */
  readonly suggestion: string | null
}

/** Finds the keys that a schema says nothing of, at every depth. */
export function findUnknownFields(
  schema: z.ZodType,
  value: unknown,
  path: DocumentPath = [],
): UnknownField[] {
  const inner = unwrap(schema)
  if (Array.isArray(value)) {
    if (!(inner instanceof z.ZodArray)) return []
    const element = inner.element as z.ZodType
    return value.flatMap((item, index) => findUnknownFields(element, item, [...path, index]))
  }
  if (value === null || typeof value !== 'object' || value instanceof Date) return []
  if (inner instanceof z.ZodRecord) {
    const element = inner.valueType as z.ZodType
    return Object.entries(value).flatMap(([key, item]) => findUnknownFields(element, item, [...path, key]))
  }
  if (!(inner instanceof z.ZodObject)) return []
  const known = fieldsOf(inner)
  return Object.entries(value).flatMap(([key, item]) => {
    const field = known.get(key)
    if (field !== undefined) return findUnknownFields(field, item, [...path, key])
    return [{ path: [...path, key], suggestion: suggestWord(key, [...known.keys()]) }]
  })
}

const fieldsBySchema = new WeakMap<z.ZodObject, ReadonlyMap<string, z.ZodType>>()

/** Made once per schema: a catalog has thousands of manifests of one schema. */
function fieldsOf(schema: z.ZodObject): ReadonlyMap<string, z.ZodType> {
  const known = fieldsBySchema.get(schema) ?? new Map<string, z.ZodType>(Object.entries(schema.shape))
  fieldsBySchema.set(schema, known)
  return known
}

function unwrap(schema: z.ZodType): z.ZodType {
  let inner = schema
  while (inner instanceof z.ZodOptional || inner instanceof z.ZodDefault || inner instanceof z.ZodPrefault) {
    inner = inner.def.innerType as z.ZodType
  }
  return inner
}

/** The known word that a misspelt one comes closest to; null where none is close. */
export function suggestWord(word: string, known: readonly string[]): string | null {
  const folded = fold(word).slice(0, 60)
  let best: { word: string; distance: number } | null = null
  for (const candidate of known) {
    const distance = editDistance(folded, fold(candidate))
    const allowed = Math.max(1, Math.floor(candidate.length / 3))
    if (distance <= allowed && (best === null || distance < best.distance)) {
      best = { word: candidate, distance }
    }
  }
  return best?.word ?? null
}

function fold(word: string): string {
  return word.toLowerCase().replace(/[-_ ]/g, '')
}

/** Optimal string alignment: Levenshtein distance in which two letters that changed places count once. */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, index) => index)]
  for (let row = 1; row <= a.length; row += 1) {
    const above = rows[row - 1] ?? []
    const current = [row]
    for (let column = 1; column <= b.length; column += 1) {
      const substitution = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1)
      const best = Math.min(substitution, (above[column] ?? 0) + 1, (current[column - 1] ?? 0) + 1)
      const swapped = a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1] && row > 1 && column > 1
      current.push(swapped ? Math.min(best, (rows[row - 2]?.[column - 2] ?? 0) + 1) : best)
    }
    rows.push(current)
  }
  return rows.at(-1)?.at(-1) ?? 0
}
