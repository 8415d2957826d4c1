import type { BinarySource, Layout, Version, WorkerManifest } from '@rbee/schema'
import type { FolderFindings } from '../findings.ts'
import { METADATA_FILE } from '../manifest/metadata.ts'
import { type IndexedFacts, MANIFEST_FILE, MANIFEST_MAX_BYTES, readManifest } from '../manifest/read.ts'
import { PKGBUILD_BIN_FILE, PKGBUILD_FILE, readPkgbuilds } from '../pkgbuild/read-folder.ts'
import { type CatalogTree, joinPath } from '../tree/catalog-tree.ts'
import { readText, TEXT_MAX_BYTES } from '../tree/read-text.ts'
import { readVersion, VERSION_FILES } from '../versions/read.ts'
import { checkSrcinfo, readMetadataVersion, settleVersion } from '../versions/settle.ts'

/** What a worker's folder holds. Null is what could not be read: the findings say why. */
export interface FolderContents {
  readonly layout: Layout
  readonly manifest: WorkerManifest | null
  readonly version: Version | null
  readonly pkgbuild: string | null
  readonly pkgbuildBin: string | null
  readonly readme: string | null
  readonly changelog: string | null
  readonly binarySources: readonly BinarySource[]
}

/** What is known of a folder beside what lies in it. */
export interface FolderContext {
  /** Null where the folder itself tells it. */
  readonly layout: 'branch' | null
  readonly indexed?: IndexedFacts
}

/**
 * Reads a folder that has a worker.toml, a metadata.json or both. Beside a Cargo.toml, package.json or pyproject.toml it
 * is of the monorepo layout, beside nothing but PKGBUILDs of the folder layout. Every problem of the folder becomes a
 * finding. What is thrown concerns the tree as a whole: taken for a finding, it would make all workers look as if they
 * were gone.
 */
export async function readFolder(
  tree: CatalogTree,
  folder: string,
  findings: FolderFindings,
  context: FolderContext = { layout: null },
): Promise<FolderContents> {
  const has = (file: string) => tree.entries.has(joinPath(folder, file))
  const buildSystem = VERSION_FILES.find(({ file }) => has(file))?.system ?? null
  const layout: Layout = context.layout ?? (buildSystem === null ? 'folder' : 'monorepo')

  const required = { maxBytes: MANIFEST_MAX_BYTES, severity: 'error' } as const
  const [toml, json] = [
    await readText(tree, folder, MANIFEST_FILE, required, findings),
    await readText(tree, folder, METADATA_FILE, required, findings),
  ]
  const packages = await readPkgbuilds(tree, folder, findings)
  const surroundings = { layout, buildSystem, platforms: packages.platforms, indexed: context.indexed }
  const stated =
    toml === null && json === null
      ? { manifest: null, version: null }
      : readManifest({ toml, json }, surroundings, findings)
  const statements =
    layout === 'monorepo' && buildSystem !== null
      ? [
          await readVersion(tree, folder, buildSystem, findings),
          packages.version,
          readMetadataVersion(stated.version, findings),
        ]
      : [readMetadataVersion(stated.version, findings), packages.version]
  const version = settleVersion(statements, findings)
  const silent = layout !== 'monorepo' && !has(PKGBUILD_FILE) && !has(PKGBUILD_BIN_FILE)
  if (silent && stated.version === null && (json === null || findings.errors === 0))
    reportNoVersion(json, findings)
  const optional = { maxBytes: TEXT_MAX_BYTES, severity: 'warning' } as const
  if (packages.version !== null) await checkSrcinfo(tree, folder, packages.version, findings)
  return {
    layout,
    manifest: stated.manifest,
    version,
    pkgbuild: packages.pkgbuild,
    pkgbuildBin: packages.pkgbuildBin,
    readme: await readText(tree, folder, 'README.md', optional, findings),
    changelog: await readText(tree, folder, 'CHANGELOG.md', optional, findings),
    binarySources: packages.binarySources.map((source) => ({
      ...source,
      variant: stated.manifest?.build.default_feature ?? source.variant,
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
