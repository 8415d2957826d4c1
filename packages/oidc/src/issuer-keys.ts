import { RbeeError } from '@rbee/schema'
import { createLocalJWKSet, type JWTVerifyGetKey } from 'jose'
import { fetchIssuerKeys } from './provider-files.ts'

/** So long keys are used without asking again. */
const FRESH_MS = 10 * 60_000
/** So long they are used while the issuer does not answer; a key that it took back is not believed for longer. */
const USABLE_MS = 60 * 60_000
/**
 * Anybody may send tokens with ids of keys that nobody has: no more than so many requests in such a time reach the issuer,
 * and none of them soon after a failure.
 */
const WINDOW_MS = 10_000
const FETCHES_PER_WINDOW = 4
/** Somebody waits for the answer. */
const TIMEOUT_MS = 5_000

/** The current keys of one issuer. */
export interface IssuerKeys {
  /**
   * What finds the key of a token. The keys are asked for anew where they are old or have none of this id. Fails with
   * `oidc_provider_unreachable` or `oidc_provider_invalid` where none are at hand.
   */
  keysFor(kid: string): Promise<JWTVerifyGetKey>
}

export interface IssuerKeysOptions {
  readonly fetch: typeof fetch
  /** Milliseconds since the epoch. */
  readonly clock: () => number
  /** Lets calls of one process wait for each other, so that they share a fetch; see the registry's port of that name. */
  readonly inTurn?: <T>(key: string, action: () => Promise<T>) => Promise<T>
  /** How long an issuer may take; five seconds when left out. */
  readonly timeoutMs?: number
}

interface KnownKeys {
  readonly find: JWTVerifyGetKey
  readonly ids: ReadonlySet<string>
  readonly at: number
}

export function createIssuerKeys(issuer: string, options: IssuerKeysOptions): IssuerKeys {
  const { fetch, clock, inTurn, timeoutMs = TIMEOUT_MS } = options
  let known: KnownKeys | null = null
  let failed: { readonly failure: RbeeError; readonly at: number } | null = null
  let fetches: number[] = []

  const isWithin = (at: number, span: number) => at <= clock() && clock() < at + span
  const answers = (kid: string) => known !== null && isWithin(known.at, FRESH_MS) && known.ids.has(kid)

  async function refresh(kid: string): Promise<void> {
    // Another call may have been quicker.
    if (answers(kid) || (failed !== null && isWithin(failed.at, WINDOW_MS))) return
    fetches = fetches.filter((at) => isWithin(at, WINDOW_MS))
    if (fetches.length >= FETCHES_PER_WINDOW) return
    fetches.push(clock())
    try {
      const keySet = await fetchIssuerKeys(issuer, fetch, timeoutMs)
      const ids = new Set(keySet.keys.flatMap((key) => key.kid ?? []))
      known = { find: createLocalJWKSet(keySet), ids, at: clock() }
      failed = null
    } catch (failure) {
      if (!(failure instanceof RbeeError)) throw failure
      failed = { failure, at: clock() }
    }
  }

  return {
    async keysFor(kid) {
      if (!answers(kid)) {
        await (inTurn === undefined ? refresh(kid) : inTurn(`issuer ${issuer}`, () => refresh(kid)))
      }
      const isUsable = known !== null && isWithin(known.at, USABLE_MS)
      // A key that is not known yet may be one that could not be asked for.
      if (known !== null && isUsable && (known.ids.has(kid) || failed === null)) return known.find
      throw failed?.failure ?? tooMany(issuer)
    },
  }
}

function tooMany(issuer: string): RbeeError {
  return new RbeeError('oidc_provider_unreachable', `The keys of ${issuer} were asked for too often`, {
    next: `try again in ${WINDOW_MS / 1000} seconds`,
  })
}
