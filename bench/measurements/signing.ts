import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFileStores } from '../../packages/blobs/src/files/index.ts'
import { metadataStore } from '../../packages/registry/src/index.ts'
import { type WorkerIndex, workerIdSchema } from '../../packages/schema/src/index.ts'
import {
  createMetadataRepository,
  fetchFirstRoot,
  type MetadataStore,
  makeRoot,
  makeTargets,
  newSecretKey,
  OFFLINE_LIFETIME_MS,
  openTrustedRegistry,
  signerOf,
  trustRoot,
  workerTarget,
} from '../../packages/trust/src/index.ts'
import { type Measurement, median } from '../measurement.ts'

export const WORKERS = 100_000
const SINGLE = 50
const INSTALLS = 20

/** What signed metadata takes with 100,000 workers, on files. */
export async function signing(): Promise<Measurement> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-signing-'))
  try {
    const { documents } = await openFileStores(folder, (length) => new Uint8Array(randomBytes(length)))
    const store = metadataStore(documents)
    const repository = await aRepository(store)
    const all = new Map(Array.from({ length: WORKERS }, (_, index) => anIndex(index, 0)))
    const first = await secondsOf(() => repository.update(async () => all))
    const singles: number[] = []
    for (let round = 1; round <= SINGLE; round += 1) {
      const one = new Map([anIndex(round * 997, round)])
      singles.push(await secondsOf(() => repository.update(async () => one)))
    }
    const installs: number[] = []
    for (let round = 0; round < INSTALLS; round += 1) installs.push(await install(store, round * 4001))
    return {
      what: `Signed metadata of ${WORKERS.toLocaleString('en')} workers`,
      unit: 's',
      higherIsBetter: false,
      withoutPeers: true,
      results: [
        { name: 'list and sign all', median: first },
        { name: 'sign one more release', median: median(singles) },
        { name: 'verify a first install', median: median(installs) },
      ],
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function aRepository(store: MetadataStore) {
  const [online, offline] = ['online', 'offline'].map((name) => signerOf(newSecretKey(randomBytes), name))
  if (online === undefined || offline === undefined) throw new Error('There are two keys')
  const validity = { version: 1, now: Date.now(), lifetimeMs: OFFLINE_LIFETIME_MS }
  const keys = { offline: [offline.publicKey], threshold: 1, online: online.publicKey }
  const repository = createMetadataRepository({ store, online, clock: Date.now })
  await repository.adopt({
    roots: [makeRoot(keys, validity, [offline])],
    targets: makeTargets(online.publicKey, validity, [offline]),
  })
  return repository
}

/** All that a client without any state reads and checks before it may use a worker's documents, in seconds. */
async function install(store: MetadataStore, index: number): Promise<number> {
  const kept = new Map<string, Uint8Array>()
  const trusted = {
    read: async (name: string) => kept.get(name) ?? null,
    write: async (name: string, bytes: Uint8Array) => void kept.set(name, bytes),
    remove: async (name: string) => void kept.delete(name),
  }
  const source = { fetch: async (name: string) => (await store.get(name))?.body ?? null }
  await trustRoot(trusted, await fetchFirstRoot(source))
  return secondsOf(async () => {
    const registry = await openTrustedRegistry({ source, store: trusted, clock: Date.now })
    const worker = await registry.worker(workerIdSchema.parse(idOf(index)))
    if (worker === null) throw new Error(`${idOf(index)} is not listed`)
  })
}

/** As large as that of a worker with one release and three variants. */
export function anIndex(index: number, round: number): [string, Uint8Array] {
  const id = workerIdSchema.parse(idOf(index))
  const facts = { sha256: String(round).padStart(64, '0'), length: 2000 }
  const body: WorkerIndex = {
    worker: id,
    addresses: { [id]: null, [`${id}-cpu`]: 'cpu', [`${id}-cuda`]: 'cuda', [`${id}-rocm`]: 'rocm' },
    documents: Object.fromEntries(
      ['', '/versions', '/1.0.0'].map((end) => [`/v1/workers/${id}${end}`, facts]),
    ),
  }
  return [workerTarget(id), Buffer.from(JSON.stringify(body))]
}

const idOf = (index: number) => `some-worker-${index}`

export async function secondsOf(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now()
  await action()
  return (performance.now() - start) / 1000
}
