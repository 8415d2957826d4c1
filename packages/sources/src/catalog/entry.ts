import type { BinarySource, CatalogEntry, Version, WorkerManifest } from '@rbee/schema'
import type { FolderFindings } from '../findings.ts'
import { MANIFEST_FILE, MANIFEST_MAX_BYTES, readManifest } from '../manifest/read.ts'
import { PKGBUILD_BIN_FILE, PKGBUILD_FILE, readPkgbuilds } from '../pkgbuild/read-folder.ts'
import { type CatalogTree, joinPath } from '../tree/catalog-tree.ts'
import { readText, TEXT_MAX_BYTES } from '../tree/read-text.ts'
import { readVersion, VERSION_FILES } from '../versions/read.ts'

/** What a worker's folder holds. Null is what could not be read: the findings say why. */
export interface FolderContents {
  readonly layout: CatalogEntry['layout']
  readonly manifest: WorkerManifest | null
  readonly version: Version | null
  readonly pkgbuild: string | null
  readonly pkgbuildBin: string | null
  readonly readme: string | null
  readonly changelog: string | null
  readonly binarySources: readonly BinarySource[]
}

/**
 * Reads a folder that has a worker.toml. Beside a Cargo.toml, package.json or pyproject.toml it is of the monorepo
 * layout, beside nothing but PKGBUILDs of the folder layout. Every problem of the folder becomes a finding. What is thrown
 * concerns the tree as a whole: taken for a finding, it would make all workers look as if they were gone.
 */
export async function readFolder(
  tree: CatalogTree,
  folder: string,
  findings: FolderFindings,
): Promise<FolderContents> {
  const has = (file: string) => tree.entries.has(joinPath(folder, file))
  const buildSystem = VERSION_FILES.find(({ file }) => has(file))?.system ?? null
  const layout = buildSystem === null ? 'folder' : 'monorepo'

  const text = await readText(
    tree,
    folder,
    MANIFEST_FILE,
    { maxBytes: MANIFEST_MAX_BYTES, severity: 'error' },
    findings,
  )
  const packages = await readPkgbuilds(tree, folder, findings)
  const manifest =
    text === null
      ? null
      : readManifest(text, { layout, buildSystem, platforms: packages.platforms }, findings)
  const stated = buildSystem === null ? null : await readVersion(tree, folder, buildSystem, findings)
  const version = buildSystem === null ? packages.version : stated
  if (buildSystem === null && !has(PKGBUILD_FILE) && !has(PKGBUILD_BIN_FILE)) reportNoVersionFile(findings)
  if (stated !== null && packages.version !== null && stated !== packages.version) {
    findings.error({
      code: 'version_mismatch',
      message: `pkgver is ${packages.version}, but the version of this worker is ${stated}`,
      next: `set pkgver=${stated.replaceAll('-', '_')}`,
      file: packages.versionPlace?.file,
      line: packages.versionPlace?.line,
      field: 'pkgver',
    })
  }
  const optional = { maxBytes: TEXT_MAX_BYTES, severity: 'warning' } as const
  return {
    layout,
    manifest,
    version,
    pkgbuild: packages.pkgbuild,
    pkgbuildBin: packages.pkgbuildBin,
    readme: await readText(tree, folder, 'README.md', optional, findings),
    changelog: await readText(tree, folder, 'CHANGELOG.md', optional, findings),
    binarySources: packages.binarySources.map((source) => ({
      ...source,
      variant: manifest?.build.default_feature ?? source.variant,
    })),
  }
}

function reportNoVersionFile(findings: FolderFindings): void {
  const files = VERSION_FILES.map(({ file }) => file).join(', ')
  findings.error({
    code: 'version_missing',
    message: `nothing beside ${MANIFEST_FILE} states a version`,
    next: `add ${files}, ${PKGBUILD_FILE} or ${PKGBUILD_BIN_FILE} to the folder`,
  })
}
