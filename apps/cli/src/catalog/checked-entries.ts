import { setImmediate } from 'node:timers/promises'
import { type CatalogEntry, TEXT_FINDINGS_MAX, type TextChecks } from '@rbee/schema'

/** Names the rules. Raised with every change after which texts have other findings: all of them are then checked anew. */
const CHECKER = 'rbee-checker/1'
/** In UTF-16 units, of a reason or a cure: both may quote what an author wrote. */
const TEXT_MAX = 1000
/** Would show a line in another order, or in several. */
const UNREADABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g

/** An entry as it is announced: which checker will have seen it is part of its state, what that finds is not. */
export function announcedEntry(entry: CatalogEntry): CatalogEntry {
  return { ...entry, checks: { checker: CHECKER, findings: [] } }
}

/** The same entries with what the static checker finds in their texts. */
export async function checkedEntries(entries: readonly CatalogEntry[]): Promise<CatalogEntry[]> {
  const checked: CatalogEntry[] = []
  for (const entry of entries) {
    checked.push({ ...entry, checks: await checksOf(entry) })
    // A long PKGBUILD takes some ten milliseconds, in which a server that reads its own catalogs answers nobody.
    await setImmediate()
  }
  return checked
}

async function checksOf({ pkgbuild, pkgbuild_bin, readme, changelog }: CatalogEntry): Promise<TextChecks> {
  const { checkTexts } = await import('@rbee/checker')
  const files: readonly (readonly [string, string | null])[] = [
    ['PKGBUILD', pkgbuild],
    ['PKGBUILD.bin', pkgbuild_bin],
    ['README.md', readme],
    ['CHANGELOG.md', changelog],
  ]
  const texts = new Map(files.flatMap(([name, text]) => (text === null ? [] : [[name, text] as const])))
  const findings = texts.size === 0 ? [] : await checkTexts(texts)
  return {
    checker: CHECKER,
    findings: findings.slice(0, TEXT_FINDINGS_MAX).map(({ rule, severity, file, line, reason, cure }) => ({
      ...{ rule, severity, file, line },
      reason: readable(reason),
      cure: readable(cure),
    })),
  }
}

function readable(text: string): string {
  return text.slice(0, TEXT_MAX).toWellFormed().replaceAll(UNREADABLE, '\ufffd')
}
