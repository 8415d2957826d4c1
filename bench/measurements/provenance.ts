import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFileStores } from '../../packages/blobs/src/files/index.ts'
import { openSqliteDatabase } from '../../packages/db/src/sqlite/index.ts'
import {
  emptyHistory,
  extendHistory,
  type KeyHistory,
  type PublisherSigner,
  readHistory,
  releaseIdentity,
  verifyArtifact,
} from '../../packages/provenance/src/index.ts'
import type { ReleaseInput } from '../../packages/schema/src/index.ts'
import {
  aKeyChange,
  anOperator,
  aPublisherSigner,
  aRegistry,
  aReleaseInput,
  artifactOf,
  aWorkerId,
  packedArchive,
  sendArchive,
  withProvenance,
} from '../../packages/testing/src/index.ts'
import { type Measurement, median } from '../measurement.ts'

const ROUNDS = 50
const RELEASES = 25
const KEYS = 5
const ID = aWorkerId()

/** What provenance adds to publishing and installing one artifact, on SQLite and files. */
export async function provenance(): Promise<Measurement> {
  const packed = await packedArchive({ 'bin/echo-worker': 'program' })
  const release = (version: string) => aReleaseInput({ version, artifacts: [artifactOf([packed])] })
  const signer = aPublisherSigner(1)
  const history = aHistory(signer)
  const signed = withProvenance(release('1.0.0'), signer)
  return {
    what: 'Provenance of one artifact',
    unit: 'ms',
    higherIsBetter: false,
    withoutPeers: true,
    results: [
      { name: 'sign', median: median(await times(() => withProvenance(release('1.0.0'), signer))) },
      {
        name: `follow a history of ${KEYS} keys`,
        median: median(await times(() => readHistory(ID, history.changes))),
      },
      { name: 'verify', median: median(await times(() => verify(signed, history))) },
      { name: 'publish without', median: await publishing(packed, release) },
      {
        name: 'publish signed, with a key bound',
        median: await publishing(packed, (version) => withProvenance(release(version), signer), signer),
      },
    ],
  }
}

function aHistory(signer: PublisherSigner): KeyHistory {
  let history = emptyHistory(ID)
  for (let number = 1; number <= KEYS; number += 1) {
    const key = aPublisherSigner(number)
    const change = aKeyChange(ID, history.changes, number === 1 ? 'bound' : 'added', key, [
      ...new Set([number === 1 ? key : signer, key]),
    ])
    history = extendHistory(history, { ...change, at: new Date(number).toISOString() })
  }
  return history
}

function verify(input: ReleaseInput, history: KeyHistory): void {
  const [artifact] = input.artifacts
  if (artifact === undefined) throw new Error('a release without artifacts')
  const { platform, variant, digest, provenance: envelope = null } = artifact
  const subject = { worker: ID, version: input.version, platform, variant, digest }
  const facts = { subject, release: releaseIdentity(input), attachedAt: new Date(KEYS).toISOString() }
  if (!verifyArtifact(facts, envelope, history).ok) throw new Error('the provenance does not hold')
}

/** One release after the other of one worker, with everything that is written of each: the median in milliseconds. */
async function publishing(
  packed: Awaited<ReturnType<typeof packedArchive>>,
  releaseOf: (version: string) => ReleaseInput,
  signer?: PublisherSigner,
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-provenance-'))
  try {
    const database = openSqliteDatabase(join(folder, 'catalog.sqlite'))
    const stores = await openFileStores(folder, (length) => new Uint8Array(randomBytes(length)))
    const { registry } = aRegistry(database, stores)
    const caller = anOperator()
    await sendArchive(registry, caller, packed)
    if (signer !== undefined) {
      await registry.publishRelease(
        caller,
        ID,
        aReleaseInput({ version: '0.9.0', artifacts: [artifactOf([packed])] }),
      )
      await registry.changeKeys(caller, ID, aKeyChange(ID, [], 'bound', signer))
    }
    const taken: number[] = []
    for (let number = 0; number < RELEASES; number += 1) {
      const input = releaseOf(`1.0.${number}`)
      const start = performance.now()
      await registry.publishRelease(caller, ID, input)
      taken.push(performance.now() - start)
    }
    return median(taken)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function times(action: () => unknown): Promise<number[]> {
  const taken: number[] = []
  for (let round = 0; round < ROUNDS; round += 1) {
    const start = performance.now()
    await action()
    taken.push(performance.now() - start)
  }
  return taken
}
