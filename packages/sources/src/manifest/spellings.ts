import {
  type DocumentPath,
  type DocumentTable,
  type DocumentValue,
  isTable,
  type ParsedDocument,
} from '../document/document.ts'
import { type FolderFindings, quoteValue } from '../findings.ts'

/** Tables of worker.toml beside `[worker]`; they may also stand inside it (`[worker.pricing]`, `[worker] screenshots`). */
const SECTIONS: ReadonlySet<string> = new Set([
  'build',
  'capabilities',
  'platforms',
  'dependencies',
  'requirements',
  'selftest',
  'run',
  'pricing',
  'screenshots',
  'deprecation',
])

/** Keys of `[worker]`; they may also stand at the top of the file, before any table. */
const WORKER_FIELDS: ReadonlySet<string> = new Set([
  'id',
  'name',
  'description',
  'license',
  'tags',
  'authors',
  'maintainers',
  'homepage',
  'repository',
  'documentation',
  'binary_name',
  'implementation',
])

/** Other words for the same field, in `[worker]` and at the top of the file. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ['licence', 'license'],
  ['keywords', 'tags'],
  ['author', 'authors'],
  ['maintainer', 'maintainers'],
  ['binary', 'binary_name'],
  ['deprecated', 'deprecation'],
])

/** Where something stands, as a finding names it. */
export interface Place {
  readonly file: string
  readonly line: number | null
  readonly field: string
}

/** The values of a manifest in the shape of the internal schema, and where in the file each of them stands. */
export interface ManifestDraft {
  readonly file: string
  readonly fields: Record<string, unknown>
  /** The place in the file of a place in the schema, whether or not something stands there. */
  placeOf(path: DocumentPath): Place
  /** Keys that are in no table of the schema. */
  readonly unplaced: readonly DocumentPath[]
}

/** How a file names its fields. */
export interface ManifestForm {
  readonly file: string
  /** The table that holds the fields of the worker itself; null where they stand at the top of the file only. */
  readonly table: 'worker' | null
}

/**
 * Brings a manifest into the shape of the internal schema. Besides the documented form it takes the spellings that
 * can mean only one thing: sections inside `[worker]`, fields of `[worker]` at the top of the file, the words of
 * {@link OTHER_WORDS}, `binary` in `[build]`, one text for a list of persons, `deprecated = "why"`, `pricing = "free"`
 * and `screenshots = ["https://…"]`. A field that is stated twice is an error.
 */
export function draftManifest(
  document: ParsedDocument,
  { file, table }: ManifestForm,
  findings: FolderFindings,
): ManifestDraft {
  const fields: Record<string, unknown> = Object.create(null)
  const origins = new Map<string, DocumentPath>()
  const unplaced: DocumentPath[] = []

  const place = (field: string, value: DocumentValue, from: DocumentPath) => {
    const earlier = origins.get(field)
    if (earlier === undefined) {
      fields[field] = value
      origins.set(field, from)
      return
    }
    findings.error({
      code: 'manifest_invalid',
      message: `${formatPath(from)} states again what ${formatPath(earlier)} states`,
      next: 'keep one of the two',
      file,
      line: document.lineOf(from),
      field: formatPath(from),
    })
  }
  const placeKeys = (keys: DocumentTable, base: DocumentPath) => {
    for (const [key, value] of Object.entries(keys)) {
      const word = OTHER_WORDS.get(key) ?? key
      const path = [...base, key]
      if (SECTIONS.has(word) || WORKER_FIELDS.has(word)) place(word, value, path)
      else if (base.length > 0 || key !== table) unplaced.push(path)
    }
  }

  const worker = table === null ? undefined : document.root[table]
  if (isTable(worker)) placeKeys(worker, ['worker'])
  else if (worker !== undefined) {
    findings.error({
      code: 'manifest_invalid',
      message: `worker must be a table, is ${quoteValue(worker)}`,
      file,
      line: document.lineOf(['worker']),
      field: 'worker',
    })
  }
  placeKeys(document.root, [])
  liftBinaryName(fields, place)
  widenShortForms(fields)
  const placeOf = (path: DocumentPath) => {
    const origin = originOf(origins, table, path)
    return { file, line: document.lineOf(origin), field: formatPath(origin) }
  }
  return { file, fields, unplaced, placeOf }
}

function originOf(
  origins: ReadonlyMap<string, DocumentPath>,
  table: string | null,
  path: DocumentPath,
): DocumentPath {
  const [field, ...rest] = path
  if (typeof field !== 'string') return path
  const known = origins.get(field)
  if (known !== undefined) return [...known, ...rest]
  return table !== null && WORKER_FIELDS.has(field) ? [table, ...path] : path
}

/** `[build] binary = "x"` and `[build] binary_name = "x"`. */
function liftBinaryName(
  fields: Record<string, unknown>,
  place: (field: string, value: DocumentValue, from: DocumentPath) => void,
): void {
  const build = fields.build as DocumentValue | undefined
  if (!isTable(build)) return
  for (const key of ['binary', 'binary_name']) {
    const value = build[key]
    if (value === undefined) continue
    delete build[key]
    place('binary_name', value, ['build', key])
  }
}

function widenShortForms(fields: Record<string, unknown>): void {
  for (const field of ['authors', 'maintainers']) {
    if (typeof fields[field] === 'string') fields[field] = [fields[field]]
  }
  if (typeof fields.pricing === 'string') fields.pricing = { model: fields.pricing }
  if (typeof fields.deprecation === 'string') fields.deprecation = { message: fields.deprecation }
  if (fields.deprecation === true) fields.deprecation = { message: 'Deprecated by its authors.' }
  if (fields.deprecation === false) delete fields.deprecation
  if (Array.isArray(fields.screenshots)) {
    fields.screenshots = fields.screenshots.map((item: unknown) =>
      typeof item === 'string' ? { url: item } : item,
    )
  }
}

/** `['worker', 'tags', 0]` → `worker.tags[0]`, as a person would write it. */
export function formatPath(path: DocumentPath): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`
      const name = /^[A-Za-z0-9_-]{1,80}$/.test(step) ? step : quoteValue(step)
      return index === 0 ? name : `.${name}`
    })
    .join('')
}
