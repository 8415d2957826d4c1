import type { IndexEntry } from '../ports/search-index.ts'
import { sha256OfText } from '../sha256.ts'

/** The digest of all that is found of a worker. */
export function withDigest(entry: Omit<IndexEntry, 'digest'>): IndexEntry {
  const { revision: _revision, digest: _digest, ...content } = { digest: '', ...entry }
  return { ...entry, digest: sha256OfText(JSON.stringify(content)) }
}
