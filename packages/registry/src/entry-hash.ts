import { type CatalogEntry, canonicalJson, type Sha256 } from '@rbee/schema'
import { sha256OfText } from './sha256.ts'

/**
 * What tells two states of a catalog's entry apart: the SHA-256 of its canonical JSON, with the defaults filled in that
 * `catalogEntrySchema` fills in. The commit is left out: every commit of a catalog would otherwise change all of its
 * entries, and the commit that is stored holds the same folder. So are findings of the checker, which follow from the texts; which
 * checker it was is part of the state. Where no checker was and no pictures are, nothing is said of them, so that
 * earlier clients come to the same.
 */
export function entryHash(entry: CatalogEntry): Sha256 {
  const { checks, screenshots, ...rest } = entry
  const checked = checks === null ? {} : { checker: checks.checker }
  const pictured = screenshots.length === 0 ? {} : { screenshots }
  return sha256OfText(
    canonicalJson({ ...rest, ...checked, ...pictured, git: { ...entry.git, commit: null } }),
  )
}
