import { PKGBUILD_MAX_BYTES } from '@rbee/pkgbuild'
import type { BinarySource, ManifestPlatforms } from '@rbee/schema'
import type { FolderFindings } from '../findings.ts'
import type { CatalogTree } from '../tree/catalog-tree.ts'
import { readText } from '../tree/read-text.ts'
import type { StatedVersion } from '../versions/settle.ts'
import { type Pkgbuild, readPkgbuild } from './fields.ts'

export const PKGBUILD_FILE = 'PKGBUILD'
export const PKGBUILD_BIN_FILE = 'PKGBUILD.bin'

/** As many as a catalog entry holds. */
const MAX_BINARY_SOURCES = 64

/** What the PKGBUILDs of a folder say together. */
export interface FolderPackages {
  readonly pkgbuild: string | null
  readonly pkgbuildBin: string | null
  /** Of the PKGBUILD, else of the PKGBUILD.bin. */
  readonly srcinfo: string | null
  readonly version: StatedVersion | null
  /** Null where they name no architecture. */
  readonly platforms: ManifestPlatforms | null
  readonly binarySources: readonly BinarySource[]
}

/** Reads PKGBUILD and PKGBUILD.bin of a folder, which must state the same version. */
export async function readPkgbuilds(
  tree: CatalogTree,
  folder: string,
  findings: FolderFindings,
): Promise<FolderPackages> {
  const options = { maxBytes: PKGBUILD_MAX_BYTES, severity: 'error' } as const
  const texts = await Promise.all(
    [PKGBUILD_FILE, PKGBUILD_BIN_FILE].map(async (file) => ({
      file,
      text: await readText(tree, folder, file, options, findings),
    })),
  )
  const packages: Pkgbuild[] = []
  for (const { file, text } of texts) {
    const read = text === null ? null : await readPkgbuild(file, text, findings)
    if (read !== null) packages.push(read)
  }
  requireOneVersion(packages, findings)
  const served = texts.find(({ text }) => text !== null)?.file
  const architectures = new Set(packages.flatMap((read) => read.architectures ?? []))
  return {
    pkgbuild: texts[0]?.text ?? null,
    pkgbuildBin: texts[1]?.text ?? null,
    srcinfo: packages.find(({ file }) => file === served)?.srcinfo ?? null,
    version: statedVersion(packages),
    platforms: architectures.size === 0 ? null : { linux: [...architectures], macos: [], windows: [] },
    binarySources: distinctSources(packages.flatMap((read) => read.binarySources)).slice(
      0,
      MAX_BINARY_SOURCES,
    ),
  }
}

function statedVersion(packages: readonly Pkgbuild[]): StatedVersion | null {
  for (const { version, file, versionLine } of packages) {
    if (version !== null) return { version, place: { file, line: versionLine, field: 'pkgver' } }
  }
  return null
}

/** A PKGBUILD without a build and the PKGBUILD.bin beside it may name the same download. */
function distinctSources(sources: readonly BinarySource[]): readonly BinarySource[] {
  const byPlace = new Map(sources.map((source) => [`${source.platform} ${source.url}`, source]))
  return [...byPlace.values()]
}

function requireOneVersion([source, binary]: readonly Pkgbuild[], findings: FolderFindings): void {
  if (!source?.version || !binary?.version || source.version === binary.version) return
  findings.error({
    code: 'version_mismatch',
    message: `${source.file} states pkgver ${source.version}, ${binary.file} states ${binary.version}`,
    next: 'set pkgver to the same version in both',
    file: binary.file,
    line: binary.versionLine,
    field: 'pkgver',
  })
}
