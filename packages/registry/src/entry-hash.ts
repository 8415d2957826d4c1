import { type CatalogEntry, canonicalJson, type Sha256 } from '@rbee/schema'
import { sha256OfText } from './sha256.ts'

/**
 * What tells two states of a catalog's entry apart: the SHA-256 of its canonical JSON, with the defaults filled in that
 * `catalogEntrySchema` fills in. The commit is left out: every commit of a catalog would otherwise change all of its
 * entries, and the commit that is stored holds the same folder. So are findings of the checker, which follow from the texts; which
 * checker it was is part of the state, and nothing is where none was, so that earlier clients come to the same.
 */
export function entryHash(entry: CatalogEntry): Sha256 {
  const { checks, ...rest } = entry
  const checked = checks === null ? {} : { checker: checks.checker }
  return sha256OfText(canonicalJson({ ...rest, ...checked, git: { ...entry.git, commit: null } }))
}
