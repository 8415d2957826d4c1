/** The value of a JSON text; undefined for a text that is no JSON, such as a file that a power cut left half-written. */
export function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}
