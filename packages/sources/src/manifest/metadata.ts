import {
  archSchema,
  backendOf,
  DEFAULT_PRIORITY,
  digestSchema,
  type ManifestPlatforms,
  osSchema,
  variantNameSchema,
} from '@rbee/schema'
import {
  type DocumentTable,
  type DocumentValue,
  emptyTable,
  isTable,
  type ParsedDocument,
} from '../document/document.ts'
import { type FolderFindings, quoteValue } from '../findings.ts'
import { draftManifest, formatPath, type ManifestDraft, type Place } from './spellings.ts'

export const METADATA_FILE = 'metadata.json'

/** More platforms than there are systems and architectures: the rest of a hostile list is not looked at. */
const MAX_PLATFORMS = 32
const MAX_FEATURES = 64

/** What a metadata.json states. */
export interface MetadataDraft extends ManifestDraft {
  /** Null where it states none. */
  readonly version: { readonly value: DocumentValue; readonly place: Place } | null
  /** What `distribution` says of it. */
  readonly requiresLicense: boolean
}

/**
 * Brings a metadata.json into the shape of the internal schema. Its fields are those of worker.toml without the table
 * `[worker]`, and besides: `version`; `platforms` as a list of `{os, arch, binary_size, checksum}`; `features`, of which
 * names of variants become variants and all other words tags; and `distribution`, which is checked and not taken over,
 * because what a server holds decides how a worker is distributed.
 */
export function draftMetadata(document: ParsedDocument, findings: FolderFindings): MetadataDraft {
  const { version, platforms, features, distribution, $schema: _schema, ...rest } = document.root
  const placeOf = (...path: (string | number)[]): Place => ({
    file: METADATA_FILE,
    line: document.lineOf(path),
    field: formatPath(path),
  })
  const reader = new MetadataReader(placeOf, findings)
  const listed = Array.isArray(platforms) ? reader.readPlatforms(platforms) : platforms
  const words = features === undefined ? NO_FEATURES : reader.readFeatures(features, rest)
  const root = emptyTable()
  Object.assign(root, rest, listed === undefined ? {} : { platforms: listed })
  const form = { file: METADATA_FILE, table: null }
  const draft = draftManifest({ root, lineOf: document.lineOf }, form, findings)
  addFeatures(draft.fields, words)
  return {
    ...draft,
    placeOf: (path) =>
      words.variants.length > 0 && path[0] === 'build' && path[1] === 'features'
        ? placeOf('features')
        : draft.placeOf(path),
    requiresLicense: reader.readDistribution(distribution),
    version: version === undefined ? null : { value: version, place: placeOf('version') },
  }
}

/** The words of `features`, told apart. */
interface Features {
  readonly variants: readonly string[]
  readonly tags: readonly string[]
}
const NO_FEATURES: Features = { variants: [], tags: [] }

function addFeatures(fields: Record<string, unknown>, { variants, tags }: Features): void {
  const build = fields.build as DocumentValue | undefined
  if (variants.length > 0 && (build === undefined || isTable(build))) {
    fields.build = Object.assign(emptyTable(), build, { features: [...variants] })
  }
  if (tags.length === 0 || (fields.tags !== undefined && !Array.isArray(fields.tags))) return
  fields.tags = [...new Set([...(fields.tags ?? []), ...tags])].slice(
    0,
    Math.max(32, fields.tags?.length ?? 0),
  )
}

/** Reads the fields that only a metadata.json has. */
class MetadataReader {
  readonly #placeOf: (...path: (string | number)[]) => Place
  readonly #findings: FolderFindings

  constructor(placeOf: (...path: (string | number)[]) => Place, findings: FolderFindings) {
    this.#placeOf = placeOf
    this.#findings = findings
  }

  readPlatforms(list: readonly DocumentValue[]): DocumentTable {
    const table: ManifestPlatforms = { linux: [], macos: [], windows: [] }
    for (const [index, item] of list.slice(0, MAX_PLATFORMS).entries()) {
      if (!isTable(item)) {
        this.#refuse(`is ${quoteValue(item)}, must be an object with os and arch`, 'platforms', index)
        continue
      }
      const os = osSchema.safeParse(item.os)
      const arch = archSchema.safeParse(item.arch)
      if (!os.success) this.#refuseMember(item.os, osSchema.options, 'platforms', index, 'os')
      if (!arch.success) this.#refuseMember(item.arch, archSchema.options, 'platforms', index, 'arch')
      if (os.success && arch.success) {
        if (table[os.data].includes(arch.data)) this.#refuse('stands twice', 'platforms', index)
        else table[os.data].push(arch.data)
      }
      this.#checkBinary(item, index)
    }
    return Object.assign(emptyTable(), table)
  }

  /**
   * A word is a variant where its backend is one that has a default preference, or a table of requirements stands for it.
   * With `build.features` all of the variants are named there.
   */
  readFeatures(value: DocumentValue, root: DocumentTable): Features {
    if (!Array.isArray(value)) {
      this.#refuse(`must be a list, is ${quoteValue(value)}`, 'features')
      return NO_FEATURES
    }
    const { build, requirements } = root
    const namedElsewhere = isTable(build) && build.features !== undefined
    const variants: string[] = []
    const tags: string[] = []
    for (const [index, word] of value.slice(0, MAX_FEATURES).entries()) {
      if (typeof word !== 'string') {
        this.#refuse(`must be a text, is ${quoteValue(word)}`, 'features', index)
        continue
      }
      const required = isTable(requirements) && Object.hasOwn(requirements, word)
      const isVariant =
        variantNameSchema.safeParse(word).success && (required || DEFAULT_PRIORITY.has(backendOf(word)))
      if (isVariant && !namedElsewhere) variants.push(word)
      else if (!isVariant) tags.push(...tagOf(word))
    }
    return { variants, tags }
  }

  /** @returns whether the worker needs a licence key. */
  readDistribution(value: DocumentValue | undefined): boolean {
    if (value === undefined) return false
    if (!isTable(value)) {
      this.#refuse(`must be an object, is ${quoteValue(value)}`, 'distribution')
      return false
    }
    if (value.type !== undefined && !DISTRIBUTION_TYPES.includes(value.type)) {
      this.#refuseMember(value.type, DISTRIBUTION_TYPES, 'distribution', 'type')
    }
    for (const key of ['source_available', 'binary_available', 'requires_license']) {
      const flag = value[key]
      if (flag === undefined || typeof flag === 'boolean') continue
      this.#refuse(`must be true or false, is ${quoteValue(flag)}`, 'distribution', key)
    }
    return value.requires_license === true
  }

  /** What is stated of the bytes means nothing: those that were published are checked against digests of their own. */
  #checkBinary({ binary_size, checksum }: DocumentTable, index: number): void {
    if (binary_size !== undefined && !isSize(binary_size)) {
      this.#warn(
        `is ${quoteValue(binary_size)}, which is no size such as "45MB"`,
        'platforms',
        index,
        'binary_size',
      )
    }
    if (checksum !== undefined && !digestSchema.safeParse(checksum).success) {
      const message = `is ${quoteValue(checksum)}; a checksum is "sha256:" and 64 lower-case hexadecimal digits`
      this.#warn(message, 'platforms', index, 'checksum')
    }
  }

  #refuseMember(value: unknown, allowed: readonly DocumentValue[], ...path: (string | number)[]): void {
    const said = value === undefined ? 'is missing' : `is ${quoteValue(value)}`
    this.#refuse(`${said}, must be one of ${allowed.join(', ')}`, ...path)
  }

  #refuse(message: string, ...path: (string | number)[]): void {
    const place = this.#placeOf(...path)
    this.#findings.error({ code: 'manifest_invalid', message: `${place.field} ${message}`, ...place })
  }

  #warn(message: string, ...path: (string | number)[]): void {
    const place = this.#placeOf(...path)
    this.#findings.warn({ code: 'manifest_invalid', message: `${place.field} ${message}`, ...place })
  }
}

const DISTRIBUTION_TYPES: readonly DocumentValue[] = ['source', 'binary', 'binary-only', 'hybrid']

function isSize(value: DocumentValue): boolean {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= 0
  return typeof value === 'string' && /^\d{1,12}(?:\.\d{1,6})? ?(?:[KMGT]i?)?B$/i.test(value)
}

/** `Text Generation` → `text-generation`; none where a word is no tag even then. */
function tagOf(word: string): string[] {
  const tag = word
    .trim()
    .toLowerCase()
    .replace(/[\s_]+/g, '-')
  return /^[a-z0-9][a-z0-9-]{0,39}$/.test(tag) ? [tag] : []
}
