import type { TarEntry } from '../files/compressed-tar.ts'
import { oneLine, PACKAGER, relationsOf } from './package-info.ts'
import type { PackageOffer } from './package-offer.ts'
import type { PackageRecord } from './package-record.ts'

/** A package that lies in the repository. */
export interface StoredPackage {
  readonly offer: PackageOffer
  readonly record: PackageRecord
}

/**
 * The entries of a repository's database, as `repo-add` 6.0 writes them: a folder NAME-VERSION for each package, with a
 * file `desc`, and in the database of files with a file `files`.
 *
 * @param packages sorted by name.
 */
export function* databaseEntries(
  packages: readonly StoredPackage[],
  { withFiles }: { readonly withFiles: boolean },
): Generator<TarEntry> {
  for (const { offer, record } of packages) {
    const folder = `${offer.name}-${offer.version}/`
    yield { name: folder, mode: 0o755, size: 0, source: null }
    yield textFile(`${folder}desc`, description(offer, record))
    if (withFiles) yield textFile(`${folder}files`, section('FILES', record.files))
  }
}

function textFile(name: string, text: string): TarEntry {
  const bytes = new TextEncoder().encode(text)
  return { name, mode: 0o644, size: bytes.length, source: { bytes } }
}

function description(offer: PackageOffer, record: PackageRecord): string {
  const { conflicts, provides, optional } = relationsOf(offer)
  return [
    section('FILENAME', [offer.fileName]),
    section('NAME', [offer.name]),
    section('BASE', [offer.name]),
    section('VERSION', [offer.version]),
    section('DESC', [oneLine(offer.description)]),
    section('CSIZE', [String(record.size)]),
    section('ISIZE', [String(record.installed_size)]),
    section('SHA256SUM', [record.sha256]),
    section('URL', offer.homepage === null ? [] : [oneLine(offer.homepage)]),
    section('LICENSE', [oneLine(offer.license)]),
    section('ARCH', [offer.arch]),
    section('BUILDDATE', [String(offer.builtAt)]),
    section('PACKAGER', [PACKAGER]),
    section('CONFLICTS', conflicts),
    section('PROVIDES', provides),
    section('OPTDEPENDS', optional),
  ].join('')
}

/** An empty line ends a section, so that a section without lines must not stand there. */
function section(name: string, lines: readonly string[]): string {
  const filled = lines.filter((line) => line !== '')
  return filled.length === 0 ? '' : `%${name}%\n${filled.join('\n')}\n\n`
}
