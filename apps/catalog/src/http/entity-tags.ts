const TAG = /^\s*((?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")\s*(?:,|$)/

/**
 * Whether `If-None-Match` names the tag, by weak comparison (RFC 9110, 13.1.2): what a proxy weakened still matches.
 * A list that is not well-formed matches up to its first mistake.
 */
export function matchesAnyTag(field: string, etag: string): boolean {
  if (field === etag) return true
  if (field.trim() === '*') return true
  const opaque = withoutWeakness(etag)
  for (let rest = field; rest.trim() !== ''; ) {
    const match = TAG.exec(rest)
    if (!match?.[1]) return false
    if (withoutWeakness(match[1]) === opaque) return true
    rest = rest.slice(match[0].length)
  }
  return false
}

function withoutWeakness(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag
}
