/** The first group of a pattern in a text; null when there is no text or the pattern does not occur. */
export function firstMatch(text: string | null | undefined, pattern: RegExp): string | null {
  return (text && pattern.exec(text)?.[1]) || null
}
