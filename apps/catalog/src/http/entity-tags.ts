const TAG = /^\s*((?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")\s*(?:,|$)/

/**
 * Whether `If-None-Match` names the tag, by weak comparison (RFC 9110, 13.1.2): what a proxy weakened still matches.
 * A list that is not well-formed matches up to its first mistake.
 */
export function matchesAnyTag(field: string, etag: string): boolean {
  if (field === etag || field.trim() === '*') return true
  const opaque = withoutWeakness(etag)
  return tagsIn(field).some((tag) => withoutWeakness(tag) === opaque)
}

/**
 * Whether `If-Match` names the tag, by strong comparison (RFC 9110, 13.1.1). A list that is not well-formed matches up to
 * its first mistake.
 */
export function matchesStrongTag(field: string, etag: string): boolean {
  if (field.trim() === '*') return true
  return !etag.startsWith('W/') && tagsIn(field).some((tag) => tag === etag)
}

/** The tags of a list, up to its first mistake. */
function* tagsIn(field: string): Generator<string, void> {
  for (let rest = field; rest.trim() !== ''; ) {
    const match = TAG.exec(rest)
    if (!match?.[1]) return
    yield match[1]
    rest = rest.slice(match[0].length)
  }
}

function withoutWeakness(tag: string): string {
  return tag.startsWith('W/') ? tag.slice(2) : tag
}
