import { isVersionControl, type Source } from '@rbee/pkgbuild'

/** What a Git source is to be built at. */
export interface GitRef {
  readonly kind: 'commit' | 'tag' | 'branch' | 'head'
  /** The commit, tag or branch; empty for `head`, the repository's default branch. */
  readonly name: string
}

/** Where a source of a build comes from, and under which name makepkg keeps it. */
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
export function addressOf(source: Source, rules: AddressRules): SourceAddress | string {
  const { protocol, address, fileName: name } = source
  if (protocol === 'local') return 'is a file beside the PKGBUILD, which the registry does not have'
  if (address.length > URL_MAX_LENGTH) return 'is too long for an address'
  if (isVersionControl(source) && protocol !== 'git')
    return `is kept in ${protocol}, which is not fetched here`
  const url = parseUrl(address)
  if (url === null) return 'is not an address'
  const refusal = refuseAddress(url, rules)
  if (refusal !== null) return refusal
  if (!PLAIN_NAME.test(name) || name.length > NAME_MAX_LENGTH) return 'has no plain file name'
  url.hash = ''
  if (protocol !== 'git') return { kind: 'file', name, url }
  const ref = parseRef(source.fragment ?? '')
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
  return /^(?:(?:.*\.)?localhost|127(?:\.\d{1,3}){3}|0\.0\.0\.0|\[::1?\]|\[::ffff:(?:7f|0:)[0-9a-f:]*\])\.?$/i.test(
    hostname,
  )
}

function parseUrl(text: string): URL | null {
  if (/[\s\u0000-\u001f\u007f\\]/.test(text)) return null
  return URL.canParse(text) ? new URL(text) : null
}

function parseRef(fragment: string): GitRef | string {
  if (fragment === '') return { kind: 'head', name: '' }
  const [, kind, name = ''] = /^(commit|tag|branch)=(.*)$/s.exec(fragment) ?? []
  if (kind === 'commit')
    return FULL_COMMIT.test(name) ? { kind, name } : 'names a commit by less than its full hash'
  if (kind !== 'tag' && kind !== 'branch') return 'has a fragment other than #commit=, #tag= and #branch='
  return PLAIN_REF.test(name) ? { kind, name } : `names no ${kind} that may be asked for`
}
