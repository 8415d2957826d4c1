import type { ListEntry, ListPageRef, WorkerId } from '@rbee/schema'
import { aSha256, aWorkerId } from '@rbee/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { composeWorker } from '../compose-worker.ts'
import { aSmallRecord } from '../samples.ts'
import { summaryOf } from '../worker-document.ts'
import { editPages, type ListChanges, PAGE_MAX_ENTRIES, PAGE_MIN_ENTRIES } from './edit-pages.ts'

const WORKERS = 1200
const worker = composeWorker(aSmallRecord('echo-worker'))?.worker
if (worker === undefined) throw new Error('nothing is visible')
const SUMMARY = summaryOf(worker)

/** The id of the worker with that number; ids do not sort like numbers. */
const idOf = (number: number): WorkerId => aWorkerId(`w${number.toString(36)}-worker`)
const EVERY_ID = Array.from({ length: WORKERS }, (_, number) => idOf(number))
const entryOf = (id: WorkerId, legacy: string): ListEntry => ({ summary: { ...SUMMARY, id }, legacy })

/** A list whose pages are kept in memory, and which counts what is loaded and written. */
function aList() {
  const stored = new Map<ListPageRef, readonly ListEntry[]>()
  let pages: ListPageRef[] = []
  const load = async (page: ListPageRef) => stored.get(page) ?? []
  return {
    pages: () => pages,
    entries: () => pages.flatMap((page) => stored.get(page) ?? []),
    /** @returns the number of pages written. */
    async change(changes: ListChanges): Promise<number> {
      const edited = await editPages(pages, changes, load)
      if (edited === null) return 0
      pages = edited.map((page) => {
        if (page.kind === 'kept') return page.page
        const [first, last] = [page.entries[0], page.entries.at(-1)]
        if (!first || !last) throw new Error('an empty page')
        const ref = {
          first: first.summary.id,
          last: last.summary.id,
          count: page.entries.length,
          sha256: aSha256(),
        }
        stored.set(ref, page.entries)
        return ref
      })
      return edited.filter(({ kind }) => kind === 'new').length
    },
  }
}

const aBatch = fc.record({
  numbers: fc.uniqueArray(fc.nat(WORKERS), { minLength: 1, maxLength: 400, size: 'max' }),
  /** Null removes the workers. */
  content: fc.option(fc.constantFrom('a', 'b'), { nil: null }),
})
const someBatches = fc.array(aBatch, { minLength: 1, maxLength: 12, size: 'max' })

describe('editPages', () => {
  it('keeps a sorted list in pages of a fitting size, whatever comes and goes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.boolean(), someBatches, async (isFull, batches) => {
        const list = aList()
        const model = new Map<WorkerId, string>(isFull ? EVERY_ID.map((id) => [id, 'old']) : [])
        await list.change(new Map([...model].map(([id, legacy]) => [id, entryOf(id, legacy)])))
        for (const { numbers, content } of batches) {
          const ids = numbers.map(idOf)
          for (const id of ids) {
            if (content === null) model.delete(id)
            else model.set(id, content)
          }
          await list.change(new Map(ids.map((id) => [id, content === null ? null : entryOf(id, content)])))
          expectSound(list.pages())
        }
        const sorted = [...model].toSorted(([a], [b]) => (a < b ? -1 : 1))
        expect(list.entries().map(({ summary, legacy }) => [summary.id, legacy])).toEqual(sorted)
      }),
      { numRuns: 40 },
    )
  })

  it('rewrites one page for one worker among many', async () => {
    const list = aList()
    await list.change(new Map(EVERY_ID.map((id) => [id, entryOf(id, 'a')])))
    expect(await list.change(new Map([[idOf(600), entryOf(idOf(600), 'b')]]))).toBe(1)
    expect(await list.change(new Map([[idOf(600), null]]))).toBe(1)
    expect(await list.change(new Map([[idOf(600), entryOf(idOf(600), 'c')]]))).toBe(1)
    expect(list.pages()).toHaveLength(Math.ceil(WORKERS / 75))
  })

  it('changes nothing when nothing is different', async () => {
    const list = aList()
    const same = new Map([[idOf(1), entryOf(idOf(1), 'a')]])
    expect(await list.change(same)).toBe(1)
    expect(await list.change(same)).toBe(0)
    expect(await list.change(new Map([[idOf(2), null]]))).toBe(0)
  })
})

function expectSound(pages: readonly ListPageRef[]): void {
  for (const [index, page] of pages.entries()) {
    expect(page.count).toBeLessThanOrEqual(PAGE_MAX_ENTRIES)
    if (pages.length > 1) expect(page.count).toBeGreaterThanOrEqual(PAGE_MIN_ENTRIES)
    expect(page.first <= page.last).toBe(true)
    const next = pages[index + 1]
    if (next) expect(page.last < next.first).toBe(true)
  }
}
