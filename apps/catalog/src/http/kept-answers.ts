import type { DocumentKey } from '@rbee/registry'
import type { RateLimitClass } from '../settings.ts'
import type { Answer } from './answer.ts'

/** An answer of a route that depends on nothing but the address and the stored documents. */
export interface KeptAnswer {
  readonly answer: Answer
  /** The address as the router knows it. */
  readonly route: string
  /** With which calls it is counted. */
  readonly limitClass: RateLimitClass | undefined
  /** Whether it also shows figures that change without a document. */
  readonly showsFigures?: boolean
}

/**
 * Answers that are sent again without asking router, route and documents. Every change of any document forgets all of
 * them: a server is read far more often than it changes, and nothing has to know which answer holds which document.
 */
export interface KeptAnswers {
  find(address: string): KeptAnswer | undefined
  /** Raised by every change of a document. */
  readonly revision: number
  /** @param revision what it was before anything was read for the answer: one that may be older is not kept. */
  keep(address: string, kept: KeptAnswer, revision: number): void
  /** To be called after each change of a document. */
  forgetAll(): void
}

/**
 * Documents that change every few seconds where much is downloaded; no answer that is kept may depend on them, or it would
 * show old ones.
 */
const NEVER_KEPT: ReadonlySet<DocumentKey['kind']> = new Set(['stats', 'stats-overview', 'download-salt'])

/** Whether a change of the document makes kept answers old. */
export function concernsKeptAnswers({ kind }: DocumentKey): boolean {
  return !NEVER_KEPT.has(kind)
}

/** How old figures may be that an answer shows, in milliseconds. */
const FIGURES_MS = 60_000

/** What an answer costs besides its address and its body: its fields and the entry itself, roughly. */
const ENTRY_BYTES = 1000

/**
 * Keeps up to `maxBytes` bytes. What does not fit any more makes it start over, which costs each address one answer that
 * is made again, where a list of what was used last would cost something in every request.
 */
export function createKeptAnswers({
  maxBytes,
  now = () => performance.now(),
}: {
  readonly maxBytes: number
  /** Milliseconds since any moment, always the same one. */
  readonly now?: () => number
}): KeptAnswers {
  const kept = new Map<string, { readonly one: KeptAnswer; readonly bytes: number; readonly until: number }>()
  let cost = 0
  let revision = 0

  function clear(): void {
    kept.clear()
    cost = 0
  }

  function isFresh(until: number): boolean {
    return until === Number.POSITIVE_INFINITY || now() < until
  }

  return {
    get revision() {
      return revision
    },
    find(address) {
      const found = kept.get(address)
      return found !== undefined && isFresh(found.until) ? found.one : undefined
    },
    keep(address, one, since) {
      const before = kept.get(address)
      if (since !== revision || (before && isFresh(before.until))) return
      const { status, body } = one.answer
      if (status !== 200 || !(body instanceof Uint8Array)) return
      const bytes = ENTRY_BYTES + 2 * address.length + body.length
      if (bytes > maxBytes) return
      if (cost + bytes > maxBytes) clear()
      else cost -= before?.bytes ?? 0
      const until = one.showsFigures ? now() + FIGURES_MS : Number.POSITIVE_INFINITY
      kept.set(address, { one, bytes, until })
      cost += bytes
    },
    forgetAll() {
      revision += 1
      clear()
    },
  }
}
