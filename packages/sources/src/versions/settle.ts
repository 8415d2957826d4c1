import { PKGBUILD_MAX_BYTES } from '@rbee/pkgbuild'
import { type Version, versionSchema } from '@rbee/schema'
import { type FolderFindings, quoteValue } from '../findings.ts'
import type { MetadataDraft } from '../manifest/metadata.ts'
import type { Place } from '../manifest/spellings.ts'
import type { CatalogTree } from '../tree/catalog-tree.ts'
import { readText } from '../tree/read-text.ts'

/** A version, and where it is stated. */
export interface StatedVersion {
  readonly version: Version
  readonly place: Place
}

/** The version that all files of a folder state: the first one's; each other that differs is an error. */
export function settleVersion(
  statements: readonly (StatedVersion | null)[],
  findings: FolderFindings,
): Version | null {
  const [first, ...others] = statements.filter((statement) => statement !== null)
  if (first === undefined) return null
  for (const { version, place } of others) {
    if (version === first.version) continue
    findings.error({
      code: 'version_mismatch',
      message: `${place.field} is ${version}, but the version of this worker is ${first.version}`,
      next:
        place.field === 'pkgver'
          ? `set pkgver=${first.version.replaceAll('-', '_')}`
          : `state ${first.version} here, as ${first.place.file} does`,
      ...place,
    })
  }
  return first.version
}

/** `version` of a metadata.json. */
export function readMetadataVersion(
  stated: MetadataDraft['version'],
  findings: FolderFindings,
): StatedVersion | null {
  return stated === null ? null : checkedVersion(stated.value, stated.place, findings)
}

/** What a file states as its version, if it is one. */
export function checkedVersion(value: unknown, place: Place, findings: FolderFindings): StatedVersion | null {
  const version = versionSchema.safeParse(value)
  if (version.success) return { version: version.data, place }
  findings.error({
    code: 'invalid_version',
    message: `the version ${quoteValue(value)} is not a semantic version`,
    next: 'write it as MAJOR.MINOR.PATCH, such as 1.2.3 or 1.2.3-rc.1',
    ...place,
  })
  return null
}

const SRCINFO_FILE = '.SRCINFO'

/** What `.SRCINFO` has to repeat. */
export interface Repeated extends StatedVersion {
  /** Null where nothing else states one, or a PKGBUILD does, of which only the version counts. */
  readonly url: string | null
}

/**
 * `.SRCINFO` repeats what a PKGBUILD says, for readers that cannot read it; here only whether it is up to date counts.
 * Where there is no PKGBUILD, it is held against what the manifest says.
 */
export async function checkSrcinfo(
  tree: CatalogTree,
  folder: string,
  { version, place, url }: Repeated,
  findings: FolderFindings,
): Promise<void> {
  const options = { maxBytes: PKGBUILD_MAX_BYTES, severity: 'warning' } as const
  const text = await readText(tree, folder, SRCINFO_FILE, options, findings)
  const lines = text?.split('\n') ?? []
  const pkgver = srcinfoField(lines, 'pkgver')
  if (pkgver !== null && pkgver.value.replaceAll('_', '-') !== version) {
    const isPackage = place.field === 'pkgver'
    findings.warn({
      code: 'version_mismatch',
      message: `${SRCINFO_FILE} states pkgver ${quoteValue(pkgver.value)}, ${isPackage ? 'the PKGBUILD' : place.file} ${version}`,
      next: isPackage
        ? 'write it anew: makepkg --printsrcinfo > .SRCINFO'
        : `state pkgver = ${version.replaceAll('-', '_')} there, or remove the file`,
      file: SRCINFO_FILE,
      line: pkgver.line,
      field: 'pkgver',
    })
  }
  const address = url === null ? null : srcinfoField(lines, 'url')
  if (address !== null && url !== null && withoutSlash(address.value) !== withoutSlash(url)) {
    findings.warn({
      code: 'manifest_conflict',
      message: `${SRCINFO_FILE} states the url ${quoteValue(address.value)}, ${place.file} the homepage ${quoteValue(url)}`,
      next: 'state the same address in both',
      file: SRCINFO_FILE,
      line: address.line,
      field: 'url',
    })
  }
}

function srcinfoField(
  lines: readonly string[],
  name: string,
): { readonly value: string; readonly line: number } | null {
  const begin = new RegExp(`^\\s*${name}\\s*=`)
  const index = lines.findIndex((line) => begin.test(line))
  const value = lines[index]?.replace(/^[^=]*=/, '').trim()
  return value === undefined ? null : { value, line: index + 1 }
}

function withoutSlash(address: string): string {
  return address.replace(/\/$/, '')
}
