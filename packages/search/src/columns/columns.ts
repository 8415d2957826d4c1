import { publisherIdSchema, publisherKindSchema } from '@rbee/schema'
import { z } from 'zod'
import type { IndexedRow, Publisher } from './indexed-row.ts'
import { createLabelSets } from './label-sets.ts'
import type { Version } from './version.ts'
import { createView, type View } from './view.ts'

const publisherSchema = z.object({
  id: publisherIdSchema,
  name: z.string(),
  kind: publisherKindSchema,
  verified: z.boolean(),
})

/** Moments whose views are kept: those of lists that are being paged. */
const VIEWS_KEPT = 4

/**
 * The rows of the index in memory: some 400 bytes for each worker. Kept in line with the database by the rows that
 * changed since.
 */
export interface Columns {
  /** Up to which moment rows are known. */
  readonly moment: number
  /** Takes rows in any order; a row that is known is replaced. */
  apply(rows: readonly IndexedRow[], moment: number): void
  /** All that there was at a moment. */
  at(moment: number): View
  /** Versions that ended before; they are of no use to anybody any more. */
  forget(before: number): void
}

export function createColumns(): Columns {
  const labels = createLabelSets()
  const publishers = new Map<string, Publisher>()
  /** Of each document the newest version, which is nearly always the one that is asked for. */
  const newest = new Map<number, Version>()
  const former = new Map<number, Version[]>()
  const views = new Map<number, View>()
  let moment = 0

  function publisherOf(text: string): Publisher {
    const known = publishers.get(text)
    if (known !== undefined) return known
    const publisher = publisherSchema.parse(JSON.parse(text))
    publishers.set(text, publisher)
    return publisher
  }

  function add(row: IndexedRow): void {
    const { changed: _changed, until, labels: text, publisher, ...rest } = row
    const version: Version = {
      ...rest,
      until: until ?? Number.POSITIVE_INFINITY,
      labelSet: labels.setOf(text),
      publisher: publisherOf(publisher),
    }
    const last = newest.get(row.doc)
    if (last === undefined || last.row <= row.row) {
      newest.set(row.doc, version)
      if (last !== undefined && last.row < row.row) keepFormer(last)
      return
    }
    keepFormer(version)
  }

  function keepFormer(version: Version): void {
    const others = (former.get(version.doc) ?? []).filter(({ row }) => row !== version.row)
    former.set(version.doc, [...others, version])
  }

  function versionsAt(when: number): Version[] {
    const wasTrue = ({ since, until }: Version) => since <= when && when < until
    const versions: Version[] = []
    for (const version of newest.values()) {
      const found = wasTrue(version) ? version : former.get(version.doc)?.find(wasTrue)
      if (found !== undefined) versions.push(found)
    }
    return versions.sort((a, b) => a.doc - b.doc)
  }

  return {
    get moment() {
      return moment
    },
    apply(rows, upTo) {
      for (const row of rows) add(row)
      moment = upTo
    },
    at(when) {
      const known = views.get(when)
      const view = known ?? createView(versionsAt(when), labels, when)
      views.delete(when)
      views.set(when, view)
      for (const oldest of views.keys()) {
        if (views.size <= VIEWS_KEPT) break
        views.delete(oldest)
      }
      return view
    },
    forget(before) {
      for (const [doc, versions] of former) {
        const kept = versions.filter(({ until }) => until >= before)
        if (kept.length === 0) former.delete(doc)
        else former.set(doc, kept)
      }
      for (const [doc, version] of newest) {
        if (version.until < before && !former.has(doc)) newest.delete(doc)
      }
    },
  }
}
