import type { MetadataSource, TrustPorts, TrustStore } from '../client/ports.ts'
import { tooLarge } from '../client/refusals.ts'
import { openTrustedRegistry, type TrustedRegistry } from '../client/trusted-registry.ts'
import { fetchFirstRoot, trustRoot } from '../client/trusted-root.ts'
import { aRepository, type TestRepository } from './a-repository.ts'

/** What a mirror answers for a file; null where it says that there is none. */
export type Answers = (name: string) => Uint8Array | null

export interface TestClient extends TestRepository {
  /** May be replaced, to play a mirror that lies. */
  answers: Answers
  /** The truth. */
  readonly honest: Answers
  readonly kept: Map<string, Uint8Array>
  /** Names of all files that were fetched, and the bytes together. */
  readonly fetched: { names: string[]; bytes: number }
  readonly ports: TrustPorts & { readonly source: MetadataSource }
  open(): Promise<TrustedRegistry>
}

/** A client that trusts the first root of a repository, and has fetched nothing else yet. */
export async function aClient(options: Parameters<typeof aRepository>[0] = {}): Promise<TestClient> {
  const repository = await aRepository(options)
  const honest: Answers = (name) => repository.store.files.get(name) ?? null
  const fetched: TestClient['fetched'] = { names: [], bytes: 0 }
  const kept = new Map<string, Uint8Array>()
  const source: MetadataSource = {
    async fetch(name, maxBytes) {
      const bytes = client.answers(name)
      fetched.names.push(name)
      fetched.bytes += Math.min(bytes?.length ?? 0, maxBytes)
      if (bytes !== null && bytes.length > maxBytes) throw tooLarge(name, maxBytes)
      return bytes
    },
  }
  const ports = { source, store: keptIn(kept), clock: repository.clock }
  const client: TestClient = {
    ...repository,
    answers: honest,
    honest,
    kept,
    fetched,
    ports,
    open: () => openTrustedRegistry(ports),
  }
  await trustRoot(ports.store, await fetchFirstRoot(source))
  return client
}

function keptIn(files: Map<string, Uint8Array>): TrustStore {
  return {
    read: async (name) => files.get(name) ?? null,
    async write(name, bytes) {
      files.set(name, bytes)
    },
    async remove(name) {
      files.delete(name)
    },
  }
}
