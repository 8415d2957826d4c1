import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { extractArchive, listPackEntries } from '@rbee/packaging'
import { RbeeError, sha256Of } from '@rbee/schema'
import { writeCompressedTar } from '../files/compressed-tar.ts'
import type { RegistrySource } from '../offers/registry-source.ts'
import { packageContents } from './package-entries.ts'
import type { PackageOffer } from './package-offer.ts'
import { originOf, type PackageRecord } from './package-record.ts'

export interface PackageSurroundings {
  readonly source: Pick<RegistrySource, 'archive'>
  /** A folder for this package alone; it is removed afterwards. */
  readonly scratch: string
  readonly signal?: AbortSignal
}

/**
 * Makes a package in one file. Its bytes follow from the release alone: what a registry says of the archive is checked while
 * it is unpacked, and names, modes and times are set here.
 *
 * Fails with what `extractArchive` fails with, and with `archive_invalid` for an archive without the worker's program.
 *
 * @param finish takes the complete file away from its path.
 */
export async function makePackage(
  offer: PackageOffer,
  { source, scratch, signal }: PackageSurroundings,
  finish: (path: string) => Promise<void>,
): Promise<PackageRecord> {
  const { archive, artifact } = offer
  await rm(scratch, { recursive: true, force: true })
  await mkdir(scratch, { recursive: true })
  try {
    const payload = join(scratch, 'payload')
    const { programs } = await extractArchive(source.archive(archive), archive.format, payload, {
      expected: {
        sha256: sha256Of(archive.checksum),
        size: archive.size,
        digest: artifact.digest,
        unpackedSize: artifact.unpacked_size,
      },
      signal,
    })
    if (!programs.includes(offer.program)) throw withoutProgram(offer)
    const contents = await packageContents(offer, await listPackEntries(payload))
    const path = join(scratch, offer.fileName)
    const written = await writeCompressedTar(path, contents.entries, {
      time: offer.builtAt,
      level: 'default',
      signal,
    })
    await finish(path)
    return {
      origin: originOf(offer),
      ...written,
      installed_size: contents.installedSize,
      files: contents.entries.map(({ name }) => name).filter((name) => !name.startsWith('.')),
    }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

function withoutProgram({ program, fileName }: PackageOffer): RbeeError {
  return new RbeeError('archive_invalid', `the archive of ${fileName} has no program bin/${program}`, {
    next: 'tell its publisher: the program has the name that binary_name says',
    details: { rule: 'no_program', entry: `bin/${program}` },
  })
}
