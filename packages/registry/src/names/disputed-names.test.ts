import type { CatalogEntry } from '@rbee/schema'
import { aCatalogEntry, aManifest } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { disputedIds } from './disputed-names.ts'

const entry = (id: string, maintainer: string, source: CatalogEntry['source'] = 'community') =>
  aCatalogEntry({ manifest: aManifest({ id, maintainers: [maintainer] }), source })

describe('disputedIds', () => {
  it('names both of two that look alike and belong to different people', () => {
    const entries = [entry('paint-engime', 'eve'), entry('sketch-tool', 'ann'), entry('paint-engine', 'bob')]
    expect([...disputedIds(entries)]).toEqual(['paint-engime', 'paint-engine'])
  })

  it('leaves those of one maintainer and official ones alone', () => {
    const entries = [
      entry('paint-engine', 'bob'),
      entry('paint-engines', 'bob'),
      entry('brush-engine', 'eve'),
      entry('brush-engines', 'ann', 'official'),
    ]
    expect([...disputedIds(entries)]).toEqual([])
  })

  it('names each one of a row in which only neighbours look alike', () => {
    const entries = [
      entry('paint-engine', 'ann'),
      entry('paint-engines', 'bob'),
      entry('paint-enginess', 'eve'),
    ]
    expect(disputedIds(entries).size).toBe(3)
  })
})
