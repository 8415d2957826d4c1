import { publisherIdSchema, publisherKindSchema } from '@rbee/schema'
import { z } from 'zod'
import type { IndexedRow, Publisher } from './indexed-row.ts'

/** A worker as it was in some time; labels are numbers of {@link Columns.labels}. */
export interface Version {
  readonly row: number
  readonly doc: number
  readonly worker: string
  readonly since: number
  /** `Infinity` for what is true now. */
  readonly until: number
  readonly name: string
  readonly labels: readonly number[]
  readonly publishedAt: number
  readonly downloads: number
  readonly flags: number
  readonly publisher: Publisher
  readonly fit: number
}

const publisherSchema = z.object({
  id: publisherIdSchema,
  name: z.string(),
  kind: publisherKindSchema,
  verified: z.boolean(),
})

/** All label texts, each with its number. */
export interface Labels {
  readonly texts: readonly string[]
  numberOf(text: string): number | null
}

/**
 * The rows of the index in memory: some 400 bytes for each worker. Kept in line with the database by the rows that
 * changed since.
 */
export interface Columns {
  /** Up to which moment rows are known. */
  readonly moment: number
  readonly labels: Labels
  /** Takes rows in any order; a row that is known is replaced. */
  apply(rows: readonly IndexedRow[], moment: number): void
  /** The version of a document at a moment; null where it had none. */
  at(doc: number, moment: number): Version | null
  /** All that there was at a moment. */
  all(moment: number): Version[]
  /** Versions that ended before; they are of no use to anybody any more. */
  forget(before: number): void
}

export function createColumns(): Columns {
  const texts: string[] = []
  const numbers = new Map<string, number>()
  const sets = new Map<string, readonly number[]>()
  const publishers = new Map<string, Publisher>()
  /** Of each document the newest version, which is nearly always the one that is asked for. */
  const newest: (Version | undefined)[] = []
  const former = new Map<number, Version[]>()
  let moment = 0

  function labelNumber(text: string): number {
    const known = numbers.get(text)
    if (known !== undefined) return known
    numbers.set(text, texts.length)
    return texts.push(text) - 1
  }

  function labelsOf(text: string): readonly number[] {
    const known = sets.get(text)
    if (known !== undefined) return known
    const set = text === '' ? [] : text.split(' ').map(labelNumber)
    sets.set(text, set)
    return set
  }

  function publisherOf(text: string): Publisher {
    const known = publishers.get(text)
    if (known !== undefined) return known
    const publisher = publisherSchema.parse(JSON.parse(text))
    publishers.set(text, publisher)
    return publisher
  }

  function add(row: IndexedRow): void {
    const { changed: _changed, until, labels, publisher, ...rest } = row
    const version: Version = {
      ...rest,
      until: until ?? Number.POSITIVE_INFINITY,
      labels: labelsOf(labels),
      publisher: publisherOf(publisher),
    }
    const last = newest[row.doc]
    if (last === undefined || last.row <= row.row) {
      newest[row.doc] = version
      if (last !== undefined && last.row < row.row) keepFormer(last)
      return
    }
    keepFormer(version)
  }

  function keepFormer(version: Version): void {
    const others = (former.get(version.doc) ?? []).filter(({ row }) => row !== version.row)
    former.set(version.doc, [...others, version])
  }

  function at(doc: number, when: number): Version | null {
    const version = newest[doc]
    if (version === undefined) return null
    if (version.since <= when && when < version.until) return version
    return former.get(doc)?.find(({ since, until }) => since <= when && when < until) ?? null
  }

  return {
    get moment() {
      return moment
    },
    labels: { texts, numberOf: (text) => numbers.get(text) ?? null },
    apply(rows, upTo) {
      for (const row of rows) add(row)
      moment = upTo
    },
    at,
    all(when) {
      const versions: Version[] = []
      for (let doc = 0; doc < newest.length; doc += 1) {
        const version = at(doc, when)
        if (version !== null) versions.push(version)
      }
      return versions
    },
    forget(before) {
      for (const [doc, versions] of former) {
        const kept = versions.filter(({ until }) => until >= before)
        if (kept.length === 0) former.delete(doc)
        else former.set(doc, kept)
      }
      for (const [doc, version] of newest.entries()) {
        if (version !== undefined && version.until < before && !former.has(doc)) delete newest[doc]
      }
    },
  }
}
