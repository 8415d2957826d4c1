import { z } from 'zod'
import { platformSchema, type Sha256, variantNameSchema, workerIdSchema } from './ids.ts'
import { ENTRY_IMAGES_MAX, entryScreenshotSchema } from './image.ts'
import { manifestSchema } from './manifest.ts'
import { errorCodeSchema } from './problem.ts'
import { versionSchema } from './version.ts'

/**
 * How a catalog is laid out: packages of a monorepo with a worker.toml each, a folder per worker, or a branch per worker
 * with a metadata.json.
 */
export const LAYOUTS = ['monorepo', 'folder', 'branch'] as const
export type Layout = (typeof LAYOUTS)[number]

/** Whether an id is the one address of its worker. In the monorepo layout each variant has its own: `ID-VARIANT`. */
export function hasFinalIds(layout: Layout | null): boolean {
  return layout === 'folder' || layout === 'branch'
}

export const sourceKindSchema = z.enum(['official', 'community'])
export type SourceKind = z.infer<typeof sourceKindSchema>

/** A download that a PKGBUILD.bin names: bytes outside this registry. */
export const binarySourceSchema = z.object({
  platform: platformSchema,
  variant: variantNameSchema,
  url: z.string().max(2000),
  /** Null for what the file marks with SKIP. */
  sha256: z.string().nullable(),
})
export type BinarySource = z.infer<typeof binarySourceSchema>

/** Where in Git an entry lies. */
export const gitPlaceSchema = z.object({
  /** Address to clone from; null when the catalog has no public address. */
  url: z.string().max(2000).nullable(),
  /** Null outside a repository. */
  commit: z
    .string()
    .regex(/^[0-9a-f]{40,64}$/)
    .nullable(),
  branch: z.string().max(300).nullable(),
  /** Folder of the entry, relative to the repository (to the catalog, outside one). */
  path: z.string().max(1000),
})
export type GitPlace = z.infer<typeof gitPlaceSchema>

const fileText = z.string().max(512 * 1024)

/** A version that the history of a worker's branch holds, before the one that stands there now. */
export const earlierVersionSchema = z.object({
  version: versionSchema,
  manifest: manifestSchema,
  /** The newest commit of that version. */
  commit: z.string().regex(/^[0-9a-f]{40,64}$/),
  /** Time of that commit, in milliseconds since the epoch. */
  committed_at: z.number().int().nonnegative(),
  binary_sources: z.array(binarySourceSchema).max(64).default([]),
})
export type EarlierVersion = z.infer<typeof earlierVersionSchema>

/** Earlier versions that one entry may carry. */
export const MAX_EARLIER_VERSIONS = 200

/** What the static checker has to say of one place in a worker's texts. Its page is `docs/checks/RULE.md`. */
export const textFindingSchema = z.object({
  rule: z.string().regex(/^[a-z][a-z0-9-]{0,59}$/),
  severity: z.enum(['error', 'warning']),
  file: z.string().max(300),
  /** 1-based; 1 for what concerns the file as a whole. */
  line: z.number().int().positive(),
  /** What is wrong. */
  reason: z.string().max(2000),
  /** What to do about it. */
  cure: z.string().max(2000),
})
export type TextFinding = z.infer<typeof textFindingSchema>

/** Findings that are kept of one worker: the checker tells at most 20 of a rule. */
export const TEXT_FINDINGS_MAX = 200

/** What came of checking the texts of an entry. */
export const textChecksSchema = z.object({
  /** Names the rules: the same texts, checked by the same, have the same findings. */
  checker: z.string().min(1).max(100),
  findings: z.array(textFindingSchema).max(TEXT_FINDINGS_MAX),
})
export type TextChecks = z.infer<typeof textChecksSchema>

/** One worker as a Git catalog describes it: validated, self-contained, ready for a server that has no Git. */
export const catalogEntrySchema = z.object({
  manifest: manifestSchema,
  version: versionSchema,
  source: sourceKindSchema,
  layout: z.enum(LAYOUTS),
  git: gitPlaceSchema,
  /** Files as they lie in the folder, byte for byte (UTF-8). */
  pkgbuild: fileText.nullable(),
  pkgbuild_bin: fileText.nullable(),
  /** The .SRCINFO of `pkgbuild`, else of `pkgbuild_bin`; null where only running that file would tell it. */
  srcinfo: fileText.nullable().default(null),
  readme: fileText.nullable(),
  changelog: fileText.nullable(),
  binary_sources: z.array(binarySourceSchema).max(64).default([]),
  /** Newest first; none of them is `version`, and none stands twice. */
  earlier: z.array(earlierVersionSchema).max(MAX_EARLIER_VERSIONS).default([]),
  /** Files of the folder that the manifest names as screenshots; those of other addresses are none of them. */
  screenshots: z.array(entryScreenshotSchema).max(ENTRY_IMAGES_MAX).default([]),
  /** Null where whoever brought the entry checked nothing. */
  checks: textChecksSchema.nullable().default(null),
})
export type CatalogEntry = z.infer<typeof catalogEntrySchema>

/** Where in its catalog an entry lies: its folder in the repository, or its branch where each worker has one. */
export function placeOfEntry({ layout, git }: Pick<CatalogEntry, 'layout' | 'git'>): string {
  return (layout === 'branch' ? git.branch : null) ?? git.path
}

/** Why one folder of a catalog is not served, or what its author should look at. */
export const findingSchema = z.object({
  code: errorCodeSchema,
  severity: z.enum(['error', 'warning']),
  message: z.string(),
  /** What to do next. */
  next: z.string().nullable().default(null),
  /** Folder of the entry, relative to the catalog, or its branch. */
  path: z.string(),
  file: z.string().nullable().default(null),
  /** 1-based. */
  line: z.number().int().positive().nullable().default(null),
  field: z.string().nullable().default(null),
  worker: z.string().nullable().default(null),
})
export type Finding = z.infer<typeof findingSchema>

/** What a catalog compiles to. */
export interface CompiledCatalog {
  /** Stable name of the catalog: its address or path as the operator gave it. */
  readonly catalog: string
  readonly commit: string | null
  /** Folder of the catalog inside its repository; '' or left out for the repository itself. */
  readonly folder?: string
  readonly entries: readonly CatalogEntry[]
  /** The bytes of every picture that an entry names. */
  readonly images: ReadonlyMap<Sha256, Uint8Array<ArrayBuffer>>
  readonly findings: readonly Finding[]
}

/** Body of `POST /v1/catalog/syncs`: says what a catalog holds, so that only what changed has to be sent. */
export const syncInputSchema = z.object({
  catalog: z.string().min(1).max(500),
  commit: z.string().nullable(),
  /** Place among the catalogs of one operator, from 0: the order of `--catalog`. Without it, the order of first syncs. */
  position: z.number().int().min(0).max(10_000).optional(),
  /** `hash` is {@link entryHash} of the entry. */
  entries: z.array(z.object({ id: workerIdSchema, hash: z.string().regex(/^[0-9a-f]{64}$/) })).max(200_000),
})
export type SyncInput = z.infer<typeof syncInputSchema>
export const syncStateSchema = z.object({ sync_id: z.string(), needed: z.array(z.string()) })

/** Body of `PUT /v1/catalog/syncs/:sync_id/entries`. */
export const syncEntriesSchema = z.object({
  /** Checked one by one, so that a bad entry refuses itself only. */
  entries: z.array(z.unknown()).min(1).max(50),
})
export const syncEntriesResultSchema = z.object({
  accepted: z.array(z.string()),
  refused: z.array(findingSchema),
})

const compilerSchema = z.string().min(1).max(100)

/** Body of `POST /v1/catalog/syncs/:sync_id/finish`. */
export const syncFinishSchema = z.object({
  findings: z.array(findingSchema).max(10_000),
  /** What compiled the catalog; kept in its state. */
  compiler: compilerSchema.optional(),
  /** Folder of the catalog inside its repository: paths of its state are relative to it. */
  folder: z.string().max(1000).optional(),
})
export type SyncFinish = z.infer<typeof syncFinishSchema>

/** Why a catalog as a whole could not be read. */
export const catalogFailureSchema = z.object({
  code: errorCodeSchema,
  message: z.string(),
  /** What to do next. */
  next: z.string().nullable().default(null),
})
export type CatalogFailure = z.infer<typeof catalogFailureSchema>

/** One catalog in the answer of `GET /v1/catalog/status`. */
export const catalogStateSchema = z.object({
  catalog: z.string(),
  commit: z.string().nullable(),
  /** Names the program and the rules that compiled it: the same commit compiled by the same gives the same entries. */
  compiler: compilerSchema.optional(),
  /** When it was read last; null for a catalog that could never be read. */
  synced_at: z.string().nullable(),
  /** When reading it failed, if nothing was read since; all else is what it held before, which is served on. */
  failed_at: z.string().nullable().optional(),
  failure: catalogFailureSchema.nullable().optional(),
  accepted: z.array(z.object({ id: z.string(), version: z.string(), path: z.string() })),
  refused: z.array(findingSchema),
  warnings: z.array(findingSchema),
})
export const catalogStatusSchema = z.object({ catalogs: z.array(catalogStateSchema) })
export type CatalogState = z.infer<typeof catalogStateSchema>

/** Answer of `POST /v1/catalog/syncs/:sync_id/finish`. */
export const syncFinishedSchema = catalogStateSchema.extend({
  /** Workers whose documents are still to be written: repeat the call until it is 0. */
  remaining: z.number().int().nonnegative().default(0),
})
export type SyncFinished = z.infer<typeof syncFinishedSchema>

/** Answer of `DELETE /v1/catalog/syncs`. */
export const catalogDroppedSchema = z.object({
  catalog: z.string(),
  /** Workers that the catalog described when the call began. */
  removed: z.number().int().nonnegative(),
  /** Workers whose documents are still to be written: repeat the call until it is 0. */
  remaining: z.number().int().nonnegative(),
})
export type CatalogDropped = z.infer<typeof catalogDroppedSchema>
export type CatalogStatus = z.infer<typeof catalogStatusSchema>
