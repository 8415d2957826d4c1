import type { Suggestions } from '@rbee/schema'

export type Suggestion = Suggestions['suggestions'][number]

const SHOWN = 8

/** What the registry suggests for the beginning of a search, after a wait; nothing when it was called off, or cannot say. */
export async function askedSuggestions(
  words: string,
  waitMs: number,
  signal: AbortSignal,
): Promise<readonly Suggestion[]> {
  await new Promise((resolve) => setTimeout(resolve, waitMs))
  if (signal.aborted) return []
  const query = new URLSearchParams({ q: words, limit: String(SHOWN) })
  try {
    const response = await fetch(`/v1/suggest?${query}`, { signal })
    const answer: Suggestions = response.ok ? await response.json() : { suggestions: [] }
    return answer.suggestions
  } catch (error) {
    // Called off, or the server cannot be reached: the form below still searches.
    if (error instanceof DOMException || error instanceof TypeError) return []
    throw error
  }
}
