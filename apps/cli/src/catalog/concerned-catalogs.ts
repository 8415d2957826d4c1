import type { GitPush } from '@rbee/catalog'

/** What is known of where a catalog comes from. */
export interface CatalogOrigin {
  /** Its public address with folder and `#REF`, or its path. */
  readonly name: string
  /** Branch that it was read from, where that is known. */
  readonly branch: string | null
  /** Whether every branch counts: each worker has one of its own, or nothing is known yet. */
  readonly everyBranch: boolean
  /** Whether it is read out of a repository, or nothing is known yet. */
  readonly isRepository: boolean
}

/**
 * Whether a catalog may hold something else after a push: it lies in the pushed repository, and what was pushed is the
 * branch or tag it is read from. Where that is not known, any push counts: a reading that finds nothing new is cheap. So
 * does the push of any repository where the catalog's own has no address.
 */
export function isConcerned(origin: CatalogOrigin, push: GitPush): boolean {
  const [place = '', ref] = splitAtRef(origin.name)
  const inner = comparable(place)
  const mayLieThere =
    inner === null ? origin.isRepository : push.repositories.some((repository) => isInside(inner, repository))
  if (!mayLieThere) return false
  const read = ref ?? origin.branch
  if (origin.everyBranch || read === null) return true
  return push.ref === `refs/heads/${read}` || push.ref === `refs/tags/${read}`
}

function splitAtRef(name: string): readonly string[] {
  const hash = name.indexOf('#')
  return hash === -1 ? [name] : [name.slice(0, hash), name.slice(hash + 1)]
}

/** Whether `host/path` is the repository or a folder in it: `host/a/b.git/workers` is in `git@host:a/b.git`. */
function isInside(inner: string, repository: string): boolean {
  const outer = comparable(repository)?.replace(/\.git$/, '') ?? null
  if (outer === null || !inner.startsWith(outer)) return false
  return /^(?:\.git)?(?:\/|$)/.test(inner.slice(outer.length))
}

/**
 * `host/path` in lower case, without scheme, user and port: the same repository is reached by https and ssh. Hosts compare
 * the names of owners and repositories without regard to case. Null for what is no address of another machine.
 */
function comparable(address: string): string | null {
  const short = /^(?:[^@/]+@)?([^:/]{2,}):(?!\/\/)\/?(.+)$/.exec(address)
  const plain = short === null ? address : `ssh://${short[1]}/${short[2]}`
  if (!URL.canParse(plain)) return null
  const { hostname, pathname, protocol } = new URL(plain)
  if (hostname === '' || protocol === 'file:') return null
  return `${hostname}${pathname}`.toLowerCase().replace(/\/+$/, '')
}
