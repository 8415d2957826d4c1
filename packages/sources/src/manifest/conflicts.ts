import { canonicalJson } from '@rbee/schema'
import { type FolderFindings, quoteValue } from '../findings.ts'
import { formatPath, type ManifestDraft } from './spellings.ts'

/** Tables that mean something as a whole only: one that says less says something else. */
const WHOLE: ReadonlySet<string> = new Set([
  'platforms',
  'requirements',
  'selftest',
  'run',
  'pricing',
  'screenshots',
  'deprecation',
])
/** Where the order of a list means something: arguments, and which variant is preferred. */
const ORDERED: ReadonlySet<string> = new Set(['build', 'selftest', 'run'])

/**
 * Two manifests of one worker as one. Each may be silent where the other speaks; where both speak they have to say the
 * same: readers of the one file and of the other would otherwise get different workers. Every difference is an error.
 */
export function combineDrafts(
  first: ManifestDraft,
  second: ManifestDraft,
  findings: FolderFindings,
): ManifestDraft {
  for (const path of differencesOf(first.fields, second.fields, []))
    reportDifference(path, first, second, findings)
  return {
    file: first.file,
    fields: merge(first.fields, second.fields),
    placeOf: (path) =>
      valueAt(first.fields, path) === undefined && valueAt(second.fields, path) !== undefined
        ? second.placeOf(path)
        : first.placeOf(path),
    // What means nothing is told by each draft for itself.
    unplaced: [],
  }
}

type Fields = Readonly<Record<string, unknown>>

/** The places at which both state something, and not the same. */
function differencesOf(first: Fields, second: Fields, base: readonly string[]): string[][] {
  return Object.keys(second).flatMap((key) => {
    const path = [...base, key]
    const [a, b] = [first[key], second[key]]
    if (a === undefined) return []
    if (isFields(a) && isFields(b) && !WHOLE.has(path[0] ?? '')) return differencesOf(a, b, path)
    const ordered = ORDERED.has(path[0] ?? '')
    return plainForm(a, ordered) === plainForm(b, ordered) ? [] : [path]
  })
}

/** A text that is the same for values that say the same. */
function plainForm(value: unknown, ordered: boolean): string {
  return canonicalJson(simplified(value, ordered))
}

function simplified(value: unknown, ordered: boolean): unknown {
  if (typeof value === 'string') return value.trim()
  if (Array.isArray(value)) {
    const items = value.map((item: unknown) => simplified(item, ordered))
    return ordered ? items : items.toSorted((a, b) => (canonicalJson(a) < canonicalJson(b) ? -1 : 1))
  }
  if (!isFields(value)) return value
  const stated = Object.entries(value).filter(([, item]) => !(Array.isArray(item) && item.length === 0))
  return Object.fromEntries(stated.map(([key, item]) => [key, simplified(item, ordered)]))
}

function merge(first: Fields, second: Fields): Record<string, unknown> {
  const merged: Record<string, unknown> = Object.assign(Object.create(null), second, first)
  for (const [key, value] of Object.entries(second)) {
    const own = first[key]
    if (isFields(own) && isFields(value)) merged[key] = merge(own, value)
  }
  return merged
}

function isFields(value: unknown): value is Fields {
  return value !== null && typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date)
}

function reportDifference(
  path: readonly string[],
  first: ManifestDraft,
  second: ManifestDraft,
  findings: FolderFindings,
): void {
  const place = second.placeOf(path)
  const [theirs, ours] = [first, second].map(({ fields }) => quoteValue(valueAt(fields, path)))
  findings.error({
    code: 'manifest_conflict',
    message: `${place.field} is ${ours}, but ${first.placeOf(path).field} in ${first.file} is ${theirs}`,
    next: `write the same into both, or take ${formatPath(path)} out of one of them`,
    ...place,
  })
}

function valueAt(fields: Fields, path: readonly (string | number)[]): unknown {
  let inner: unknown = fields
  for (const step of path) {
    if (inner === null || typeof inner !== 'object' || !Object.hasOwn(inner, step)) return undefined
    inner = Reflect.get(inner, step)
  }
  return inner
}
