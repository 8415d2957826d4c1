import type { CatalogEntry, CatalogState } from '@rbee/schema'
import { aCatalogEntry } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { type SyncTarget, syncCatalog } from './sync-catalog.ts'

/** Takes what it is sent, and remembers in which calls. */
function recordingTarget(needed: (id: string) => boolean = () => true) {
  const calls: string[][] = []
  const target: SyncTarget = {
    async begin({ entries }) {
      return { sync_id: 's', needed: entries.map(({ id }) => id).filter(needed) }
    },
    async add(_syncId, entries) {
      calls.push(entries.map(({ manifest }) => manifest.id))
      return { refused: [] }
    },
    async finish(): Promise<CatalogState> {
      return { catalog: 'c', commit: null, synced_at: '', accepted: [], refused: [], warnings: [] }
    },
  }
  return { target, calls }
}

function entry(id: string, fields: Partial<CatalogEntry> = {}): CatalogEntry {
  const base = aCatalogEntry()
  return { ...base, ...fields, manifest: { ...base.manifest, id: id as CatalogEntry['manifest']['id'] } }
}

const compiled = (entries: readonly CatalogEntry[]) => ({ catalog: 'c', commit: null, entries, findings: [] })

describe('syncCatalog', () => {
  it('sends only what the target needs, official workers first', async () => {
    const { target, calls } = recordingTarget((id) => id !== 'b')
    const entries = [entry('a', { source: 'community' }), entry('b'), entry('c', { source: 'official' })]
    expect(await syncCatalog(compiled(entries), target)).toMatchObject({ sent: 2 })
    expect(calls).toEqual([['c', 'a']])
  })

  it('sends at most 50 entries and two megabytes at once', async () => {
    const { target, calls } = recordingTarget()
    const small = Array.from({ length: 101 }, (_, index) => entry(`s${index}`))
    const large = Array.from({ length: 5 }, (_, index) => entry(`l${index}`, { readme: 'x'.repeat(500_000) }))
    const progress: number[] = []
    await syncCatalog(compiled([...small, ...large]), target, ({ sent }) => progress.push(sent))
    expect(calls.map((call) => call.length)).toEqual([50, 50, 5, 1])
    expect(progress).toEqual([50, 100, 105, 106])
  })
})
