import { RbeeError } from '@rbee/schema'
import { MAX_BRANCH_LENGTH } from '../git/branches.ts'
import { type RemoteAccess, runTransport } from './transport.ts'

/** In milliseconds: how long a host may take to say what it holds. */
const TIMEOUT_MS = 60_000
/** In bytes: some hundred thousand branches and tags. */
const MAX_LISTING_BYTES = 64 * 2 ** 20

/** What a repository of another machine holds. */
export interface RemoteState {
  /** Full names (`refs/heads/main`, `refs/tags/v1`) and their objects. */
  readonly refs: ReadonlyMap<string, string>
  /** Full names of annotated tags and the commits that they lead to. */
  readonly peeled: ReadonlyMap<string, string>
  /** Full name of the default branch, where the repository says one, and its commit. */
  readonly head: { readonly ref: string | null; readonly commit: string | null }
  readonly objectFormat: 'sha1' | 'sha256'
}

/**
 * Asks a repository what it holds; nothing is fetched.
 *
 * @param gitDir an empty Git directory.
 */
export async function askRemote(address: string, gitDir: string, access: RemoteAccess): Promise<RemoteState> {
  const result = await runTransport(
    { args: ['ls-remote', '--symref'], address, refs: ['HEAD', 'refs/heads/*', 'refs/tags/*'] },
    { gitDir },
    access,
    { maxBytes: MAX_LISTING_BYTES, timeoutMs: Math.min(TIMEOUT_MS, access.limits?.timeoutMs ?? TIMEOUT_MS) },
  )
  return parseListing(result.stdout.toString('utf8'))
}

/** Reads the output of `git ls-remote --symref`. */
export function parseListing(text: string): RemoteState {
  const refs = new Map<string, string>()
  const peeled = new Map<string, string>()
  const head: { ref: string | null; commit: string | null } = { ref: null, commit: null }
  for (const line of text.split('\n')) {
    const [value = '', name = ''] = line.split('\t')
    if (name === 'HEAD') {
      if (value.startsWith('ref: refs/heads/')) head.ref = value.slice('ref: '.length)
      else if (isHash(value)) head.commit = value
    } else if (/^refs\/(?:heads|tags)\//.test(name) && isHash(value)) {
      if (name.endsWith('^{}')) peeled.set(name.slice(0, -'^{}'.length), value)
      else refs.set(name, value)
    }
  }
  const [sample = ''] = refs.values()
  head.ref ??= branchAt(refs, head.commit)
  return { refs, peeled, head, objectFormat: sample.length === 64 ? 'sha256' : 'sha1' }
}

/** A server that hands out plain files says the commit of its default branch and not the name. */
function branchAt(refs: ReadonlyMap<string, string>, commit: string | null): string | null {
  const names = [...refs].flatMap(([name, at]) =>
    at === commit && name.startsWith('refs/heads/') ? [name] : [],
  )
  const usual = names.find((name) => name === 'refs/heads/main' || name === 'refs/heads/master')
  return usual ?? (names.length === 1 ? (names[0] ?? null) : null)
}

function isHash(text: string): boolean {
  return /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(text)
}

/**
 * The commit that a name means there, found as git finds it: a full name, a tag, a branch, or a commit itself.
 *
 * @param ref null for the default branch.
 * @throws RbeeError `catalog_unreadable` where there is none.
 */
export function commitNamed(state: RemoteState, ref: string | null, label: string): string {
  const commitOf = (name: string) => state.peeled.get(name) ?? state.refs.get(name)
  if (ref === null) {
    const commit = (state.head.ref === null ? undefined : commitOf(state.head.ref)) ?? state.head.commit
    if (commit !== null) return commit
    throw new RbeeError('catalog_unreadable', `${label} has no commits yet, or no default branch`, {
      next: 'name a branch: ADDRESS#BRANCH',
    })
  }
  const commit = commitOf(ref) ?? commitOf(`refs/tags/${ref}`) ?? commitOf(`refs/heads/${ref}`)
  if (commit !== undefined) return commit
  if (isHash(ref)) return ref
  throw new RbeeError('catalog_unreadable', `${label} has no branch, tag or commit "${ref}"`, {
    next: 'name one that git ls-remote lists',
  })
}

/** Short names of branches and their commits. */
export function branchesOf({ refs }: RemoteState): ReadonlyMap<string, string> {
  const prefix = 'refs/heads/'
  return new Map(
    [...refs].flatMap(([name, commit]): [string, string][] =>
      name.startsWith(prefix) && name.length - prefix.length <= MAX_BRANCH_LENGTH
        ? [[name.slice(prefix.length), commit]]
        : [],
    ),
  )
}
