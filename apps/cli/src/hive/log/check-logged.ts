import { setTimeout as sleep } from 'node:timers/promises'
import type { RegistryClient } from '@rbee/api-client'
import { RbeeError, type ReleaseDocument, signedLogSchema, tryParseJson } from '@rbee/schema'
import {
  checkConsistency,
  checkRelease,
  type NoteVerifier,
  parseVerifierKey,
  readCheckpoint,
} from '@rbee/transparency-log'
import { LOG_TARGET } from '@rbee/trust/client'
import type { LogPlace } from '../evidence/evidence.ts'
import type { HiveHome } from '../home.ts'
import type { Trust } from '../trust/trust.ts'
import { type KeptLog, keepLog, readKeptLog } from './kept-log.ts'
import { logSource } from './log-source.ts'

export interface LogQuestion {
  readonly home: HiveHome
  readonly registry: string
  readonly client: Pick<RegistryClient, 'logFile' | 'releaseLog'>
  readonly trust: Pick<Trust, 'target'>
  readonly release: ReleaseDocument
  readonly clock: () => number
  readonly signal: AbortSignal
  /** The whole check may take so long; it goes on while the release is downloaded. */
  readonly patienceMs?: number
}

const PATIENCE_MS = 30_000
/**
 * A cache may be a little behind, and a log may grow between two answers. So it is read again after these times, in
 * milliseconds, before anything is said against it.
 */
const PAUSES_MS = [200, 800, 1_500] as const
/** More runs than get in each other's way. */
const MAX_ROUNDS = 50

/**
 * Checks that a release is what the public log of its registry says was published, and that this log only grew since it was
 * seen last; then keeps what was seen. Fails with the codes of `checkConsistency` and `checkRelease`, with
 * `log_signature_invalid` and `log_unavailable`, also for a registry that had another key or a log before, and with
 * `registry_unreachable`.
 *
 * @returns null for a registry that signs no key of a log, and never did.
 */
export async function checkLogged(question: LogQuestion): Promise<LogPlace | null> {
  const { home, registry } = question
  const known = await readKeptLog(home, registry)
  const verifier = await signedKey(question, known)
  if (verifier === null) return null
  return inTime(question, async (signal) => {
    for (const pause of PAUSES_MS) {
      try {
        return await compare(question, verifier, signal)
      } catch (error) {
        if (!mayBeBehind(error)) throw told(error, registry)
        await sleep(pause, undefined, { signal })
      }
    }
    try {
      return await compare(question, verifier, signal)
    } catch (error) {
      throw told(error, registry)
    }
  })
}

/** The key of the log, which the registry signed; what was seen before may not change. */
async function signedKey(
  { trust, registry }: LogQuestion,
  known: KeptLog | null,
): Promise<NoteVerifier | null> {
  const bytes = await trust.target(LOG_TARGET)
  if (!bytes) {
    if (known === null) return null
    throw new RbeeError(
      'log_unavailable',
      `${registry} keeps no log any more; it had one of ${known.size} entries before`,
      { next: NEXT },
    )
  }
  const verifier = parseKey(bytes)
  if (known === null || known.key === verifier.text) return verifier
  throw new RbeeError('log_signature_invalid', `${registry} signs its log with another key than before`, {
    next: `a log has one key for ever: ask its operator; if it had to begin a new log: rbee-hive trust remove ${registry}`,
    details: { before: known.key, now: verifier.text },
  })
}

function parseKey(bytes: Uint8Array): NoteVerifier {
  const named = signedLogSchema.safeParse(tryParseJson(new TextDecoder().decode(bytes)))
  try {
    return parseVerifierKey(named.data?.key ?? '')
  } catch (cause) {
    if (!(cause instanceof RbeeError)) throw cause
    throw new RbeeError('log_invalid', 'What the registry signed as the key of its log is none', {
      next: NEXT,
      cause,
    })
  }
}

async function compare(
  question: LogQuestion,
  verifier: NoteVerifier,
  signal: AbortSignal,
): Promise<LogPlace> {
  const { home, registry, client, release, clock } = question
  const source = logSource(client, signal)
  const { worker, version } = release
  const [head, places, first] = await Promise.all([
    readCheckpoint(source, verifier),
    client.releaseLog(worker, version, signal),
    readKeptLog(home, registry),
  ])
  const { size, root } = head
  const seen: KeptLog = { key: verifier.text, size, root, seenAt: new Date(clock()).toISOString() }
  // What a log was is told before what it lacks.
  const [grown, place] = await Promise.allSettled([
    checkConsistency(source, first ?? { size: 0, root }, head),
    checkRelease(source, head, release, places),
  ])
  if (grown.status === 'rejected') throw grown.reason
  if (place.status === 'rejected') throw place.reason
  let before = first
  for (let round = 0; before === null || before.size < size; round += 1) {
    if (round === MAX_ROUNDS) throw busy(registry)
    const kept = await keepLog(home, registry, seen, before)
    if (kept === seen) break
    // Another run kept what it saw meanwhile, which may be more.
    const [older, newer] = kept.size <= size ? [kept, seen] : [seen, kept]
    await checkConsistency(source, older, newer)
    before = kept
  }
  const { index, entry } = place.value
  return { index, size, published_at: entry.at }
}

function mayBeBehind(error: unknown): boolean {
  if (!(error instanceof RbeeError)) return false
  return ['log_shrunk', 'log_invalid', 'log_not_included', 'log_release_unlogged'].includes(error.code)
}

/** Ends what takes too long, as `registry_unreachable`. */
async function inTime<Result>(
  { registry, signal, patienceMs = PATIENCE_MS }: LogQuestion,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const deadline = AbortSignal.timeout(patienceMs)
  try {
    return await work(AbortSignal.any([signal, deadline]))
  } catch (error) {
    signal.throwIfAborted()
    if (!deadline.aborted || error instanceof RbeeError) throw error
    throw new RbeeError('registry_unreachable', `the log of ${registry} cannot be read in time`, {
      next: 'nothing was changed; try again',
      cause: error,
    })
  }
}

const NEXT =
  'nothing was changed; others may be shown something else than you: ask the operator of the registry before you install anything of it'

/** Says where it is so, and what to do. */
function told(error: unknown, registry: string): unknown {
  if (!(error instanceof RbeeError) || !error.code.startsWith('log_')) return error
  const { code, message, details } = error
  const next =
    code === 'log_release_unlogged'
      ? 'nothing was changed; if it was published this minute, try again; else ask the operator of the registry'
      : NEXT
  return new RbeeError(code, `${registry}: ${message}`, { next, details, cause: error })
}

function busy(registry: string): RbeeError {
  return new RbeeError('busy', `other processes keep changing what is trusted of ${registry}`, {
    next: 'wait until they have finished and run the command again',
  })
}
