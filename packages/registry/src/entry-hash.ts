import { type CatalogEntry, canonicalJson, type Sha256 } from '@rbee/schema'
import { sha256OfText } from './sha256.ts'

/**
 * What tells two states of a catalog's entry apart: the SHA-256 of its canonical JSON, with the defaults filled in that
 * `catalogEntrySchema` fills in. The commit is left out: every commit of a catalog would otherwise change all of its
 * entries, and the commit that is stored holds the same folder.
 */
export function entryHash(entry: CatalogEntry): Sha256 {
  return sha256OfText(canonicalJson({ ...entry, git: { ...entry.git, commit: null } }))
}
