import { type FakeClock, fakeClock, fakeRandomBytes } from '@rbee/testing'
import type { CeremonyFiles } from '../ceremony/chain.ts'
import { makeRoot, makeTargets, OFFLINE_LIFETIME_MS } from '../ceremony/make-root.ts'
import { newSecretKey, type Signer, signerOf } from '../metadata/keys.ts'
import { createMetadataRepository, type MetadataRepository } from '../repository/repository.ts'
import { type MemoryMetadataStore, memoryMetadataStore } from './memory-metadata-store.ts'

export interface TestRepository {
  readonly repository: MetadataRepository
  readonly store: MemoryMetadataStore
  readonly clock: FakeClock
  readonly offline: readonly Signer[]
  readonly online: Signer
  readonly files: CeremonyFiles
}

export function aSigner(seed: number): Signer {
  return signerOf(newSecretKey(fakeRandomBytes(seed)), 'the test')
}

/** Roots and targets of one ceremony. */
function aCeremony(
  offline: readonly Signer[],
  online: Signer,
  { threshold = 1, now }: { threshold?: number; now: number },
): CeremonyFiles {
  const validity = { version: 1, now, lifetimeMs: OFFLINE_LIFETIME_MS }
  const keys = {
    offline: offline.map(({ publicKey }) => publicKey),
    threshold,
    online: online.publicKey,
  }
  return {
    roots: [makeRoot(keys, validity, offline)],
    targets: makeTargets(online.publicKey, validity, offline),
  }
}

/** A repository that lists nothing yet, with two of three root keys as the threshold. */
export async function aRepository({
  start,
  store = memoryMetadataStore(),
}: {
  start?: number
  store?: MemoryMetadataStore
} = {}): Promise<TestRepository> {
  const clock = fakeClock(start)
  const offline = [aSigner(1), aSigner(2), aSigner(3)]
  const online = aSigner(9)
  const repository = createMetadataRepository({ store, clock, online })
  const files = aCeremony(offline, online, { threshold: 2, now: clock() })
  await repository.adopt(files)
  return { repository, store, clock, offline, online, files }
}

/** Changes that list one file for each of these workers. */
export function changesOf(workers: Readonly<Record<string, string | null>>): Map<string, Uint8Array | null> {
  return new Map(
    Object.entries(workers).map(([id, text]) => [
      `workers/${id}.json`,
      text === null ? null : new TextEncoder().encode(text),
    ]),
  )
}

/** The same repository once its online key was replaced. */
export async function withOnlineKey(
  { store, clock, offline, files }: TestRepository,
  online: Signer,
): Promise<{ readonly repository: MetadataRepository; readonly files: CeremonyFiles }> {
  clock.advance(60_000)
  const validity = { version: 2, now: clock(), lifetimeMs: OFFLINE_LIFETIME_MS }
  const keys = { offline: offline.map(({ publicKey }) => publicKey), threshold: 2, online: online.publicKey }
  const rotated = {
    roots: [...files.roots, makeRoot(keys, validity, offline)],
    targets: makeTargets(online.publicKey, validity, offline),
  }
  const repository = createMetadataRepository({ store, clock, online })
  await repository.adopt(rotated)
  return { repository, files: rotated }
}
