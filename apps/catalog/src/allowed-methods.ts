import { RbeeError } from '@rbee/schema'
import { TrieRouter } from 'hono/router/trie-router'
import { type Endpoints, ROUTES } from './router.ts'

// The framework has no such question: a route of its own for all methods would be run after each other route, which makes
// all of them slower.
const known = new TrieRouter<Endpoints>()
for (const [path, endpoints] of Object.entries(ROUTES)) known.add('ALL', path, endpoints)

/** The methods that a path takes; null for a path that does not exist. */
export function methodsAt(path: string): readonly string[] | null {
  const endpoints = known.match('ALL', path)[0][0]?.[0]
  return endpoints === undefined ? null : methodsOf(endpoints)
}

export function methodsOf(endpoints: Endpoints): readonly string[] {
  const methods = Object.keys(endpoints)
  return [...methods, ...(methods.includes('GET') ? ['HEAD'] : []), 'OPTIONS']
}

/** The failure of a request whose path does not take its method; `allow` is also its header field. */
export function methodNotAllowed(method: string, allow: readonly string[]): RbeeError {
  return new RbeeError('method_not_allowed', `${method} is not allowed here`, {
    next: `use one of: ${allow.join(', ')}`,
    details: { allow },
  })
}
