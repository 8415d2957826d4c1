/**
 * Most characters of one part: at three bytes of UTF-8 each they stay below 2,000,000 bytes, D1's largest value.
 * Source: https://developers.cloudflare.com/d1/platform/limits/
 */
const PART_CHARACTERS = 600_000

/** A value as JSON, cut into parts that a database takes, numbered from 0. */
export function bodyParts(value: unknown): { part: number; body: string }[] {
  const json = JSON.stringify(value)
  const parts: { part: number; body: string }[] = []
  for (let start = 0; start < json.length; ) {
    let end = Math.min(start + PART_CHARACTERS, json.length)
    // Half of a surrogate pair is no text in UTF-8 and would come back as a replacement character.
    if (end < json.length && isHighSurrogate(json.charCodeAt(end - 1))) end -= 1
    parts.push({ part: parts.length, body: json.slice(start, end) })
    start = end
  }
  return parts
}

/** The value that {@link bodyParts} cut; `parts` in their order. */
export function bodyOf(parts: readonly { readonly body: string }[]): unknown {
  return JSON.parse(parts.map(({ body }) => body).join(''))
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff
}
