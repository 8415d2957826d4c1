import { createServer } from 'node:http'
import { type Connection, connectTo } from './postgresql-catalog.ts'

// A small server that answers GET /v1/search out of PostgreSQL as the catalog does: hits with highlights, the total, facets of
// every filter without its own restriction, and a cursor. Run as a program: the port to listen on, that of PostgreSQL.

const PAGE = 20
const FACETS: Readonly<Record<string, { readonly column: string; readonly isList: boolean }>> = {
  platform: { column: 'platforms', isList: true },
  arch: { column: 'arches', isList: true },
  license: { column: 'family', isList: false },
  feature: { column: 'features', isList: true },
  tag: { column: 'tags', isList: true },
  price: { column: 'price', isList: false },
  source: { column: 'source', isList: false },
  format: { column: 'formats', isList: true },
}
const SORTS: Readonly<Record<string, { readonly key: string; readonly order: 'ASC' | 'DESC' }>> = {
  relevance: { key: 'score', order: 'DESC' },
  downloads: { key: 'downloads', order: 'DESC' },
  recent: { key: 'published_at', order: 'DESC' },
  name: { key: 'name', order: 'ASC' },
}

interface Asked {
  /** For to_tsquery; null without words. */
  readonly words: string | null
  readonly filters: readonly { readonly name: string; readonly values: readonly string[] }[]
  readonly sort: string
  readonly cursor: string | null
  readonly limit: number
}

interface Found {
  readonly hits: readonly object[]
  readonly total: number
  readonly facets: Readonly<Partial<Record<string, readonly FacetRow[]>>>
  readonly next_cursor: string | null
}

async function search(sql: Connection, asked: Asked): Promise<Found> {
  const found = await searchFor(sql, asked)
  if (found.total > 0 || asked.words === null || asked.filters.length > 0) return found
  const corrected = await nearestWords(sql, asked.words)
  return corrected === asked.words ? found : searchFor(sql, { ...asked, words: corrected })
}

async function searchFor(sql: Connection, asked: Asked): Promise<Found> {
  const { words, filters, limit } = asked
  const sort = SORTS[asked.sort] ?? { key: 'score', order: 'DESC' }
  const parameters: (string | number | string[])[] = []
  const bind = (value: string | number | string[]) => `$${parameters.push(value)}`
  const query = words === null ? null : `to_tsquery('words', ${bind(words)})`
  const conditions = new Map(filters.map((filter) => [filter.name, conditionOf(filter, bind)]))
  const others = (name: string | null) =>
    [...conditions].flatMap(([other]) => (other === name ? [] : [`m.in_${other}`])).join(' AND ') || 'true'
  // Rows that fail two filters are in no facet.
  const failures = [...conditions.values()].map((condition) => `(NOT (${condition}))::int`).join(' + ')
  const where = [
    query === null ? 'true' : `document @@ ${query}`,
    conditions.size > 1 ? `${failures} <= 1` : 'true',
    // The facet of the only filter is that of the whole catalog, which is kept.
    query === null && conditions.size === 1 ? [...conditions.values()].join('') : 'true',
  ].join(' AND ')
  const score = query === null ? 'quality' : `ts_rank(document, ${query}, 1) + quality`
  const isWhole = query === null && conditions.size === 0
  const keeps = (name: string) => isWhole || (query === null && conditions.size === 1 && conditions.has(name))
  const facets = Object.entries(FACETS).map(([name, facet]) =>
    keeps(name)
      ? `SELECT * FROM whole_facets WHERE facet = '${name}'`
      : facetQuery(name, facet, 'm', others(name)),
  )
  const after = asked.cursor === null ? null : readCursor(asked.cursor)
  const isBehind =
    after === null
      ? 'true'
      : `(${sort.key}, n) ${sort.order === 'ASC' ? '>' : '<'} (${bind(after.key)}::${typeOf(sort.key)}, ${bind(after.n)}::int)`
  const order = `ORDER BY ${sort.key} ${sort.order}, n ${sort.order}`
  const rows = isWhole ? `(SELECT *, ${score} AS score FROM workers)` : 'm'
  const text = `
    WITH m AS MATERIALIZED (
      SELECT n, name, downloads, published_at, family, platforms, arches, features, tags, formats, price, source,
        ${sort.key === 'score' ? score : '0::real'} AS score
        ${[...conditions].map(([name, condition]) => `, (${condition}) AS in_${name}`).join('')}
      FROM workers WHERE ${isWhole ? 'false' : where}
    ), page AS (
      SELECT n, ${sort.key}::text AS key FROM ${rows} AS m WHERE ${others(null)} AND ${isBehind} ${order} LIMIT ${limit}
    ), hits AS (
      SELECT page.key, w.*, ${highlights(query)} FROM page JOIN workers AS w USING (n)
    )
    SELECT
      (SELECT ${isWhole ? "(SELECT sum(count) FROM whole_facets WHERE facet = 'source')" : 'count(*)'}
        FROM ${isWhole ? '(VALUES (1)) AS one' : `m WHERE ${others(null)}`})::int AS total,
      (SELECT json_agg(to_jsonb(hits) - 'document' - 'readme') FROM hits) AS hits,
      (SELECT json_agg(f) FROM (${facets.map((facet) => `(${facet})`).join(' UNION ALL ')}) AS f) AS facets`
  const [answer] = await sql.unsafe<
    [{ total: number; hits: { n: number; key: string }[] | null; facets: FacetRow[] | null }]
  >(text, parameters, { prepare: true })
  const hits = orderedHits(answer.hits ?? [], sort)
  const last = hits.length === limit ? hits.at(-1) : undefined
  return {
    hits,
    total: answer.total,
    facets: Object.groupBy(answer.facets ?? [], ({ facet }) => facet),
    next_cursor: last ? Buffer.from(JSON.stringify([last.key, last.n])).toString('base64url') : null,
  }
}

interface FacetRow {
  readonly facet: string
  readonly value: string
  readonly count: number
}

function facetQuery(
  name: string,
  { column, isList }: { column: string; isList: boolean },
  from: string,
  where: string,
): string {
  const source = isList ? `${from}, unnest(m.${column}) AS value` : from
  const value = isList ? 'value' : `m.${column}`
  return `SELECT '${name}' AS facet, ${value} AS value, count(*)::int AS count FROM ${source} WHERE ${where}
    GROUP BY ${value} ORDER BY count DESC, value LIMIT 30`
}

function conditionOf({ name, values }: Asked['filters'][number], bind: (value: string[]) => string): string {
  const facet = FACETS[name]
  if (facet === undefined) throw new Error(`there is no filter "${name}"`)
  const list = `${bind([...values])}::text[]`
  if (!facet.isList) return `${facet.column} = ANY (${list})`
  return name === 'tag' ? `${facet.column} @> ${list}` : `${facet.column} && ${list}`
}

function highlights(query: string | null): string {
  if (query === null) return "'' AS highlight"
  const options = "'StartSel=<, StopSel=>, MaxFragments=1, MaxWords=25, MinWords=10'"
  return `ts_headline('words', w.description, ${query}, 'HighlightAll=true') AS highlight,
    ts_headline('words', w.name, ${query}, 'HighlightAll=true') AS name_highlight,
    ts_headline('words', w.readme, ${query}, ${options}) AS readme_highlight`
}

function orderedHits<Hit extends { n: number; key: string }>(
  hits: Hit[],
  { key, order }: { key: string; order: string },
): Hit[] {
  const direction = order === 'ASC' ? 1 : -1
  const compare = (a: Hit, b: Hit) => {
    if (key === 'name') return a.key < b.key ? -1 : a.key > b.key ? 1 : 0
    return Number(a.key) - Number(b.key)
  }
  return hits.toSorted((a, b) => direction * (compare(a, b) || a.n - b.n))
}

function typeOf(key: string): string {
  switch (key) {
    case 'score':
      return 'real'
    case 'name':
      return 'text'
    default:
      return 'bigint'
  }
}

/** The most similar lexeme for each word that no worker has. */
async function nearestWords(sql: Connection, words: string): Promise<string> {
  const corrected: string[] = []
  for (const word of words.split(' & ')) {
    const plain = word.replace(/:\*$/, '')
    const [known] =
      await sql`SELECT 1 FROM lexemes WHERE word = ANY (tsvector_to_array(to_tsvector('words', ${plain})))`
    const [near] = known
      ? []
      : await sql<{ word: string }[]>`SELECT word FROM lexemes ORDER BY word <-> ${plain}, ndoc DESC LIMIT 1`
    corrected.push(near ? near.word : word)
  }
  return corrected.join(' & ')
}

/** The words all of them, the last one also as the beginning of a word. */
function readWords(q: string): string | null {
  const words = q.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []
  if (words.length === 0) return null
  return words.map((word, index) => (index === words.length - 1 ? `${word}:*` : word)).join(' & ')
}

function readCursor(cursor: string): { key: string; n: number } {
  const read: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  if (!Array.isArray(read)) throw new Error('the cursor is none of ours')
  return { key: String(read[0]), n: Number(read[1]) }
}

function readAsked(parameters: URLSearchParams): Asked {
  return {
    words: readWords(parameters.get('q') ?? ''),
    filters: Object.keys(FACETS).flatMap((name) => {
      const values = parameters.getAll(name)
      return values.length > 0 ? [{ name, values }] : []
    }),
    sort: parameters.get('sort') ?? 'relevance',
    cursor: parameters.get('cursor'),
    limit: Number(parameters.get('limit') ?? PAGE),
  }
}

const [port, databasePort] = process.argv.slice(2).map(Number)
const sql = connectTo(databasePort ?? 0)
const whole = Object.entries(FACETS).map(([name, facet]) => facetQuery(name, facet, 'workers AS m', 'true'))
await sql.unsafe(`CREATE TABLE whole_facets AS ${whole.map((one) => `(${one})`).join(' UNION ALL ')}`)
createServer(async (request, response) => {
  const url = new URL(request.url ?? '/', 'http://localhost')
  try {
    const body = url.pathname === '/v1/search' ? await search(sql, readAsked(url.searchParams)) : {}
    response.setHeader('content-type', 'application/json').end(JSON.stringify(body))
  } catch (error) {
    process.stderr.write(`${url.href}: ${String(error)}\n`)
    response.writeHead(500).end()
  }
}).listen(port, '127.0.0.1')
