import { describeIssues, RbeeError, SEARCH_FILTERS, type SearchInput, searchInputSchema } from '@rbee/schema'

/** The parameters of a search that stand in the address of its page, beside the place in its hits. */
const PARAMETERS = ['q', ...SEARCH_FILTERS, 'sort']

/** Filters that may have several values. */
const REPEATED = SEARCH_FILTERS.filter((name) => name !== 'min_rating')

/** What the page was asked for, for the API; parameters that searching does not know, and empty ones, are left out. */
export function searchQuery(address: URLSearchParams, limit: number): URLSearchParams {
  const query = stated(address, [...PARAMETERS, 'cursor'])
  query.set('limit', String(limit))
  return query
}

/** The same as the body of a question, which may also hold a machine. Fails with `invalid_filter`. */
export function searchInput(address: URLSearchParams, limit: number): SearchInput {
  const query = searchQuery(address, limit)
  const rating = query.get('min_rating')
  const input = searchInputSchema.safeParse({
    ...Object.fromEntries(REPEATED.map((name) => [name, query.getAll(name)])),
    q: query.get('q') ?? '',
    min_rating: rating === null ? null : Number(rating),
    sort: query.get('sort') ?? undefined,
    cursor: query.get('cursor') ?? undefined,
    limit,
  })
  if (input.success) return input.data
  throw new RbeeError('invalid_filter', `This cannot be searched for: ${describeIssues(input.error)}`)
}

/** The page of the same search with one value of a filter added, or taken away where it was there. */
export function toggled(address: URLSearchParams, name: string, value: string): string {
  const next = firstPage(address)
  if (next.has(name, value)) next.delete(name, value)
  else next.append(name, value)
  return searchPath(next)
}

/** The page of the same search with another value of a parameter that has one; null for none. */
export function replaced(address: URLSearchParams, name: string, value: string | null): string {
  const next = firstPage(address)
  if (value === null) next.delete(name)
  else next.set(name, value)
  return searchPath(next)
}

/** The next page of the same search. */
export function continued(address: URLSearchParams, cursor: string): string {
  const next = firstPage(address)
  next.set('cursor', cursor)
  return searchPath(next)
}

function firstPage(address: URLSearchParams): URLSearchParams {
  return stated(address, PARAMETERS)
}

/** Each value once, and none that is empty. */
function stated(address: URLSearchParams, names: readonly string[]): URLSearchParams {
  const query = new URLSearchParams()
  for (const name of names) {
    for (const value of new Set(address.getAll(name))) if (value !== '') query.append(name, value)
  }
  return query
}

function searchPath(query: URLSearchParams): string {
  return query.size === 0 ? '/search' : `/search?${query}`
}
