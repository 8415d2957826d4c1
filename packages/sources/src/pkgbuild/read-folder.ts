import type { BinarySource, ManifestPlatforms, Version } from '@rbee/schema'
import type { FolderFindings } from '../findings.ts'
import type { CatalogTree } from '../tree/catalog-tree.ts'
import { readText, TEXT_MAX_BYTES } from '../tree/read-text.ts'

export const PKGBUILD_FILE = 'PKGBUILD'
export const PKGBUILD_BIN_FILE = 'PKGBUILD.bin'

/** What the PKGBUILDs of a folder say. */
export interface FolderPackages {
  readonly pkgbuild: string | null
  readonly pkgbuildBin: string | null
  readonly version: Version | null
  readonly versionPlace: { readonly file: string; readonly line: number | null } | null
  readonly platforms: ManifestPlatforms | null
  readonly binarySources: readonly BinarySource[]
}

export async function readPkgbuilds(
  tree: CatalogTree,
  folder: string,
  findings: FolderFindings,
): Promise<FolderPackages> {
  const options = { maxBytes: TEXT_MAX_BYTES, severity: 'error' } as const
  return {
    pkgbuild: await readText(tree, folder, PKGBUILD_FILE, options, findings),
    pkgbuildBin: await readText(tree, folder, PKGBUILD_BIN_FILE, options, findings),
    version: null,
    versionPlace: null,
    platforms: null,
    binarySources: [],
  }
}
