import {
  checkManifestAsWhole,
  hasFinalIds,
  type Layout,
  type ManifestPlatforms,
  manifestObjectSchema,
  type Pricing,
  RESERVED_BACKEND_WORDS,
  type VariantName,
  variantNameSchema,
  type WorkerManifest,
  workerIdSchema,
} from '@rbee/schema'
import type { z } from 'zod'
import { type DocumentValue, isTable, type SyntaxProblem } from '../document/document.ts'
import { parseJson } from '../document/json.ts'
import { parseToml } from '../document/toml.ts'
import type { FolderFindings } from '../findings.ts'
import { combineDrafts } from './conflicts.ts'
import { type BrokenRule, describeIssue } from './issues.ts'
import { draftMetadata, METADATA_FILE, type MetadataDraft } from './metadata.ts'
import { draftManifest, formatPath, type ManifestDraft } from './spellings.ts'
import { findUnknownFields, suggestWord } from './unknown-fields.ts'

export const MANIFEST_FILE = 'worker.toml'
/** In bytes. */
export const MANIFEST_MAX_BYTES = 64 * 1024

export type BuildSystem = 'cargo' | 'npm' | 'pip'

const IMPLEMENTATION_OF: Readonly<Record<BuildSystem, string>> = {
  cargo: 'rust',
  npm: 'typescript',
  pip: 'python',
}

/** What the files around a manifest say where the manifest itself is silent. */
export interface ManifestSurroundings {
  readonly layout: Layout
  /** Told by the file that holds the version; null where there is none. */
  readonly buildSystem: BuildSystem | null
  /** Told by the architectures of a PKGBUILD, else by the index of a catalog; null where neither says any. */
  readonly platforms: ManifestPlatforms | null
  /** What the index of a catalog says of the worker, which may be nothing. */
  readonly indexed?: IndexedFacts
}

/** Fields of a manifest that an index may state as well. */
export interface IndexedFacts {
  readonly description?: string
  readonly license?: string
  readonly pricing?: Pricing
  readonly variant?: VariantName
}

/** The texts of a worker's manifests; null where there is no such file. */
export interface ManifestTexts {
  readonly toml: string | null
  readonly json: string | null
}

/** What the manifests of a worker say together. */
export interface ManifestReading {
  /** Null when a rule is broken; the findings then hold at least one error. */
  readonly manifest: WorkerManifest | null
  /** What metadata.json states as the version; a worker.toml states none. */
  readonly version: MetadataDraft['version']
}

/**
 * Reads worker.toml, metadata.json or both as the internal schema. Every problem becomes a finding with its line and
 * field. Where both are there, they may not contradict each other.
 *
 * Defaults: `binary_name` is the id; `features` are `["cpu"]`, where ids are final the backend that the id ends with
 * (`llm-worker-cuda`); `default_feature` is the first feature; `build.system` and `implementation` follow from the file
 * that holds the version; `platforms` are a PKGBUILD's architectures on Linux.
 */
export function readManifest(
  texts: ManifestTexts,
  surroundings: ManifestSurroundings,
  findings: FolderFindings,
): ManifestReading {
  const errorsBefore = findings.errors
  const toml = readToml(texts.toml, findings)
  const json = readJson(texts.json, findings)
  const version = json?.version ?? null
  const drafts = [toml, json].filter((draft) => draft !== null)
  const [first, second] = drafts
  // Of two files of which one cannot be parsed, what the other one says alone means nothing.
  const stated = [texts.toml, texts.json].filter((text) => text !== null)
  if (first === undefined || drafts.length < stated.length) return { manifest: null, version }
  const draft = second === undefined ? first : combineDrafts(first, second, findings)
  const id = workerIdSchema.safeParse(draft.fields.id)
  findings.worker = id.success ? id.data : null
  for (const each of drafts) warnOfUnknownFields(each, findings)

  const input = withDefaults(draft.fields, id.success ? id.data : null, {
    ...surroundings,
    requiresLicense: json?.requiresLicense ?? false,
  })
  const result = manifestObjectSchema.safeParse(input)
  const broken = result.success ? [] : result.error.issues.map((issue) => describeIssue(issue, input))
  const told = new Set<string>()
  for (const rule of [...broken, ...brokenAsWhole(result.success ? result.data : soundParts(input))]) {
    const place = formatPath(rule.path)
    // Of a value that is of the wrong type, what else it breaks means nothing.
    if (!told.has(place)) reportRule(rule, draft, findings)
    told.add(place)
  }
  return { manifest: result.success && findings.errors === errorsBefore ? result.data : null, version }
}

function readToml(text: string | null, findings: FolderFindings): ManifestDraft | null {
  if (text === null) return null
  const parsed = parseToml(text)
  if (!parsed.ok) return reportSyntax(MANIFEST_FILE, 'TOML', parsed.problem, findings)
  return draftManifest(parsed.document, { file: MANIFEST_FILE, table: 'worker' }, findings)
}

function readJson(text: string | null, findings: FolderFindings): MetadataDraft | null {
  if (text === null) return null
  const parsed = parseJson(text)
  if (!parsed.ok) return reportSyntax(METADATA_FILE, 'JSON', parsed.problem, findings)
  return draftMetadata(parsed.document, findings)
}

function reportSyntax(
  file: string,
  syntax: string,
  { message, line }: SyntaxProblem,
  findings: FolderFindings,
) {
  findings.error({
    code: 'manifest_syntax',
    message: `${file} is not valid ${syntax}: ${message}`,
    next: 'correct the syntax at this line',
    file,
    line,
  })
  return null
}

type PartsOfTheWhole = Parameters<typeof checkManifestAsWhole>[0]
const partsOfTheWhole = manifestObjectSchema.pick({ build: true, requirements: true, platforms: true })

/** The fields that rules about several fields look at; null where one of them is not sound itself. */
function soundParts(input: Record<string, unknown>): PartsOfTheWhole | null {
  return partsOfTheWhole.safeParse(input).data ?? null
}

/** The rules that concern several fields, judged whatever all others are. */
function brokenAsWhole(parts: PartsOfTheWhole | null): BrokenRule[] {
  if (parts === null) return []
  const issues: z.core.$ZodRawIssue[] = []
  checkManifestAsWhole(parts, issues)
  return issues.map((issue) => ({
    code: 'manifest_invalid',
    path: (issue.path ?? []).filter((step) => typeof step !== 'symbol'),
    message: issue.message ?? 'breaks a rule',
  }))
}

function reportRule(rule: BrokenRule, draft: ManifestDraft, findings: FolderFindings): void {
  const place = draft.placeOf(rule.path)
  const missing = rule.message === 'is missing'
  findings.error({
    code: rule.code,
    message: `${place.field} ${rule.message}`,
    next: rule.next ?? (missing ? `state ${place.field} in ${place.file}` : undefined),
    ...place,
  })
}

function warnOfUnknownFields(draft: ManifestDraft, findings: FolderFindings): void {
  const unplaced = draft.unplaced.map((path) => ({
    place: draft.placeOf(path),
    suggestion: suggestWord(
      String(path.at(-1)),
      path.length === 1 ? [...MANIFEST_FIELDS, 'worker'] : MANIFEST_FIELDS,
    ),
  }))
  const inner = findUnknownFields(manifestObjectSchema, draft.fields).map(({ path, suggestion }) => ({
    place: draft.placeOf(path),
    suggestion,
  }))
  for (const { place, suggestion } of [...unplaced, ...inner]) {
    findings.warn({
      code: 'manifest_unknown_field',
      message: `${place.field} is not a field of ${draft.file} and means nothing here`,
      next: suggestion === null ? 'remove it' : `did you mean "${suggestion}"?`,
      ...place,
    })
  }
}

const MANIFEST_FIELDS = Object.keys(manifestObjectSchema.shape)

function withDefaults(
  fields: Readonly<Record<string, unknown>>,
  id: string | null,
  surroundings: ManifestSurroundings & { readonly requiresLicense: boolean },
): Record<string, unknown> {
  const { buildSystem, indexed, requiresLicense } = surroundings
  return {
    ...fields,
    description: fields.description ?? indexed?.description,
    license: fields.license ?? indexed?.license,
    // A worker that needs a licence key must not look free; how it is paid for, only its authors know.
    pricing: fields.pricing ?? indexed?.pricing ?? (requiresLicense ? { model: 'contact' } : undefined),
    // Without a usable id the manifest is refused for the id alone, not for the name that would follow from it.
    binary_name: fields.binary_name ?? id ?? 'worker',
    implementation:
      fields.implementation ?? (buildSystem === null ? undefined : IMPLEMENTATION_OF[buildSystem]),
    build: buildWithDefaults(fields.build as DocumentValue | undefined, id, surroundings),
    capabilities: fields.capabilities ?? {},
    platforms: fields.platforms ?? surroundings.platforms ?? undefined,
  }
}

function buildWithDefaults(
  build: DocumentValue | undefined,
  id: string | null,
  { layout, buildSystem, indexed }: ManifestSurroundings,
): unknown {
  if (build !== undefined && !isTable(build)) return build
  const features = build?.features ?? [
    indexed?.variant ?? ((hasFinalIds(layout) && backendAtTheEnd(id)) || 'cpu'),
  ]
  const first: unknown = Array.isArray(features) ? features[0] : undefined
  return {
    ...build,
    features,
    // Where the first feature is unusable, the features are reported, and nothing about this field.
    default_feature: build?.default_feature ?? (variantNameSchema.safeParse(first).success ? first : 'cpu'),
    system: build?.system ?? buildSystem ?? undefined,
  }
}

function backendAtTheEnd(id: string | null): string | null {
  const last = id?.split('-').at(-1)
  return RESERVED_BACKEND_WORDS.find((word) => word === last) ?? null
}
