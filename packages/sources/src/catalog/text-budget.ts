import { RbeeError } from '@rbee/schema'
import type { FolderContents } from './entry.ts'

/** In UTF-16 units: READMEs, changelogs and PKGBUILDs of one catalog together. */
const MAX_TEXT = 512 * 2 ** 20

/** Bounds the memory that the texts of one catalog take. */
export class TextBudget {
  #left = MAX_TEXT

  spend({ readme, changelog, pkgbuild, pkgbuildBin, srcinfo }: FolderContents): void {
    for (const text of [readme, changelog, pkgbuild, pkgbuildBin, srcinfo]) this.#left -= text?.length ?? 0
    if (this.#left >= 0) return
    throw new RbeeError('catalog_limit', `the texts of the catalog exceed ${MAX_TEXT / 2 ** 20} MiB`, {
      next: 'split it into several catalogs',
    })
  }
}
