/** The value of a JSON text; undefined for a text that is no JSON, such as a file that a power cut left half-written. */
export function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** Strings, and the marks between values; in valid JSON nothing else tells where a key stands. */
const JSON_MARKS = /"[^"\\]*(?:\\.[^"\\]*)*"|[{}[\]:]/g

/**
 * Whether an object in a valid JSON text has a key twice. Readers differ in which of the two they take, so that what one
 * program checks another may read otherwise (RFC 8259, section 4).
 */
export function hasDuplicateKeys(text: string): boolean {
  const open: (Set<unknown> | null)[] = []
  let string = ''
  for (const [mark] of text.matchAll(JSON_MARKS)) {
    if (mark === '{') open.push(new Set())
    else if (mark === '[') open.push(null)
    else if (mark === '}' || mark === ']') open.pop()
    else if (mark !== ':') string = mark
    else {
      const keys = open.at(-1)
      // Parsed, because "a" and "\u0061" are the same key.
      const key: unknown = JSON.parse(string)
      if (keys?.has(key)) return true
      keys?.add(key)
    }
  }
  return false
}
