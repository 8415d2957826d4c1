import { type FolderFindings, quoteValue } from '../findings.ts'
import {
  isTable,
  type TomlDocument,
  type TomlPath,
  type TomlTable,
  type TomlValue,
} from '../toml/document.ts'

/** Tables of worker.toml beside `[worker]`; they may also stand inside it (`[worker.pricing]`, `[worker] screenshots`). */
const SECTIONS = [
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
] as const

/** Keys of `[worker]`; they may also stand at the top of the file, before any table. */
const WORKER_FIELDS = [
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
] as const

/** Other words for the same field, in `[worker]` and at the top of the file. */
const OTHER_WORDS: ReadonlyMap<string, string> = new Map([
  ['licence', 'license'],
  ['keywords', 'tags'],
  ['author', 'authors'],
  ['maintainer', 'maintainers'],
  ['binary', 'binary_name'],
  ['deprecated', 'deprecation'],
])

/** The values of a worker.toml in the shape of the internal schema, and where in the file each of them stands. */
export interface ManifestDraft {
  readonly fields: Record<string, unknown>
  /** The place in the file of a place in the schema, whether or not something stands there. */
  origin(path: TomlPath): TomlPath
  /** Keys that are in no table of the schema. */
  readonly unplaced: readonly TomlPath[]
}

/**
 * Brings a worker.toml into the shape of the internal schema. Besides the documented form it takes the spellings that
 * can mean only one thing: sections inside `[worker]`, fields of `[worker]` at the top of the file, the words of
 * {@link OTHER_WORDS}, `binary` in `[build]`, one text for a list of persons, `deprecated = "why"`, `pricing = "free"`
 * and `screenshots = ["https://…"]`. A field that is stated twice is an error.
 */
export function draftManifest(document: TomlDocument, file: string, findings: FolderFindings): ManifestDraft {
  const fields: Record<string, unknown> = Object.create(null)
  const origins = new Map<string, TomlPath>()
  const unplaced: TomlPath[] = []

  const place = (field: string, value: TomlValue, from: TomlPath) => {
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
  const placeKeys = (table: TomlTable, base: TomlPath) => {
    for (const [key, value] of Object.entries(table)) {
      const word = OTHER_WORDS.get(key) ?? key
      const path = [...base, key]
      if (includes(SECTIONS, word) || includes(WORKER_FIELDS, word)) place(word, value, path)
      else if (base.length > 0 || key !== 'worker') unplaced.push(path)
    }
  }

  const { worker } = document.root
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
  return { fields, unplaced, origin: (path) => originOf(origins, path) }
}

function includes(list: readonly string[], word: string): boolean {
  return list.includes(word)
}

function originOf(origins: ReadonlyMap<string, TomlPath>, path: TomlPath): TomlPath {
  const [field, ...rest] = path
  if (typeof field !== 'string') return path
  const known = origins.get(field)
  if (known !== undefined) return [...known, ...rest]
  return includes(WORKER_FIELDS, field) ? ['worker', ...path] : path
}

/** `[build] binary = "x"` and `[build] binary_name = "x"`. */
function liftBinaryName(
  fields: Record<string, unknown>,
  place: (field: string, value: TomlValue, from: TomlPath) => void,
): void {
  const build = fields.build as TomlValue | undefined
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
export function formatPath(path: TomlPath): string {
  return path
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`
      const name = /^[A-Za-z0-9_-]{1,80}$/.test(step) ? step : quoteValue(step)
      return index === 0 ? name : `.${name}`
    })
    .join('')
}
