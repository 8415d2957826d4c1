import {
  archSchema,
  type Finding,
  type ManifestPlatforms,
  manifestObjectSchema,
  RbeeError,
  variantNameSchema,
  type WorkerId,
  workerIdSchema,
} from '@rbee/schema'
import { z } from 'zod'
import { type DocumentPath, type DocumentValue, isTable, type ParsedDocument } from '../document/document.ts'
import { parseJson } from '../document/json.ts'
import { FolderFindings, quoteValue } from '../findings.ts'
import { describeIssue } from '../manifest/issues.ts'
import type { IndexedFacts } from '../manifest/read.ts'
import { formatPath } from '../manifest/spellings.ts'
import { findUnknownFields } from '../manifest/unknown-fields.ts'
import { type KnownPlace, OwnRepository } from './own-repository.ts'

export const INDEX_FILE = 'catalog.json'
/** In bytes: room for the entries of {@link MAX_ENTRIES}. */
export const INDEX_MAX_BYTES = 32 * 2 ** 20
const MAX_ENTRIES = 50_000

/** One worker that an index names, and what the index says of it. */
export interface IndexedWorker {
  readonly id: WorkerId
  readonly branch: string
  readonly facts: IndexedFacts
  readonly platforms: ManifestPlatforms | null
  /** Of the entry, in the index. */
  readonly line: number | null
}

/** The index of a catalog with a branch per worker. */
export interface CatalogIndex {
  /** Several may name one id or one branch: what the branches hold decides between them. */
  readonly workers: readonly IndexedWorker[]
  /** Of entries that are refused. */
  readonly findings: readonly Finding[]
  /** Every branch that an entry names, whether or not it is refused. */
  readonly branches: ReadonlySet<string>
  /** Address of the repository; null where neither it nor its index states one. */
  readonly url: string | null
}

const { description, license, pricing } = manifestObjectSchema.shape
const entrySchema = z.object({
  id: workerIdSchema,
  branch: z.string().min(1, 'may not be empty').max(300),
  name: z.string().max(200).optional(),
  version: z.string().max(100).optional(),
  variant: variantNameSchema.optional(),
  description: description.optional(),
  arch: z.union([archSchema, z.array(archSchema).max(8)]).optional(),
  git_url: z.string().max(2000).optional(),
  pkgbuild_url: z.string().max(2000).optional(),
  license: license.optional(),
  requires_license: z.boolean().optional(),
  license_url: z.string().max(2000).optional(),
  pricing,
})
type Entry = z.infer<typeof entrySchema>

/**
 * Reads a catalog.json: `{"version": "1.0", "workers": [{"id", "branch", …}]}`. An entry that breaks a rule is refused by
 * itself.
 *
 * @returns null for a file of that name that is no index: one without `workers`.
 * @throws RbeeError `catalog_unreadable` where the index as a whole cannot be read: taken for an empty one, it would make
 *   all workers look as if they were gone.
 */
export function readIndex(text: string, place: KnownPlace): CatalogIndex | null {
  const parsed = parseJson(text)
  if (!parsed.ok) {
    throw unreadable(`${INDEX_FILE}:${parsed.problem.line} is not valid JSON: ${parsed.problem.message}`)
  }
  const { document } = parsed
  const { version, workers } = document.root
  if (workers === undefined) return null
  if (!Array.isArray(workers))
    throw unreadable(`workers in ${INDEX_FILE} must be a list, is ${quoteValue(workers)}`)
  if (version !== undefined && !/^1(?:\.\d+)?$/.test(String(version))) {
    throw unreadable(`${INDEX_FILE} is of version ${quoteValue(version)}, and only 1.0 is known`)
  }
  if (workers.length > MAX_ENTRIES) {
    throw new RbeeError('catalog_limit', `${INDEX_FILE} names more than ${MAX_ENTRIES} workers`, {
      next: 'split it into several catalogs',
    })
  }
  return new IndexReader(document, place).read(workers)
}

function unreadable(message: string): RbeeError {
  return new RbeeError('catalog_unreadable', message.slice(0, 300), {
    next: `correct ${INDEX_FILE} and commit it`,
  })
}

class IndexReader {
  readonly #document: ParsedDocument
  readonly #place: KnownPlace
  readonly #findings: Finding[] = []

  constructor(document: ParsedDocument, place: KnownPlace) {
    this.#document = document
    this.#place = place
  }

  read(list: readonly DocumentValue[]): CatalogIndex {
    const read = list.flatMap((value, index) => this.#readEntry(value, index))
    const own = new OwnRepository(
      this.#place,
      read.map(({ entry }) => entry.git_url),
    )
    const known = new Map<string, number>()
    const workers = read.flatMap(({ entry, index }): IndexedWorker[] => {
      const findings = this.#findingsOf(entry.id)
      this.#checkAddresses(entry, index, own, findings)
      this.#checkFirst(known, entry, index, findings)
      this.#findings.push(...findings.list())
      return findings.errors > 0 ? [] : [this.#toWorker(entry, index)]
    })
    return { workers, findings: this.#findings, branches: branchesOf(list), url: own.url }
  }

  #findingsOf(id: string | null): FolderFindings {
    const findings = new FolderFindings('.')
    findings.worker = id
    return findings
  }

  #readEntry(value: DocumentValue, index: number): { readonly entry: Entry; readonly index: number }[] {
    const result = entrySchema.safeParse(value)
    const id = isTable(value) ? workerIdSchema.safeParse(value.id) : null
    const findings = this.#findingsOf(id?.data ?? null)
    for (const issue of result.success ? [] : result.error.issues) {
      const { code, path, message, next } = describeIssue(issue, value)
      const place = this.#placeOf('workers', index, ...path)
      findings.error({ code, message: `${place.field} ${message}`, next, ...place })
    }
    for (const { path, suggestion } of findUnknownFields(entrySchema, value)) {
      const place = this.#placeOf('workers', index, ...path)
      findings.warn({
        code: 'manifest_unknown_field',
        message: `${place.field} is not a field of ${INDEX_FILE} and means nothing here`,
        next: suggestion === null ? 'remove it' : `did you mean "${suggestion}"?`,
        ...place,
      })
    }
    this.#findings.push(...findings.list())
    return result.success ? [{ entry: result.data, index }] : []
  }

  #checkAddresses(entry: Entry, index: number, own: OwnRepository, findings: FolderFindings): void {
    const where = own.url ?? 'the repository of this index'
    const refuse = (field: 'git_url' | 'pkgbuild_url', what: string) =>
      findings.error({
        code: 'manifest_invalid',
        message: `${field} is ${quoteValue(redacted(entry[field]))}, which ${what} ${where}`,
        next:
          own.url === null
            ? 'leave the field out, or tell the address of the repository: git remote add origin ADDRESS'
            : 'name the repository that the index lies in, or leave the field out',
        ...this.#placeOf('workers', index, field),
      })
    if (entry.git_url !== undefined && !own.isCloneAddress(entry.git_url)) refuse('git_url', 'is not')
    if (entry.pkgbuild_url !== undefined && !own.isFileAddress(entry.pkgbuild_url)) {
      refuse('pkgbuild_url', 'lies outside of')
    }
  }

  #checkFirst(
    known: Map<string, number>,
    { id, branch }: Entry,
    index: number,
    findings: FolderFindings,
  ): void {
    const key = `${id} ${branch}`
    const first = known.get(key)
    if (first === undefined) {
      known.set(key, index)
      return
    }
    findings.error({
      code: 'duplicate_id',
      message: `${id} on branch ${quoteValue(branch)} stands in line ${this.#lineOf('workers', first)} already`,
      next: 'keep one of the two entries',
      ...this.#placeOf('workers', index, 'id'),
    })
  }

  #toWorker({ id, branch, arch, ...entry }: Entry, index: number): IndexedWorker {
    const architectures = arch === undefined ? [] : Array.isArray(arch) ? arch : [arch]
    return {
      id,
      branch,
      facts: {
        description: entry.description,
        license: entry.license,
        pricing: entry.pricing ?? (entry.requires_license === true ? { model: 'contact' } : undefined),
        variant: entry.variant,
      },
      platforms:
        architectures.length === 0 ? null : { linux: [...new Set(architectures)], macos: [], windows: [] },
      line: this.#lineOf('workers', index),
    }
  }

  #lineOf(...path: DocumentPath): number | null {
    return this.#document.lineOf(path)
  }

  #placeOf(...path: DocumentPath) {
    return { file: INDEX_FILE, line: this.#document.lineOf(path), field: formatPath(path) }
  }
}

function branchesOf(list: readonly DocumentValue[]): ReadonlySet<string> {
  const branches = list.map((value) => (isTable(value) ? value.branch : undefined))
  return new Set(branches.filter((branch) => typeof branch === 'string'))
}

/** An address without what may be a password. */
function redacted(address: string | undefined): string | undefined {
  return address?.replace(/\/\/[^/@]*@/, '//…@')
}
