import {
  type Fit,
  type HostProfile,
  type PublisherDocument,
  RbeeError,
  type Score,
  type SearchAnswer,
  type SearchFilters,
  type SearchHit,
  type SearchSort,
  type Suggestions,
  type TagList,
} from '@rbee/schema'
import {
  applyFilters,
  dayOf,
  decodeCursor,
  type ExactMatches,
  encodeCursor,
  highlightsOf,
  namedFit,
  type Query,
  readQuery,
  type SortKey,
  scoreOf,
  selectPage,
  sumOf,
  tokensOf,
  type Version,
  type View,
} from '@rbee/search'
import type { SearchIndex } from '../ports/search-index.ts'
import { sha256OfText } from '../sha256.ts'
import { createFits } from './fits.ts'
import { indexColumns, momentOf } from './index-columns.ts'
import { keptLists } from './kept-lists.ts'
import { matchQuery } from './match-query.ts'
import { type PublisherQuestion, showPublisher } from './publisher-document.ts'
import { rankHits } from './rank-hits.ts'
import { readHits } from './read-hits.ts'
import type { SearchPorts } from './search-ports.ts'
import { suggest } from './suggest.ts'
import { tagsIn } from './tags.ts'

/** What is searched for. */
export interface SearchQuestion {
  readonly q: string
  readonly filters: SearchFilters
  /** By default relevance. */
  readonly sort: SearchSort | null
  readonly cursor: string | null
  readonly limit: number
  readonly explain: boolean
  readonly host: { readonly profile: HostProfile; readonly fits: 'mark' | 'only' } | null
}

/** Finds workers. Made by `createSearch(ports)`; failures are `RbeeError`s. */
export interface Search {
  /** Fails with `invalid_cursor`. */
  find(question: SearchQuestion): Promise<SearchAnswer>
  /** All tags, by the number of workers that have them, then by name. */
  listTags(): Promise<TagList>
  /** Workers, tags and publishers whose names begin with what was typed. */
  suggest(typed: string, limit: number): Promise<Suggestions>
  /** A publisher with its workers; null for one that has none. Fails with `invalid_cursor`. */
  publisher(question: PublisherQuestion): Promise<PublisherDocument | null>
}

export function createSearch(ports: SearchPorts): Search {
  const { database, clock } = ports
  const askWords = keptLists(mending(database))
  const readColumns = indexColumns(database)
  const fits = createFits(database)
  return {
    listTags: async () => tagsIn(await currentView()),
    suggest: async (typed, limit) => suggest({ ...ports, askWords }, await currentView(), typed, limit),
    publisher: async (question) => showPublisher(ports, await readColumns(), question),
    async find(question) {
      const columns = await readColumns()
      const query = readQuery(question.q)
      const fingerprint = fingerprintOf(question)
      const cursor = question.cursor === null ? null : decodeCursor(question.cursor, fingerprint)
      const now = clock()
      const view = columns.at(momentOf(columns, cursor, now))
      const time = cursor?.time ?? now
      const day = dayOf(time)
      const sort = question.sort ?? 'relevance'
      const judge = question.host && (await fits.judge(question.host.profile))
      const [matches, exact] = await Promise.all([
        matchQuery({ ...database, askWords }, view, query, cursor),
        exactMatches(query),
      ])
      const running = question.host?.fits === 'only' && judge !== null ? judge.running : null
      const { passed, facets } = applyFilters(view, matches.places, question.filters, running)
      const page = selectPage(rankHits(view, matches, passed, sort, exact, day), question.limit + 1, cursor)
      const shown = page.slice(0, question.limit).flatMap(({ index, key }): Shown[] => {
        const hit = passed[index] ?? 0
        const version = view.versions[matches.places[hit] ?? 0]
        if (version === undefined) return []
        return [{ version, key, score: scoreOf(version, matches.texts?.[hit] ?? 0, exact, day) }]
      })
      const last = page.length > question.limit ? shown.at(-1) : undefined
      const meant = matches.corrected === null ? query : readQuery(matches.corrected)
      return {
        query: {
          q: question.q,
          sort,
          filters: question.filters,
          fits: question.host?.fits ?? null,
          matching: matches.matching,
        },
        corrected: matches.corrected,
        hits: await hitsOf(shown, meant, question.explain, judge?.fitOf ?? null),
        total: passed.length,
        facets,
        next_cursor:
          last === undefined
            ? null
            : encodeCursor({
                moment: view.moment,
                time,
                sort,
                matching: matches.matching,
                corrected: matches.corrected,
                question: fingerprint,
                key: last.key,
                worker: last.version.worker,
              }),
      }
    },
  }

  async function currentView(): Promise<View> {
    const columns = await readColumns()
    return columns.at(columns.moment)
  }

  /** Ids and aliases lead to their worker whatever its words are. */
  async function exactMatches(query: Query): Promise<ExactMatches> {
    const names = query.ids.length === 0 ? [] : await database.findNames(query.ids)
    return {
      workers: new Set(names.map(({ worker }) => worker)),
      name: tokensOf(query.text).join(' '),
      id: query.ids.at(-1) ?? '',
    }
  }

  async function hitsOf(
    page: readonly Shown[],
    query: Query,
    explain: boolean,
    fitOf: ((fit: number) => Fit | null) | null,
  ): Promise<SearchHit[]> {
    const stored = await readHits(
      database,
      page.map(({ version }) => version),
    )
    return page.flatMap(({ version, score }): SearchHit[] => {
      const hit = stored.get(version.doc)
      if (hit === undefined) return []
      const { worker, readme } = hit
      const fit = fitOf?.(version.fit) ?? null
      return [
        {
          worker,
          highlights: highlightsOf(query, { ...worker, readme }),
          fit: fit && namedFit(fit, worker.id, worker.version),
          score: sumOf(score),
          explain: explain ? score : null,
        },
      ]
    })
  }
}

/** Damaged words are thrown away as soon as somebody finds out, so that they are built anew. */
function mending(database: Pick<SearchIndex, 'matchWords' | 'resetIndex'>): SearchIndex['matchWords'] {
  return async (questions, docs) => {
    try {
      return await database.matchWords(questions, docs)
    } catch (error) {
      if (error instanceof RbeeError && error.code === 'index_damaged') await database.resetIndex()
      throw error
    }
  }
}

/** A hit of the page. */
interface Shown {
  readonly version: Version
  readonly key: SortKey
  readonly score: Score
}

/** Of everything that decides which hits there are and in which order, but the page. */
function fingerprintOf({ q, filters, sort, host }: SearchQuestion): string {
  return sha256OfText(JSON.stringify([q.trim(), filters, sort, host])).slice(0, 16)
}
