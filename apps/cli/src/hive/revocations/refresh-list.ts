import { RbeeError, type Revocations } from '@rbee/schema'
import { canAccess } from '../can-access.ts'
import type { HiveHome } from '../home.ts'
import { type FetchedList, fetchList, type ListPlace } from './fetch-list.ts'
import { type KeptList, keepList, readKeptList } from './kept-list.ts'

export interface RefreshOptions {
  readonly home: HiveHome
  readonly registry: string
  /** Fails with `setting_invalid`. */
  readonly connect: (registry: string) => Promise<ListPlace>
  /** A younger list is not asked for again, in milliseconds. */
  readonly maxAgeMs: number
  /** How long the registry may take, and its mirror after it. */
  readonly timeoutMs: number
  /** Writes nothing: for whoever only wants to know. */
  readonly readOnly?: boolean
  readonly clock: () => number
  readonly signal: AbortSignal
}

/** The list as it lies here now, and what kept it from being a new one. */
export interface Refreshed {
  readonly kept: KeptList | null
  readonly problem: RbeeError | null
}

/**
 * Brings the kept list of a registry up to date where that is possible. Whatever goes wrong leaves the one that is there, and
 * is told instead of thrown: a machine without a network starts its workers as before.
 *
 * A list with a lower number than the kept one, or another one with the same number, is refused: whoever stands between could
 * otherwise hide what was quarantined since.
 */
export async function refreshList(options: RefreshOptions): Promise<Refreshed> {
  const { home, registry, signal } = options
  let kept: KeptList | null = null
  try {
    kept = await readKeptList(home, registry)
    if (kept !== null && isYoung(kept, options)) return { kept, problem: null }
    return { kept: await fetchNewer(kept, options), problem: null }
  } catch (error) {
    signal.throwIfAborted()
    if (!(error instanceof RbeeError)) throw error
    if (error.code !== 'state_damaged') return { kept, problem: error }
    return refreshDamaged(error, options)
  }
}

/** The list as it lies here; nobody is asked. */
export async function readList(home: HiveHome, registry: string): Promise<Refreshed> {
  try {
    return { kept: await readKeptList(home, registry), problem: null }
  } catch (error) {
    if (!(error instanceof RbeeError)) throw error
    return { kept: null, problem: error }
  }
}

/** A clock that was set back makes a list look as if it came from the future: that one is asked for again. */
function isYoung({ fetched_at }: KeptList, { maxAgeMs, clock }: RefreshOptions): boolean {
  const age = clock() - Date.parse(fetched_at)
  return age >= 0 && age < maxAgeMs
}

async function fetchNewer(kept: KeptList | null, options: RefreshOptions): Promise<KeptList> {
  const { home, registry, connect, timeoutMs, clock, signal } = options
  const place = await connect(registry)
  const deadline = () => AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)])
  const { fetched, signed } = await fetchOrMirrored(place, kept, deadline, options)
  const fetched_at = new Date(clock()).toISOString()
  const keeping = async (list: KeptList): Promise<KeptList> => {
    if (!options.readOnly) await keepList(home, list)
    return list
  }
  if (fetched.kind === 'same' && kept !== null) return keeping({ ...kept, fetched_at })
  if (fetched.kind === 'same') throw new Error('a list that was never asked for is the same')
  const { list, etag } = fetched
  // Whoever stood between before the registry was known could otherwise have given a number that no honest list reaches.
  if (kept !== null && (kept.signed || !signed)) assertNotOlder(registry, list, kept.list)
  return keeping({ registry, fetched_at, etag, list, signed })
}

/**
 * The registry's own word is the newest; where it has none, a mirror may have what it signed. Of several failures the
 * registry's is told.
 */
async function fetchOrMirrored(
  place: ListPlace,
  kept: KeptList | null,
  deadline: () => AbortSignal,
  options: RefreshOptions,
): Promise<{ fetched: FetchedList; signed: boolean }> {
  try {
    return await fetchFrom(place, kept, deadline(), options)
  } catch (error) {
    options.signal.throwIfAborted()
    const list = error instanceof RbeeError ? await signedByMirror(place, deadline(), options) : null
    if (list === null) throw error
    return { fetched: list, signed: true }
  }
}

/** Null where no mirror has a list that the registry signed and that is no older than what is known here. */
async function signedByMirror(
  { url, mirrored }: ListPlace,
  signal: AbortSignal,
  { home, clock, readOnly = false, ...options }: RefreshOptions,
): Promise<FetchedList | null> {
  if (mirrored === undefined || !(await canAccess(home.trustFolder(url)))) return null
  const { fetchSignedList } = await import('./signed-list.ts')
  try {
    return await fetchSignedList({ home, place: { url, fetch: mirrored }, readOnly, clock, signal })
  } catch (error) {
    options.signal.throwIfAborted()
    if (!(error instanceof RbeeError)) throw error
    return null
  }
}

/** A registry that is known here is believed only what it signed. */
async function fetchFrom(
  place: ListPlace,
  kept: KeptList | null,
  signal: AbortSignal,
  { home, clock, readOnly = false }: RefreshOptions,
): Promise<{ fetched: FetchedList; signed: boolean }> {
  const known = await canAccess(home.trustFolder(place.url))
  // Loaded only then: it takes longer than everything else that the start of a worker needs.
  const { fetchSignedList } = known ? await import('./signed-list.ts') : { fetchSignedList: async () => null }
  const list = await fetchSignedList({ home, place, readOnly, clock, signal })
  if (list !== null) return { fetched: list, signed: true }
  return { fetched: await fetchList(place, kept?.etag ?? null, signal), signed: false }
}

function assertNotOlder(registry: string, list: Revocations, kept: Revocations): void {
  const isSame = list.sequence === kept.sequence && JSON.stringify(list) === JSON.stringify(kept)
  if (list.sequence > kept.sequence || isSame) return
  const message =
    list.sequence === kept.sequence
      ? `${registry} gives another list of quarantined releases under the number ${kept.sequence}`
      : `${registry} gives an old list of quarantined releases: ${list.sequence}, after ${kept.sequence}`
  throw new RbeeError('revocations_invalid', message, {
    next: 'the newer one is kept; tell the operator of the registry',
  })
}

/** A file that cannot be read is replaced where the registry answers. */
async function refreshDamaged(damage: RbeeError, options: RefreshOptions): Promise<Refreshed> {
  try {
    return { kept: await fetchNewer(null, options), problem: null }
  } catch (error) {
    options.signal.throwIfAborted()
    if (!(error instanceof RbeeError)) throw error
    return { kept: null, problem: damage }
  }
}
