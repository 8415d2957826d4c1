import { canonicalJson, catalogEntrySchema, sha256Schema } from '@rbee/schema'
import { aCatalogEntry } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { entryHash } from './entry-hash.ts'
import { sha256OfText } from './sha256.ts'

describe('entryHash', () => {
  it('survives JSON and another order of keys', () => {
    const entry = aCatalogEntry()
    const turned = Object.fromEntries(Object.entries(entry).toReversed())
    expect(entryHash(catalogEntrySchema.parse(JSON.parse(JSON.stringify(turned))))).toBe(entryHash(entry))
  })

  it('does not change with commits that leave the folder as it is', () => {
    const entry = aCatalogEntry()
    const later = aCatalogEntry({ git: { ...entry.git, commit: 'f'.repeat(40) } })
    expect(entryHash(later)).toBe(entryHash(entry))
  })

  it('is that of clients which check nothing and know no pictures, and changes with the checker alone, not with what it finds', () => {
    const { checks: _, screenshots: __, ...earlier } = aCatalogEntry()
    const text = canonicalJson({ ...earlier, git: { ...earlier.git, commit: null } })
    expect(entryHash(aCatalogEntry())).toBe(sha256OfText(text))
    const finding = { severity: 'error', file: 'PKGBUILD', line: 1, reason: 'x', cure: 'y' } as const
    const checked = (checker: string, rules: string[]) =>
      entryHash(aCatalogEntry({ checks: { checker, findings: rules.map((rule) => ({ ...finding, rule })) } }))
    expect(checked('rbee-checker/1', ['eval'])).toBe(checked('rbee-checker/1', []))
    expect(new Set([checked('a/1', []), checked('a/2', []), entryHash(aCatalogEntry())]).size).toBe(3)
  })

  it('changes with a picture of the same name', () => {
    const pictured = (digit: string) =>
      aCatalogEntry({
        screenshots: [
          {
            ...{ path: 'one.png', media_type: 'image/png', width: 1, height: 1 },
            sha256: sha256Schema.parse(digit.repeat(64)),
          },
        ],
      })
    expect(new Set([aCatalogEntry(), pictured('a'), pictured('b')].map(entryHash)).size).toBe(3)
  })

  it('changes with every file of the folder', () => {
    const hashes = [
      aCatalogEntry(),
      aCatalogEntry({ readme: '# Echo worker' }),
      aCatalogEntry({ pkgbuild: 'pkgname=echo' }),
      aCatalogEntry({ version: '1.0.1' }),
    ].map(entryHash)
    expect(new Set(hashes).size).toBe(hashes.length)
  })
})
