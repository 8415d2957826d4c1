import type { Suggestions } from '@rbee/schema'
import {
  dayOf,
  fold,
  type Publisher,
  readQuery,
  selectPage,
  suggestionOf,
  TEXT_SCORES,
  tokensOf,
  type View,
} from '@rbee/search'
import { workerUrl } from '../documents/addresses.ts'
import type { AskWords } from './kept-lists.ts'
import { rankHits } from './rank-hits.ts'
import { readHits } from './read-hits.ts'
import type { SearchPorts } from './search-ports.ts'
import { tagsIn } from './tags.ts'

/** Of each kind but workers, so that these have the most room. */
const OTHERS_MAX = 3

/** What suggesting takes. */
type SuggestPorts = SearchPorts & { readonly askWords: AskWords }

type Suggestion = Suggestions['suggestions'][number]

/** Workers, tags and publishers whose names begin with what was typed; the workers as a search would order them. */
export async function suggest(
  ports: SuggestPorts,
  view: View,
  typed: string,
  limit: number,
): Promise<Suggestions> {
  const query = readQuery(typed)
  if (query.terms.length === 0) return { suggestions: [] }
  const others = [...suggestedTags(view, typed), ...suggestedPublishers(view, typed)].slice(0, limit - 1)
  const workers = await suggestedWorkers(ports, view, typed, limit - others.length)
  return { suggestions: [...workers, ...others] }
}

async function suggestedWorkers(
  { database, clock, askWords }: SuggestPorts,
  view: View,
  typed: string,
  limit: number,
): Promise<Suggestion[]> {
  const query = readQuery(typed)
  const [docs] = await askWords(view, [suggestionOf(query)])
  const exact = {
    workers: new Set(query.ids),
    name: tokensOf(query.text).join(' '),
    id: query.ids.at(-1) ?? '',
  }
  const places = view.placesOf(docs ?? new Uint32Array())
  const texts = new Float64Array(places.length).fill(TEXT_SCORES.names)
  const every = Uint32Array.from(places, (_, index) => index)
  const ranked = rankHits(view, { places, texts }, every, 'relevance', exact, dayOf(clock()))
  const best = selectPage(ranked, limit, null).flatMap(({ index }) => view.versions[places[index] ?? 0] ?? [])
  const hits = await readHits(database, best)
  return best.flatMap(({ doc }): Suggestion[] => {
    const worker = hits.get(doc)?.worker
    return worker === undefined
      ? []
      : [{ kind: 'worker', text: worker.name, id: worker.id, url: workerUrl(worker.id) }]
  })
}

function suggestedTags(view: View, typed: string): Suggestion[] {
  const beginning = fold(typed).trim().replaceAll(/\s+/g, '-')
  return tagsIn(view)
    .tags.filter(({ name }) => name.startsWith(beginning))
    .slice(0, OTHERS_MAX)
    .map(({ name }) => ({ kind: 'tag', text: name, id: null, url: `/v1/search?tag=${name}` }))
}

function suggestedPublishers(view: View, typed: string): Suggestion[] {
  const beginning = fold(typed).trim()
  return publishersIn(view)
    .filter(({ name }) => fold(name).startsWith(beginning))
    .toSorted((a, b) => Number(b.verified) - Number(a.verified) || (a.id < b.id ? -1 : 1))
    .slice(0, OTHERS_MAX)
    .map(({ id, name }) => ({ kind: 'publisher', text: name, id, url: `/v1/publishers/${id}` }))
}

const known = new WeakMap<View, readonly Publisher[]>()

/** All publishers; found once for each moment. */
function publishersIn(view: View): readonly Publisher[] {
  const list = known.get(view) ?? [
    ...new Map(view.versions.map(({ publisher }) => [publisher.id, publisher])).values(),
  ]
  known.set(view, list)
  return list
}
