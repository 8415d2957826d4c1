import {
  type Caller,
  createRegistry,
  type Database,
  entryHash,
  type Registry,
  type RegistryPorts,
} from '@rbee/registry'
import {
  type CatalogEntry,
  type CatalogState,
  type Finding,
  UPLOAD_PART_BYTES,
  type UploadState,
} from '@rbee/schema'
import { memoryArchiveStore } from './memory-archive-store.ts'
import { memoryDocumentStore } from './memory-document-store.ts'
import { streamOf } from './streams.ts'
import { type FakeClock, fakeClock, fakeRandomBytes } from './surroundings.ts'
import { declarationOf, type PackedArchive } from './tar-archive.ts'

export interface TestRegistry {
  readonly registry: Registry
  readonly ports: RegistryPorts
  readonly clock: FakeClock
}

/** The real registry on the given database, with stores in memory and time that stands still. */
export function aRegistry(database: Database, overrides: Partial<RegistryPorts> = {}): TestRegistry {
  const clock = fakeClock()
  const ports: RegistryPorts = {
    database,
    documents: memoryDocumentStore(),
    archives: memoryArchiveStore(),
    clock,
    randomBytes: fakeRandomBytes(),
    ...overrides,
  }
  return { registry: createRegistry(ports), ports, clock }
}

/** Who calls, as `authenticate` would say. */
export function aCaller(overrides: Partial<Caller> = {}): Caller {
  return { tokenId: 'token-1', scope: 'publish', worker: null, ...overrides }
}

export function anOperator(): Caller {
  return aCaller({ tokenId: 'operator', scope: 'operator' })
}

/** The bytes of part `part` (from 1) of an archive. */
export function partOf(packed: PackedArchive, part: number): Uint8Array {
  return packed.bytes.subarray((part - 1) * UPLOAD_PART_BYTES, part * UPLOAD_PART_BYTES)
}

/** Opens an upload, sends every part that is missing, and completes it. */
export async function sendArchive(
  registry: Registry,
  caller: Caller,
  packed: PackedArchive,
): Promise<UploadState> {
  const opened = await registry.openUpload(caller, declarationOf(packed))
  if (opened.upload_id === null) return opened
  for (let part = 1; part <= opened.parts; part += 1) {
    if (opened.received_parts.includes(part)) continue
    const bytes = partOf(packed, part)
    await registry.writePart(caller, opened.upload_id, part, streamOf(bytes), bytes.length)
  }
  return registry.completeUpload(caller, opened.upload_id)
}

/** Syncs a catalog as a client does: begin, send what is needed, finish with what was refused. */
export async function syncCatalog(
  registry: Registry,
  catalog: string,
  entries: readonly CatalogEntry[],
  findings: readonly Finding[] = [],
): Promise<{ needed: string[]; accepted: string[]; state: CatalogState }> {
  const operator = anOperator()
  const announced = entries.map((entry) => ({ id: entry.manifest.id, hash: entryHash(entry) }))
  const { sync_id, needed } = await registry.beginSync(operator, {
    catalog,
    commit: 'c'.repeat(40),
    entries: announced,
  })
  const asked = entries.filter(({ manifest }) => needed.includes(manifest.id))
  const { accepted, refused } = await registry.addSyncEntries(operator, sync_id, asked)
  const state = await registry.finishSync(operator, sync_id, [...findings, ...refused])
  return { needed, accepted, state }
}
