import { Buffer } from 'node:buffer'
import {
  digestOf,
  type ProgramBuild,
  type ProgramsDocument,
  type ProgramsInput,
  RbeeError,
  type Sha256,
} from '@rbee/schema'
import { archiveUrl } from '../documents/addresses.ts'
import { jsonBytes } from '../documents/json-bytes.ts'
import { staffEvent } from '../log/log-entry.ts'
import type { BlobRow } from '../ports/database.ts'
import type { Caller, RegistryPorts } from '../registry.ts'
import { assertOperator } from '../tokens/scopes.ts'

/**
 * Offers builds of the command line programs in the place of those that were offered before. They are no worker's
 * release: their document is all there is of them, and a lost database takes nothing away.
 *
 * Operators only. Fails with `artifact_not_stored` (naming all that are missing), `invalid_format` or `archive_invalid`.
 */
export async function offerPrograms(
  ports: Pick<RegistryPorts, 'database' | 'documents' | 'clock'>,
  caller: Caller,
  input: ProgramsInput,
): Promise<ProgramsDocument> {
  assertOperator(caller)
  const blobs = await findBlobs(ports, input)
  const document: ProgramsDocument = {
    version: input.version,
    builds: input.builds.map((build) => describeBuild(build, blobs)),
  }
  await tellOfOffer(ports, caller, document)
  await ports.documents.put({ kind: 'programs' }, jsonBytes(document))
  return document
}

/** Who installs the programs believes what they are, so everybody can see when they were exchanged, and by whom. */
async function tellOfOffer(
  { database, documents, clock }: Pick<RegistryPorts, 'database' | 'documents' | 'clock'>,
  caller: Caller,
  { version, builds }: ProgramsDocument,
): Promise<void> {
  const before = await documents.get({ kind: 'programs' })
  if (before !== null && Buffer.compare(before.body, jsonBytes({ version, builds })) === 0) return
  const list = builds.map(({ platform, checksum }) => `${platform} ${checksum}`).join(', ')
  const reason = `programs ${version}: ${list}`.slice(0, 2000)
  await database.saveRegistryEvents([staffEvent(caller, clock(), { action: 'offer_programs', reason })])
}

async function findBlobs(
  ports: Pick<RegistryPorts, 'database'>,
  { builds }: ProgramsInput,
): Promise<ReadonlyMap<Sha256, BlobRow>> {
  const named = [...new Set(builds.map(({ sha256 }) => sha256))]
  const blobs = new Map((await ports.database.findBlobs(named)).map((blob) => [blob.sha256, blob]))
  const missing = named.filter((sha256) => !blobs.has(sha256))
  if (missing.length === 0) return blobs
  throw new RbeeError('artifact_not_stored', `${missing.length} of ${named.length} archives are not stored`, {
    next: 'Upload them first, then offer the programs again',
    details: { missing },
  })
}

function describeBuild(
  { platform, sha256 }: ProgramsInput['builds'][number],
  blobs: ReadonlyMap<Sha256, BlobRow>,
): ProgramBuild {
  const blob = blobs.get(sha256)
  if (blob === undefined) throw new Error(`the archive ${sha256} was found and is gone`)
  const { format, size, programs } = blob
  // Whoever has neither the programs nor much else can unpack this one.
  if (format !== 'tar.gz') {
    throw new RbeeError('invalid_format', `The archive for ${platform} is a ${format}, not a tar.gz`)
  }
  const program = platform.startsWith('windows-') ? 'rbee-hive.exe' : 'rbee-hive'
  if (!programs.includes(program)) {
    throw new RbeeError('archive_invalid', `The archive for ${platform} has no program bin/${program}`, {
      next: 'Build it with: pnpm run build:package, or pnpm run build:executables',
      details: { programs },
    })
  }
  return { platform, format, size, checksum: digestOf(sha256), download_url: archiveUrl(sha256) }
}
