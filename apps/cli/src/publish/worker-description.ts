import {
  describeIssues,
  type Finding,
  type ManifestPlatforms,
  manifestSchema,
  type Platform,
  platformParts,
  RbeeError,
  type Version,
  type WorkerId,
  type WorkerManifest,
} from '@rbee/schema'
import { readWorkerFolder } from '@rbee/sources'
import type { Terminal } from '../program/terminal.ts'
import type { ArtifactOption } from './artifact-option.ts'

/** What the command line says of the worker: it overrides the folder's files, or stands in for them. */
export interface DescriptionOptions {
  readonly name?: WorkerId
  readonly version?: Version
  readonly license?: string
  readonly platforms?: readonly Platform[]
  readonly artifacts: readonly ArtifactOption[]
}

/** What a release says of a worker, wherever it was found. */
export interface WorkerDescription {
  readonly manifest: WorkerManifest
  readonly version: Version
  readonly readme: string | null
  readonly changelog: string | null
}

/** What `--version` settles. */
const VERSION_FINDINGS: ReadonlySet<Finding['code']> = new Set(['version_missing', 'version_mismatch'])

/**
 * Reads the worker's folder and applies the options. Without a worker.toml, `--name`, `--version` and `--license` say
 * what it would.
 *
 * Fails with the first finding's own code, after all were shown, or with `usage` where something has to be given.
 */
export async function describeWorker(
  folder: string,
  options: DescriptionOptions,
  terminal: Terminal,
): Promise<WorkerDescription> {
  const { contents, findings } = await readWorkerFolder(folder)
  if (findings.some(({ code }) => code === 'manifest_missing') && options.name !== undefined) {
    return describeByOptions({ ...options, name: options.name })
  }
  reportFindings(findings, options, terminal)
  const version = options.version ?? contents?.version ?? null
  if (contents?.manifest == null || version === null)
    throw new Error('a folder without findings lacks a manifest')
  const { readme, changelog } = contents
  return { manifest: override(contents.manifest, options), version, readme, changelog }
}

function reportFindings(findings: readonly Finding[], options: DescriptionOptions, terminal: Terminal): void {
  const settled = (finding: Finding) => options.version !== undefined && VERSION_FINDINGS.has(finding.code)
  for (const finding of findings) if (finding.severity === 'warning') terminal.warn(describeFinding(finding))
  const [first, ...more] = findings.filter((finding) => finding.severity === 'error' && !settled(finding))
  if (first === undefined) return
  for (const finding of more) terminal.error(`${describeFinding(finding)} (${finding.code})`)
  throw new RbeeError(first.code, describeFinding(first), {
    next: first.next,
    details: { file: first.file, line: first.line, field: first.field },
  })
}

/** `worker.toml:12: worker.license: …` */
function describeFinding({ file, line, field, message }: Finding): string {
  const place = file === null ? '' : `${file}${line === null ? '' : `:${line}`}: `
  return `${place}${field === null ? '' : `${field}: `}${message}`
}

function override(manifest: WorkerManifest, options: DescriptionOptions): WorkerManifest {
  return parseManifest({
    ...manifest,
    ...(options.name === undefined ? {} : { id: options.name }),
    ...(options.license === undefined ? {} : { license: options.license }),
    ...(options.platforms === undefined ? {} : { platforms: platformTable(options.platforms) }),
  })
}

function describeByOptions(options: DescriptionOptions & { name: WorkerId }): WorkerDescription {
  const { name, version, license, artifacts } = options
  if (version === undefined || license === undefined) {
    throw new RbeeError('usage', 'without a worker.toml, --version and --license are needed beside --name')
  }
  const platforms = options.platforms ?? artifacts.map(({ platform }) => platform)
  if (platforms.length === 0) {
    throw new RbeeError(
      'usage',
      'without a worker.toml, --platforms or --artifact has to say where the worker runs',
    )
  }
  const features = [...new Set(artifacts.map(({ variant }) => variant ?? 'cpu'))]
  const manifest = parseManifest({
    id: name,
    name,
    description: `${name}, published without a worker.toml`,
    license,
    binary_name: name,
    build: { features: features.length > 0 ? features : ['cpu'], default_feature: features[0] ?? 'cpu' },
    capabilities: {},
    platforms: platformTable(platforms),
  })
  return { manifest, version, readme: null, changelog: null }
}

function platformTable(platforms: readonly Platform[]): ManifestPlatforms {
  const table: ManifestPlatforms = { linux: [], macos: [], windows: [] }
  for (const platform of new Set(platforms)) {
    const { os, arch } = platformParts(platform)
    table[os].push(arch)
  }
  return table
}

function parseManifest(value: unknown): WorkerManifest {
  const parsed = manifestSchema.safeParse(value)
  if (parsed.success) return parsed.data
  throw new RbeeError(
    'manifest_invalid',
    `the options make no valid manifest: ${describeIssues(parsed.error)}`,
  )
}
