import type { GitPush } from '@rbee/catalog'

/** What is known of where a catalog comes from. */
export interface CatalogOrigin {
  /** Its public address with folder and `#REF`, or its path. */
  readonly name: string
  /** Branch that it was read from, where that is known. */
  readonly branch: string | null
  /** Whether every branch counts: each worker has one of its own, or nothing is known yet. */
  readonly everyBranch: boolean
}

/**
 * Whether a catalog may hold something else after a push: it lies in the pushed repository, and what was pushed is the
 * branch or tag it is read from. Where that is not known, any push counts: a reading that finds nothing new is cheap.
 */
export function isConcerned(origin: CatalogOrigin, push: GitPush): boolean {
  const [place = '', ref] = splitAtRef(origin.name)
  if (!push.repositories.some((repository) => isInside(place, repository))) return false
  const read = ref ?? origin.branch
  if (origin.everyBranch || read === null) return true
  return push.ref === `refs/heads/${read}` || push.ref === `refs/tags/${read}`
}

function splitAtRef(name: string): readonly string[] {
  const hash = name.indexOf('#')
  return hash === -1 ? [name] : [name.slice(0, hash), name.slice(hash + 1)]
}

/** Whether a place is the repository or a folder in it: `https://host/a/b.git/workers` is in `git@host:a/b.git`. */
function isInside(place: string, repository: string): boolean {
  const inner = comparable(place)
  const outer = comparable(repository)?.replace(/\.git$/, '') ?? null
  if (inner === null || outer === null || !inner.startsWith(outer)) return false
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
