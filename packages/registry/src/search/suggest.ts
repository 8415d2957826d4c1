import type { Suggestions } from '@rbee/schema'
import {
  type Columns,
  dayOf,
  fold,
  type Publisher,
  readQuery,
  scoreOf,
  selectPage,
  suggestionOf,
  sumOf,
  tokensOf,
} from '@rbee/search'
import { workerUrl } from '../documents/addresses.ts'
import { readHits } from './read-hits.ts'
import type { SearchPorts } from './search-ports.ts'
import { tagsIn } from './tags.ts'

/** Of each kind but workers, so that these have the most room. */
const OTHERS_MAX = 3
/** Worth of a name that has all words, as in a search. */
const NAMED = 10

type Suggestion = Suggestions['suggestions'][number]

/** Workers, tags and publishers whose names begin with what was typed; the workers as a search would order them. */
export async function suggest(
  ports: SearchPorts,
  columns: Columns,
  typed: string,
  limit: number,
): Promise<Suggestions> {
  const query = readQuery(typed)
  if (query.terms.length === 0) return { suggestions: [] }
  const others = [...suggestedTags(columns, typed), ...suggestedPublishers(columns, typed)].slice(
    0,
    limit - 1,
  )
  const workers = await suggestedWorkers(ports, columns, typed, limit - others.length)
  return { suggestions: [...workers, ...others] }
}

async function suggestedWorkers(
  { database, clock }: SearchPorts,
  columns: Columns,
  typed: string,
  limit: number,
): Promise<Suggestion[]> {
  const query = readQuery(typed)
  const [docs] = await database.matchWords([suggestionOf(query)])
  const day = dayOf(clock())
  const exact = {
    workers: new Set(query.ids),
    name: tokensOf(query.text).join(' '),
    id: query.ids.at(-1) ?? '',
  }
  const ranked = [...(docs ?? [])].flatMap((doc) => {
    const version = columns.at(doc, columns.moment)
    if (version === null) return []
    return [{ version, text: NAMED, key: sumOf(scoreOf(version, NAMED, exact, day)) }]
  })
  const best = selectPage(ranked, limit, null).map(({ version }) => version)
  const hits = await readHits(database, best)
  return best.flatMap(({ doc }): Suggestion[] => {
    const worker = hits.get(doc)?.worker
    return worker === undefined
      ? []
      : [{ kind: 'worker', text: worker.name, id: worker.id, url: workerUrl(worker.id) }]
  })
}

function suggestedTags(columns: Columns, typed: string): Suggestion[] {
  const beginning = fold(typed).trim().replaceAll(/\s+/g, '-')
  return tagsIn(columns)
    .tags.filter(({ name }) => name.startsWith(beginning))
    .slice(0, OTHERS_MAX)
    .map(({ name }) => ({ kind: 'tag', text: name, id: null, url: `/v1/search?tag=${name}` }))
}

function suggestedPublishers(columns: Columns, typed: string): Suggestion[] {
  const beginning = fold(typed).trim()
  const publishers = new Map<string, Publisher>()
  for (const { publisher } of columns.all(columns.moment)) publishers.set(publisher.id, publisher)
  return [...publishers.values()]
    .filter(({ name }) => fold(name).startsWith(beginning))
    .toSorted((a, b) => Number(b.verified) - Number(a.verified) || (a.id < b.id ? -1 : 1))
    .slice(0, OTHERS_MAX)
    .map(({ id, name }) => ({ kind: 'publisher', text: name, id, url: `/v1/publishers/${id}` }))
}
