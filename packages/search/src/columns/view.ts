import { qualityOf } from '../ranking/score.ts'
import type { LabelSets } from './label-sets.ts'
import type { Version } from './version.ts'

/** The catalog at one moment: a version for each worker, in the order of documents. It never changes. */
export interface View {
  readonly moment: number
  /** The largest number of a document; 0 where there is none. */
  readonly newest: number
  readonly versions: readonly Version[]
  readonly labels: LabelSets
  /** Beside each version the number of its labels, and that of what the resolver reads of it. */
  readonly labelSets: Uint32Array
  readonly fits: Uint32Array
  /** All places, 0 to the last. */
  readonly places: Uint32Array
  /** Places of the documents that there are; both in ascending order. */
  placesOf(docs: Uint32Array): Uint32Array
  /** What each version is worth whatever is asked. @param day days since the epoch. */
  qualities(day: number): Float64Array
}

export function createView(versions: readonly Version[], labels: LabelSets, moment: number): View {
  const count = versions.length
  const docs = new Uint32Array(count)
  const labelSets = new Uint32Array(count)
  const fits = new Uint32Array(count)
  const places = new Uint32Array(count)
  for (const [place, version] of versions.entries()) {
    docs[place] = version.doc
    labelSets[place] = version.labelSet
    fits[place] = version.fit
    places[place] = place
  }
  let rated: { readonly day: number; readonly qualities: Float64Array } | null = null
  return {
    ...{ moment, versions, labels, labelSets, fits, places },
    newest: docs[count - 1] ?? 0,
    placesOf: (wanted) => intersection(docs, wanted),
    qualities(day) {
      if (rated?.day !== day) {
        rated = { day, qualities: Float64Array.from(versions, (version) => qualityOf(version, day)) }
      }
      return rated.qualities
    },
  }
}

/** Places in `docs` of what is wanted. Steps double, so that few are found among many as quickly as many. */
function intersection(docs: Uint32Array, wanted: Uint32Array): Uint32Array {
  const places = new Uint32Array(Math.min(docs.length, wanted.length))
  let count = 0
  let place = 0
  for (let index = 0; index < wanted.length && place < docs.length; index += 1) {
    const doc = wanted[index] ?? 0
    place = firstFrom(docs, place, doc)
    if (docs[place] === doc) {
      places[count] = place
      count += 1
      place += 1
    }
  }
  return places.subarray(0, count)
}

/** The first place from `start` on whose number is not below `doc`. */
function firstFrom(docs: Uint32Array, start: number, doc: number): number {
  if ((docs[start] ?? Number.POSITIVE_INFINITY) >= doc) return start
  let step = 1
  let low = start
  while ((docs[low + step] ?? Number.POSITIVE_INFINITY) < doc) {
    low += step
    step *= 2
  }
  let high = Math.min(docs.length, low + step)
  while (low + 1 < high) {
    const middle = (low + high) >> 1
    if ((docs[middle] ?? 0) < doc) low = middle
    else high = middle
  }
  return high
}
