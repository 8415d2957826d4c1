import type { FoundWorker, ReleaseDocument, WorkerDocument } from '@rbee/schema'
import {
  FLAGS,
  fitQuestionOf,
  indexTexts,
  knownWords,
  labelsOf,
  type Publisher,
  plainText,
  tokensOf,
} from '@rbee/search'
import type { ComposedWorker } from '../documents/compose-worker.ts'
import { summaryOf } from '../documents/worker-document.ts'
import type { WorkerRecord } from '../ports/database.ts'
import type { IndexEntry, Standing } from '../ports/search-index.ts'
import { keysOf } from './look-alikes.ts'
import { publisherOf } from './publisher.ts'
import { withDigest } from './with-digest.ts'

/** A hit as it is stored: its downloads are counted elsewhere. */
export type StoredHit = Omit<FoundWorker, 'downloads'>

/** What search keeps of a worker. @param revision see {@link IndexEntry}. */
export function composeIndexEntry(
  record: WorkerRecord,
  composed: ComposedWorker,
  revision: number,
): IndexEntry {
  const { worker, readme } = composed
  const release = latestOf(composed)
  const publisher = publisherOf(record)
  const texts = indexTexts(worker, readme)
  const stored: StoredHit = {
    ...summaryOf(worker),
    publisher: { id: publisher.id, name: publisher.name },
    published_at: worker.published_at,
    quarantined: release.quarantined !== null,
  }
  const name = tokensOf(worker.name).join(' ')
  const content = {
    row: {
      name,
      labels: labelsOf(worker),
      publishedAt: Date.parse(worker.published_at),
      flags: flagsOf(worker, release, publisher.verified),
      publisher: JSON.stringify(publisher),
    },
    fit: fitQuestionOf(release),
    texts,
    terms: knownWords(texts),
    summary: JSON.stringify(stored),
    readme: readme === null ? '' : plainText(readme),
    filed: keysOf({ worker: worker.id, name }),
    createdAt: record.worker.createdAt,
    standing: standingOf(worker, publisher),
    proven: publisher.verified ? publisher.id : null,
  }
  return withDigest({ worker: worker.id, revision, ...content })
}

function standingOf({ source }: WorkerDocument, { verified }: Publisher): Standing {
  if (source === 'official') return 2
  return verified ? 1 : 0
}

function latestOf({ worker, releases }: ComposedWorker): ReleaseDocument {
  const latest = releases.find(({ version }) => version === worker.version)
  if (latest === undefined) throw new Error(`worker ${worker.id} has no release of its own version`)
  return latest
}

function flagsOf(
  worker: WorkerDocument,
  { yanked, quarantined }: ReleaseDocument,
  isVerified: boolean,
): number {
  let flags = 0
  if (worker.source === 'official') flags |= FLAGS.official
  if (isVerified) flags |= FLAGS.verified
  if (worker.distribution.binary_available) flags |= FLAGS.binaries
  if (worker.deprecated) flags |= FLAGS.deprecated
  if (yanked !== null || quarantined !== null) flags |= FLAGS.withdrawn
  return flags
}
