import { catalogEntrySchema } from '@rbee/schema'
import { aCatalogEntry } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { entryHash } from './entry-hash.ts'

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
