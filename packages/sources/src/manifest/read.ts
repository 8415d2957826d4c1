import {
  checkManifestAsWhole,
  type ManifestPlatforms,
  manifestObjectSchema,
  RESERVED_BACKEND_WORDS,
  variantNameSchema,
  type WorkerManifest,
  workerIdSchema,
} from '@rbee/schema'
import type { z } from 'zod'
import type { FolderFindings } from '../findings.ts'
import { isTable, parseToml, type TomlDocument, type TomlValue } from '../toml/document.ts'
import { type BrokenRule, describeIssue } from './issues.ts'
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
  readonly layout: 'monorepo' | 'folder'
  /** Told by the file that holds the version; null in the folder layout. */
  readonly buildSystem: BuildSystem | null
  /** Told by the architectures of a PKGBUILD; null where there is none. */
  readonly platforms: ManifestPlatforms | null
}

/**
 * Reads a worker.toml as the internal schema. Every problem becomes a finding with its line and field.
 *
 * Defaults: `binary_name` is the id; `features` are `["cpu"]`, in the folder layout the backend that the id ends with
 * (`llm-worker-cuda`); `default_feature` is the first feature; `build.system` and `implementation` follow from the file
 * that holds the version; `platforms` are a PKGBUILD's architectures on Linux.
 *
 * @returns null when the manifest breaks a rule; the findings then hold at least one error.
 */
export function readManifest(
  text: string,
  surroundings: ManifestSurroundings,
  findings: FolderFindings,
): WorkerManifest | null {
  const parsed = parseToml(text)
  if (!parsed.ok) {
    findings.error({
      code: 'manifest_syntax',
      message: `${MANIFEST_FILE} is not valid TOML: ${parsed.problem.message}`,
      next: 'correct the syntax at this line',
      file: MANIFEST_FILE,
      line: parsed.problem.line,
    })
    return null
  }
  const { document } = parsed
  const errorsBefore = findings.errors
  const draft = draftManifest(document, MANIFEST_FILE, findings)
  const id = workerIdSchema.safeParse(draft.fields.id)
  findings.worker = id.success ? id.data : null
  warnOfUnknownFields(document, draft, findings)

  const input = withDefaults(draft.fields, id.success ? id.data : null, surroundings)
  const result = manifestObjectSchema.safeParse(input)
  const broken = result.success ? [] : result.error.issues.map((issue) => describeIssue(issue, input))
  const told = new Set<string>()
  for (const rule of [...broken, ...brokenAsWhole(input)]) {
    const place = formatPath(rule.path)
    // Of a value that is of the wrong type, what else it breaks means nothing.
    if (!told.has(place)) reportRule(rule, document, draft, findings)
    told.add(place)
  }
  return result.success && findings.errors === errorsBefore ? result.data : null
}

/** The rules that concern several fields, judged as soon as those fields are sound, whatever the others are. */
function brokenAsWhole(input: Record<string, unknown>): BrokenRule[] {
  const parts = manifestObjectSchema
    .pick({ build: true, requirements: true, platforms: true })
    .safeParse(input)
  if (!parts.success) return []
  const issues: z.core.$ZodRawIssue[] = []
  checkManifestAsWhole(parts.data, issues)
  return issues.map((issue) => ({
    code: 'manifest_invalid',
    path: (issue.path ?? []).filter((step) => typeof step !== 'symbol'),
    message: issue.message ?? 'breaks a rule',
  }))
}

function reportRule(
  rule: BrokenRule,
  document: TomlDocument,
  draft: ManifestDraft,
  findings: FolderFindings,
): void {
  const place = draft.origin(rule.path)
  const field = formatPath(place)
  findings.error({
    code: rule.code,
    message: `${field} ${rule.message}`,
    next: rule.next ?? (rule.message === 'is missing' ? `state ${field} in ${MANIFEST_FILE}` : undefined),
    file: MANIFEST_FILE,
    line: document.lineOf(place),
    field,
  })
}

function warnOfUnknownFields(document: TomlDocument, draft: ManifestDraft, findings: FolderFindings): void {
  const known = Object.keys(manifestObjectSchema.shape)
  const unplaced = draft.unplaced.map((path) => ({
    path,
    suggestion: suggestWord(String(path.at(-1)), path.length === 1 ? [...known, 'worker'] : known),
  }))
  const inner = findUnknownFields(manifestObjectSchema, draft.fields).map(({ path, suggestion }) => ({
    path: draft.origin(path),
    suggestion,
  }))
  for (const { path, suggestion } of [...unplaced, ...inner]) {
    const field = formatPath(path)
    findings.warn({
      code: 'manifest_unknown_field',
      message: `${field} is not a field of ${MANIFEST_FILE} and means nothing here`,
      next: suggestion === null ? 'remove it' : `did you mean "${suggestion}"?`,
      file: MANIFEST_FILE,
      line: document.lineOf(path),
      field,
    })
  }
}

function withDefaults(
  fields: Readonly<Record<string, unknown>>,
  id: string | null,
  surroundings: ManifestSurroundings,
): Record<string, unknown> {
  const { buildSystem } = surroundings
  return {
    ...fields,
    // Without a usable id the manifest is refused for the id alone, not for the name that would follow from it.
    binary_name: fields.binary_name ?? id ?? 'worker',
    implementation:
      fields.implementation ?? (buildSystem === null ? undefined : IMPLEMENTATION_OF[buildSystem]),
    build: buildWithDefaults(fields.build as TomlValue | undefined, id, surroundings),
    capabilities: fields.capabilities ?? {},
    platforms: fields.platforms ?? surroundings.platforms ?? undefined,
  }
}

function buildWithDefaults(
  build: TomlValue | undefined,
  id: string | null,
  { layout, buildSystem }: ManifestSurroundings,
): unknown {
  if (build !== undefined && !isTable(build)) return build
  const features = build?.features ?? [(layout === 'folder' && backendAtTheEnd(id)) || 'cpu']
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
