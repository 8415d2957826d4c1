/**
 * JSON with the keys of every object in code-unit order, so that equal values have equal bytes
 * (RFC 8785 for the values that occur here: no non-finite numbers, no lone surrogates).
 */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    inner !== null && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  )
}
