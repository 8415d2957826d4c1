import { programsDocumentSchema, RbeeError, type ReleaseInput, type Sha256, sha256Of } from '@rbee/schema'
import { isPremium } from '../documents/distribution.ts'
import { inGroups } from '../documents/in-groups.ts'
import { jsonBytes, readJson } from '../documents/json-bytes.ts'
import type { RegistryPorts } from '../registry.ts'
import type { LicensedArchive } from './licensed-archives.ts'

const ARCHIVES_PER_QUERY = 100
const DOCUMENTS_AT_ONCE = 16

type GuardPorts = Pick<RegistryPorts, 'database' | 'documents'>

/**
 * Refuses a release that would open what another worker sells, by naming its archives as free ones of its own, or close what
 * another worker, or the programs, hand out to everybody. The hashes stand in public documents, so anybody can name them. Fails
 * with `forbidden`.
 */
export async function checkArchivesOwn(ports: GuardPorts, input: ReleaseInput): Promise<void> {
  const archives = archivesOf(input)
  if (isPremium(input.manifest)) {
    const others = await ownedByOthers(ports, input, archives)
    const programs = await archivesOfPrograms(ports)
    const taken = archives.find((sha256) => others.has(sha256) || programs.has(sha256))
    if (taken !== undefined) throw notOwn(taken)
    return
  }
  const sold = await inGroups(archives, DOCUMENTS_AT_ONCE, async (sha256) => {
    const stored = await ports.documents.get({ kind: 'licensed-archive', sha256 })
    return stored === null ? null : sha256
  })
  const named = sold.filter((sha256) => sha256 !== null)
  if (named.length === 0) return
  const others = await ownedByOthers(ports, input, named)
  const taken = named.find((sha256) => others.has(sha256))
  if (taken !== undefined) throw notOwn(taken)
}

/** Keeps the archives of a premium release from everybody, before anything public names them. */
export async function guardArchives({ documents }: GuardPorts, input: ReleaseInput): Promise<void> {
  if (!isPremium(input.manifest)) return
  const { manifest, version } = input
  await inGroups(archivesOf(input), DOCUMENTS_AT_ONCE, async (sha256) => {
    const key = { kind: 'licensed-archive', sha256 } as const
    const document: LicensedArchive = {
      ...{ sha256, worker: manifest.id, version },
      pricing: manifest.pricing ?? null,
    }
    if ((await documents.get(key)) === null) await documents.put(key, jsonBytes(document))
  })
}

function archivesOf({ artifacts }: ReleaseInput): Sha256[] {
  return [...new Set(artifacts.flatMap(({ archives }) => archives.map(({ sha256 }) => sha256)))]
}

async function ownedByOthers(
  { database }: GuardPorts,
  { manifest }: ReleaseInput,
  archives: readonly Sha256[],
): Promise<ReadonlySet<Sha256>> {
  const owned = new Set<Sha256>()
  for (let start = 0; start < archives.length; start += ARCHIVES_PER_QUERY) {
    const asked = archives.slice(start, start + ARCHIVES_PER_QUERY)
    for (const { sha256 } of await database.findArchiveOwners(asked, manifest.id)) owned.add(sha256)
  }
  return owned
}

async function archivesOfPrograms({ documents }: GuardPorts): Promise<ReadonlySet<Sha256>> {
  const stored = await documents.get({ kind: 'programs' })
  if (stored === null) return new Set()
  const { builds } = programsDocumentSchema.parse(readJson(stored.body))
  return new Set(builds.map(({ checksum }) => sha256Of(checksum)))
}

function notOwn(sha256: Sha256): RbeeError {
  return new RbeeError('forbidden', `The archive ${sha256} is of another worker, or of the programs`, {
    next: 'build the archive of this worker, with its own metadata.json, and upload it',
    details: { archive: sha256 },
  })
}
