import type { View, WordQuestion } from '@rbee/search'
import type { SearchIndex } from '../ports/search-index.ts'

/** For each question the documents that match, of a view and perhaps later ones. */
export type AskWords = (view: View, questions: readonly WordQuestion[]) => Promise<Uint32Array[]>

/** Numbers of documents that are kept, of all lists together: 8 MB. */
const NUMBERS_KEPT = 2_000_000

/**
 * Lists of documents as they were asked for last: who turns a page or adds a filter asks for the same words again. The words of a
 * document never change, so that a list is right for every catalog that has no newer document.
 */
export function keptLists(ask: SearchIndex['matchWords']): AskWords {
  const kept = new Map<string, { readonly list: Uint32Array; readonly newest: number }>()
  let numbers = 0

  function keep(key: string, list: Uint32Array, newest: number): void {
    numbers += list.length - (kept.get(key)?.list.length ?? 0)
    kept.delete(key)
    kept.set(key, { list, newest })
    for (const [oldest, { list: dropped }] of kept) {
      if (numbers <= NUMBERS_KEPT) break
      kept.delete(oldest)
      numbers -= dropped.length
    }
  }

  return async ({ newest, versions }, questions) => {
    const known = questions.map((question) => {
      const one = kept.get(keyOf(question))
      return one !== undefined && one.newest >= newest ? one.list : null
    })
    const missing = questions.filter((_, index) => known[index] === null)
    const asked = missing.length === 0 ? [] : await ask(missing, versions.length)
    for (const [index, question] of missing.entries()) {
      keep(keyOf(question), asked[index] ?? new Uint32Array(), newest)
    }
    const answers = new Map(missing.map((question, index) => [question, asked[index]]))
    return questions.map((question, index) => known[index] ?? answers.get(question) ?? new Uint32Array())
  }
}

function keyOf({ expression, isAhead }: WordQuestion): string {
  return `${isAhead} ${expression}`
}
