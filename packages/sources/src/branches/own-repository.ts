import { isAbsolute, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { publicAddress } from '../git/public-address.ts'

/** Hosts that serve the files of another host's repositories: `raw.githubusercontent.com/OWNER/REPOSITORY/BRANCH/FILE`. */
const RAW_HOSTS: ReadonlyMap<string, string> = new Map([['raw.githubusercontent.com', 'github.com']])

/** A repository, whichever way its address is written. */
interface Repository {
  readonly address: string
  readonly protocol: string
  readonly hostname: string
  readonly port: string
  /** `/owner/name`, without `.git`. */
  readonly path: string
}

/** What is known of the repository that an index lies in. */
export interface KnownPlace {
  /** An address that others can use; null where it has none. */
  readonly url: string | null
  /** Its folders on this machine. */
  readonly folders: readonly string[]
}

/**
 * Judges addresses in an index: whoever may add an entry to it must not be able to send people elsewhere.
 *
 * @param stated what each entry says. Where the repository has no address of its own, the one that most entries name, and
 *   of equally many the first, is taken for it. So that no single entry can say where all of them are cloned from, at least
 *   two have to name it, and more than name none or a folder.
 */
export class OwnRepository {
  /** Address to clone from; null where nothing says one. */
  readonly url: string | null
  readonly #own: Repository | null
  readonly #folders: ReadonlySet<string>

  constructor({ url, folders }: KnownPlace, stated: readonly (string | undefined)[]) {
    this.#own = parseRepository(url ?? '') ?? mostNamed(stated)
    this.url = this.#own?.address ?? null
    this.#folders = new Set(folders.map(withoutGitFolder))
  }

  /** Whether `git clone ADDRESS` would fetch the repository itself. */
  isCloneAddress(address: string): boolean {
    const folder = localFolder(address)
    if (folder !== null) return this.#folders.has(withoutGitFolder(folder))
    const other = parseRepository(address)
    return other !== null && this.#own !== null && isSame(other, this.#own)
  }

  /** Whether an address is one of a file in the repository: below its address, or relative. */
  isFileAddress(address: string): boolean {
    const folder = localFolder(address)
    if (folder !== null && /^file:/i.test(address)) {
      return this.#folders.values().some((own) => folder.startsWith(`${own}/`))
    }
    if (!/^[a-z][a-z0-9+.-]*:/i.test(address)) return isInnerPath(address)
    if (this.#own === null || publicAddress(address) === null) return false
    const { protocol, username, password, hostname, port, pathname } = new URL(address)
    if (protocol === 'ssh:' || username !== '' || password !== '') return false
    const path = comparable(pathname)
    const below = path.startsWith(`${this.#own.path}/`) || path.startsWith(`${this.#own.path}.git/`)
    const atRawHost = RAW_HOSTS.get(hostname) === this.#own.hostname && port === ''
    return below && (atRawHost || isSameHost({ protocol, hostname, port }, this.#own))
  }
}

/** `PKGBUILD`, `/workers/x/PKGBUILD`; neither `//host/x` nor a way out. */
function isInnerPath(path: string): boolean {
  return !/^[/\\]{2}|[\\\u0000-\u001f]|(?:^|\/)\.\.(?:\/|$)/.test(path)
}

/** The folder that a `file:` address or an absolute path names; null for every other address. */
function localFolder(address: string): string | null {
  if (isAbsolute(address)) return resolve(address)
  if (!/^file:\/\/\//i.test(address) || /%2f|%5c|%00/i.test(address) || !URL.canParse(address)) return null
  return resolve(fileURLToPath(address))
}

function withoutGitFolder(folder: string): string {
  return folder.replace(/\/\.git$/, '')
}

/** Null for what carries a password, and for what nobody could clone from. */
function parseRepository(text: string): Repository | null {
  const address = publicAddress(text)
  if (address === null || (URL.canParse(text) && new URL(text).password !== '')) return null
  const { protocol, hostname, port, pathname } = new URL(address)
  const path = comparable(pathname)
    .replace(/\/+$/, '')
    .replace(/\.git$/, '')
  return { address, protocol, hostname, port, path }
}

/** Hosts of repositories tell no capitals apart in owners and names. */
function comparable(path: string): string {
  return path.toLowerCase().replace(/\/{2,}/g, '/')
}

function isSame(a: Repository, b: Repository): boolean {
  return a.path === b.path && isSameHost(a, b)
}

/** One host listens for ssh and https at different ports; for one protocol another port is another server. */
function isSameHost(
  a: Omit<Repository, 'path' | 'address'>,
  b: Omit<Repository, 'path' | 'address'>,
): boolean {
  return a.hostname === b.hostname && (a.protocol !== b.protocol || a.port === b.port)
}

/** Entries that have to name an address before it is believed. */
const MIN_WITNESSES = 2

function mostNamed(stated: readonly (string | undefined)[]): Repository | null {
  const named = stated.flatMap((address) => parseRepository(address ?? '') ?? [])
  const byPlace = Map.groupBy(named, ({ hostname, path }) => `${hostname} ${path}`)
  let best: readonly Repository[] = []
  for (const same of byPlace.values()) if (same.length > best.length) best = same
  const needed = Math.max(MIN_WITNESSES, stated.length - named.length + 1)
  return best.length < needed ? null : (best[0] ?? null)
}
