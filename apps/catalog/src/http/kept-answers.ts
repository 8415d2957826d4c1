import type { DocumentKey } from '@rbee/registry'
import type { RateLimitClass } from '../settings.ts'
import type { Answer } from './answer.ts'
import type { ContentCoding } from './content-coding.ts'
import { createRecentMap } from './recent-map.ts'

/** An answer of a route that depends on nothing but the address and what {@link dependsOn} says. */
export interface KeptAnswer {
  /** As it is, in no coding. */
  readonly answer: Answer
  /** The address as the router knows it. */
  readonly route: string
  /** With which calls it is counted. */
  readonly limitClass: RateLimitClass | undefined
  /** `program`: on nothing that changes; `figures`: also on what changes without a document. */
  readonly dependsOn: 'program' | 'documents' | 'figures'
}

/**
 * Answers that are sent again without asking router, route and documents. Every change of any document forgets all of
 * them that depend on one: a server is read far more often than it changes, and nothing has to know which answer holds
 * which document.
 */
export interface KeptAnswers {
  find(address: string): KeptAnswer | undefined
  /** The same answer in a coding, where it was compressed before. */
  findCoded(kept: KeptAnswer, coding: ContentCoding): Answer | undefined
  /** Raised by every change of a document. */
  readonly revision: number
  /** @param revision what it was before anything was read for the answer: one that may be older is not kept. */
  keep(address: string, kept: KeptAnswer, revision: number): void
  /** Keeps an answer also in a coding, as long as the answer itself is kept. */
  keepCoded(address: string, kept: KeptAnswer, coding: ContentCoding, answer: Answer): void
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

/** What an answer costs besides its address and its body: its fields, those of its 304, and the entry itself, roughly. */
const ENTRY_BYTES = 4000
/** Share of the memory for answers that no document changes. */
const PROGRAM_SHARE = 1 / 8
/** One answer takes no more than this share, so that a few large ones do not take the place of all others. */
const LARGEST_SHARE = 1 / 8

interface Entry {
  readonly kept: KeptAnswer
  readonly coded: Map<ContentCoding, Answer>
  readonly until: number
}

/**
 * Keeps up to `maxBytes` bytes: what was asked for of late. Somebody who asks for many addresses that nobody else asks
 * for, such as searches, takes the place of what is not asked for either.
 */
export function createKeptAnswers({
  maxBytes,
  now = () => performance.now(),
}: {
  readonly maxBytes: number
  /** Milliseconds since any moment, always the same one. */
  readonly now?: () => number
}): KeptAnswers {
  const ofProgram = createRecentMap<Entry>(maxBytes * PROGRAM_SHARE)
  const ofDocuments = createRecentMap<Entry>(maxBytes * (1 - PROGRAM_SHARE))
  const entries = new WeakMap<KeptAnswer, Entry>()
  let revision = 0

  const placeOf = ({ dependsOn }: KeptAnswer) => (dependsOn === 'program' ? ofProgram : ofDocuments)

  function isFresh({ until }: Entry): boolean {
    return until === Number.POSITIVE_INFINITY || now() < until
  }

  function find(address: string): KeptAnswer | undefined {
    const entry = ofDocuments.get(address) ?? ofProgram.get(address)
    return entry !== undefined && isFresh(entry) ? entry.kept : undefined
  }

  return {
    find,
    findCoded: (kept, coding) => entries.get(kept)?.coded.get(coding),
    get revision() {
      return revision
    },
    keep(address, kept, since) {
      if ((since !== revision && kept.dependsOn !== 'program') || find(address)) return
      const { status, body } = kept.answer
      if (status !== 200 || !(body instanceof Uint8Array)) return
      const bytes = ENTRY_BYTES + 2 * address.length + bytesOf(kept.answer)
      if (bytes > maxBytes * LARGEST_SHARE) return
      const until = kept.dependsOn === 'figures' ? now() + FIGURES_MS : Number.POSITIVE_INFINITY
      const entry = { kept, coded: new Map(), until }
      entries.set(kept, entry)
      placeOf(kept).set(address, entry, bytes)
    },
    keepCoded(address, kept, coding, answer) {
      const entry = entries.get(kept)
      if (entry === undefined || entry.coded.has(coding)) return
      const bytes = answer === kept.answer ? 0 : ENTRY_BYTES + bytesOf(answer)
      if (placeOf(kept).grow(address, entry, bytes)) entry.coded.set(coding, answer)
    },
    forgetAll() {
      revision += 1
      ofDocuments.clear()
    },
  }
}

/** A short body is sent as text, which is made once and kept beside it. */
function bytesOf({ body }: Answer): number {
  return body instanceof Uint8Array ? 2 * body.length : 0
}
