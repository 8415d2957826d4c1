import type {
  BinarySource,
  CatalogEntry,
  EarlierVersion,
  EntryScreenshot,
  GitPlace,
  Layout,
  ManifestPlatforms,
  SourceKind,
  Version,
  WorkerManifest,
} from '@rbee/schema'
import type { FolderFindings } from '../findings.ts'
import { METADATA_FILE } from '../manifest/metadata.ts'
import { type IndexedFacts, MANIFEST_FILE, MANIFEST_MAX_BYTES, readManifest } from '../manifest/read.ts'
import { PKGBUILD_BIN_FILE, PKGBUILD_FILE, readPkgbuilds } from '../pkgbuild/read-folder.ts'
import { type CatalogTree, joinPath } from '../tree/catalog-tree.ts'
import { readText, TEXT_MAX_BYTES } from '../tree/read-text.ts'
import { readVersion, VERSION_FILES } from '../versions/read.ts'
import { checkSrcinfo, readMetadataVersion, settleVersion } from '../versions/settle.ts'

/** What a worker's folder states. Null is what could not be read: the findings say why. */
export interface FolderStatements {
  readonly layout: Layout
  readonly manifest: WorkerManifest | null
  readonly version: Version | null
  readonly pkgbuild: string | null
  readonly pkgbuildBin: string | null
  /** Of the PKGBUILD, else of the PKGBUILD.bin; null where only running that file would tell it. */
  readonly srcinfo: string | null
  readonly binarySources: readonly BinarySource[]
}

/** A worker's folder with its texts. */
export interface FolderContents extends FolderStatements {
  readonly readme: string | null
  readonly changelog: string | null
}

export type CompleteContents = FolderContents & {
  readonly manifest: WorkerManifest
  readonly version: Version
}

/** Whether everything is there that an entry needs. */
export function isComplete(contents: FolderContents): contents is CompleteContents {
  return contents.manifest !== null && contents.version !== null
}

/** The entry that a folder or a branch makes. */
export function toEntry(
  contents: CompleteContents,
  source: SourceKind,
  git: GitPlace,
  earlier: readonly EarlierVersion[] = [],
  screenshots: readonly EntryScreenshot[] = [],
): CatalogEntry {
  return {
    manifest: contents.manifest,
    version: contents.version,
    source,
    layout: contents.layout,
    git,
    pkgbuild: contents.pkgbuild,
    pkgbuild_bin: contents.pkgbuildBin,
    srcinfo: contents.srcinfo,
    readme: contents.readme,
    changelog: contents.changelog,
    binary_sources: [...contents.binarySources],
    earlier: [...earlier],
    screenshots: [...screenshots],
    checks: null,
  }
}

/** Whether a folder or branch is the project's own. In a catalog of somebody else all are community's. */
export function sourceOf(path: string, official: boolean): SourceKind {
  return official && !path.split('/').includes('community') ? 'official' : 'community'
}

/** What is known of a folder beside what lies in it. */
export interface FolderContext {
  /** Null where the folder itself tells it. */
  readonly layout: 'branch' | null
  readonly indexed?: IndexedFacts
  /** What an index says of them. */
  readonly platforms?: ManifestPlatforms | null
}

const NO_CONTEXT: FolderContext = { layout: null }

/**
 * Reads a folder that has a worker.toml, a metadata.json or both. Every problem of the folder becomes a finding. What is
 * thrown concerns the tree as a whole: taken for a finding, it would make all workers look as if they were gone.
 */
export async function readFolder(
  tree: CatalogTree,
  folder: string,
  findings: FolderFindings,
  context = NO_CONTEXT,
): Promise<FolderContents> {
  const statements = await readStatements(tree, folder, findings, context)
  const optional = { maxBytes: TEXT_MAX_BYTES, severity: 'warning' } as const
  return {
    ...statements,
    readme: await readText(tree, folder, 'README.md', optional, findings),
    changelog: await readText(tree, folder, 'CHANGELOG.md', optional, findings),
  }
}

/**
 * Reads the manifests, versions and PKGBUILDs of a folder. Beside a Cargo.toml, package.json or pyproject.toml it is of
 * the monorepo layout, beside nothing but PKGBUILDs of the folder layout.
 */
export async function readStatements(
  tree: CatalogTree,
  folder: string,
  findings: FolderFindings,
  context = NO_CONTEXT,
): Promise<FolderStatements> {
  const has = (file: string) => tree.entries.has(joinPath(folder, file))
  const buildSystem = VERSION_FILES.find(({ file }) => has(file))?.system ?? null
  const layout: Layout = context.layout ?? (buildSystem === null ? 'folder' : 'monorepo')

  const required = { maxBytes: MANIFEST_MAX_BYTES, severity: 'error' } as const
  const toml = await readText(tree, folder, MANIFEST_FILE, required, findings)
  const json = await readText(tree, folder, METADATA_FILE, required, findings)
  const packages = await readPkgbuilds(tree, folder, findings)
  const platforms = packages.platforms ?? context.platforms ?? null
  const { manifest, version: stated } =
    toml === null && json === null
      ? { manifest: null, version: null }
      : readManifest({ toml, json }, { layout, buildSystem, platforms, indexed: context.indexed }, findings)

  const inMetadata = readMetadataVersion(stated, findings)
  const inBuildFile =
    layout === 'monorepo' && buildSystem !== null
      ? await readVersion(tree, folder, buildSystem, findings)
      : null
  const version = settleVersion(
    layout === 'monorepo' ? [inBuildFile, packages.version, inMetadata] : [inMetadata, packages.version],
    findings,
  )
  const silent = layout !== 'monorepo' && !has(PKGBUILD_FILE) && !has(PKGBUILD_BIN_FILE) && stated === null
  if (silent && (json === null || findings.errors === 0)) reportNoVersion(json, findings)
  const repeated =
    packages.version === null
      ? inMetadata && { ...inMetadata, url: manifest?.homepage ?? null }
      : { ...packages.version, url: null }
  if (repeated !== null) await checkSrcinfo(tree, folder, repeated, findings)
  return {
    layout,
    manifest,
    version,
    pkgbuild: packages.pkgbuild,
    pkgbuildBin: packages.pkgbuildBin,
    srcinfo: packages.srcinfo,
    binarySources: packages.binarySources.map((source) => ({
      ...source,
      variant: manifest?.build.default_feature ?? source.variant,
    })),
  }
}

function reportNoVersion(metadata: string | null, findings: FolderFindings): void {
  const files = VERSION_FILES.map(({ file }) => file).join(', ')
  findings.error({
    code: 'version_missing',
    message: `nothing beside ${metadata === null ? MANIFEST_FILE : METADATA_FILE} states a version`,
    next:
      metadata === null
        ? `add ${files}, ${PKGBUILD_FILE} or ${PKGBUILD_BIN_FILE} to the folder`
        : `write "version": "1.2.3" into ${METADATA_FILE}`,
    ...(metadata === null ? {} : { file: METADATA_FILE, field: 'version' }),
  })
}
