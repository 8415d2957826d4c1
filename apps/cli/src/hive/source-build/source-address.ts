/** What a Git source is to be built at. */
export interface GitRef {
  readonly kind: 'commit' | 'tag' | 'branch' | 'head'
  /** The commit, tag or branch; empty for `head`, the repository's default branch. */
  readonly name: string
}

/** One element of `source=()`, taken apart as PKGBUILD(5) describes it. */
export type SourceAddress =
  | { readonly kind: 'file'; readonly name: string; readonly url: URL }
  | { readonly kind: 'git'; readonly name: string; readonly url: URL; readonly ref: GitRef }

/** Which addresses may be asked. */
export interface AddressRules {
  /** Whether this machine itself may be: only where the registry is on it, too. */
  readonly loopback: boolean
}

const NAME_MAX_LENGTH = 200
const URL_MAX_LENGTH = 2_000
/** A name that is one file, for every tool that is handed it. */
const PLAIN_NAME = /^[A-Za-z0-9_@+][A-Za-z0-9_@+.,=?&%~:-]*$/
const FULL_COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/
/** Of git-check-ref-format(1) what tags and branches of releases need, and nothing that an option or a range could be. */
const PLAIN_REF = /^(?!.*(?:\.\.|\/\/|@\{|\.lock(?:\/|$)))[A-Za-z0-9_][A-Za-z0-9_./+@-]{0,199}$/

/** @returns the address, or in one sentence why a build may not fetch it. */
export function parseSource(text: string, rules: AddressRules): SourceAddress | string {
  if (text.length > URL_MAX_LENGTH) return 'is too long for an address'
  const renamed = text.indexOf('::')
  const address = renamed === -1 ? text : text.slice(renamed + 2)
  const [, scheme = ''] = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(address) ?? []
  if (scheme === '') return 'is a file beside the PKGBUILD, which the registry does not have'
  const isGit = scheme.toLowerCase().startsWith('git+')
  const url = parseUrl(isGit ? address.slice('git+'.length) : address)
  if (url === null) return 'is not an address'
  const refusal = refuseAddress(url, rules)
  if (refusal !== null) return refusal
  const name = renamed === -1 ? fileNameOf(address, isGit) : text.slice(0, renamed)
  if (!PLAIN_NAME.test(name) || name.length > NAME_MAX_LENGTH) return 'has no plain file name'
  const fragment = url.hash.slice(1)
  url.hash = ''
  if (!isGit) return { kind: 'file', name, url }
  url.search = ''
  const ref = parseRef(fragment)
  return typeof ref === 'string' ? ref : { kind: 'git', name, url, ref }
}

/** In one sentence why an address may not be asked, or null. It holds for every hop of a redirect, too. */
export function refuseAddress(url: URL, rules: AddressRules): string | null {
  if (url.username !== '' || url.password !== '') return 'holds a user name or password'
  const loopback = isLoopback(url)
  if (loopback && !rules.loopback) return 'leads to this machine itself'
  if (url.protocol === 'https:' || (url.protocol === 'http:' && loopback)) return null
  return `is asked by ${url.protocol.slice(0, -1)}; only https and git+https are`
}

/** Whether an address means this machine. */
export function isLoopback({ hostname }: URL): boolean {
  return /^(?:localhost|.*\.localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[::1?\]|\[::ffff:7f[0-9a-f:]*\])\.?$/i.test(
    hostname,
  )
}

function parseUrl(text: string): URL | null {
  if (/[\s\u0000-\u001f\u007f\\]/.test(text)) return null
  return URL.canParse(text) ? new URL(text) : null
}

/** As makepkg names what it fetches (util/source.sh, get_filename), so that it finds it. */
function fileNameOf(address: string, isGit: boolean): string {
  if (!isGit) return address.slice(address.lastIndexOf('/') + 1)
  const path = address.replace(/[#?].*$/s, '').replace(/\/$/, '')
  const name = path.slice(path.lastIndexOf('/') + 1)
  const suffix = name.indexOf('.git')
  return suffix === -1 ? name : name.slice(0, suffix)
}

function parseRef(fragment: string): GitRef | string {
  if (fragment === '') return { kind: 'head', name: '' }
  const [, kind, name = ''] = /^(commit|tag|branch)=(.*)$/s.exec(fragment) ?? []
  switch (kind) {
    case 'commit':
      return FULL_COMMIT.test(name) ? { kind, name } : 'names a commit by less than its full hash'
    case 'tag':
    case 'branch':
      return PLAIN_REF.test(name) ? { kind, name } : `names no ${kind} that may be asked for`
    case undefined:
      return 'has a fragment other than #commit=, #tag= and #branch='
    default:
      return 'has a fragment that cannot be read'
  }
}
