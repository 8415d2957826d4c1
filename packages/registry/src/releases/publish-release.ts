import { emptyHistory, releaseIdentity } from '@rbee/provenance'
import { RbeeError, type ReleaseDocument, type ReleaseInput, type Sha256, type WorkerId } from '@rbee/schema'
import { composeRelease } from '../documents/index.ts'
import { checkArchivesOwn, guardArchives } from '../licenses/guard-archives.ts'
import { checkLookAlike, checkNames, checkNotHeld, takeNames } from '../names/name-rules.ts'
import { similarNames } from '../names/similar-names.ts'
import { namesOf } from '../names/worker-names.ts'
import type { Database, NameRow, ReleaseRow, WorkerRecord, WorkerRow } from '../ports/database.ts'
import { attachProvenance } from '../provenance/attach-provenance.ts'
import { judgeRelease, storeEnvelopes } from '../provenance/judge-provenance.ts'
import { historyOf } from '../provenance/worker-history.ts'
import type { Caller, RegistryPorts } from '../registry.ts'
import { assertWorkerInScope } from '../tokens/scopes.ts'
import { writeChangedWorker } from '../upkeep/due-documents.ts'
import { checkStoredArtifacts } from './stored-artifacts.ts'
import { assertMayPublish, assertTokenTaken, ownerOf, publisherOf } from './worker-ownership.ts'

/**
 * Makes a release appear, in one step. The same release again changes no row and writes the documents anew, so that
 * repeating a publish that failed half-way completes it; another one under the same version is a `version_conflict`.
 * Archives in further compressions cannot be added to a release afterwards.
 */
export async function publishRelease(
  ports: RegistryPorts,
  caller: Caller,
  id: WorkerId,
  input: ReleaseInput,
): Promise<{ created: boolean; release: ReleaseDocument }> {
  assertWorkerInScope(caller, id)
  if (input.manifest.id !== id) {
    throw new RbeeError('invalid_body', `The manifest is of "${input.manifest.id}", the address of "${id}"`)
  }
  const known = await ports.database.getWorker(id)
  assertMayPublish(caller, id, known)
  assertTokenTaken(caller, id, known)
  const identity = releaseIdentity(input)
  const existing = known?.releases.find(({ version }) => version === input.version) ?? null
  const created = existing === null && (await storeRelease(ports, caller, known, input, identity))
  if (existing !== null) assertSameRelease(existing, identity)
  if (!created) await attachProvenance(ports, input, identity)
  await writeChangedWorker(ports, id)
  return { created, release: await readRelease(ports.database, id, input) }
}

/** @returns false when the same release was stored by another call at the same time. */
async function storeRelease(
  ports: RegistryPorts,
  caller: Caller,
  known: WorkerRecord | null,
  input: ReleaseInput,
  identity: Sha256,
): Promise<boolean> {
  const now = ports.clock()
  const worker = known?.worker ?? newWorker(caller, input.manifest.id, now)
  const names = namesOf(input.manifest, {
    source: worker.source,
    layout: known?.recipe?.entry.layout ?? null,
  })
  await checkNewNames(ports.database, worker, names, known === null)
  await checkStoredArtifacts(ports.database, input)
  await checkArchivesOwn(ports, input)
  const history = known === null ? emptyHistory(worker.id) : historyOf(known)
  const provenance = judgeRelease(input, identity, history, now)
  await storeEnvelopes(ports, provenance)
  const release: ReleaseRow = {
    worker: worker.id,
    version: input.version,
    input: withoutProvenance(input),
    identity,
    publishedAt: now,
    publishedBy: caller.tokenId,
    publisher: publisherOf(caller),
    yanked: null,
    yankedAt: null,
    quarantined: null,
    quarantinedAt: null,
    securityFix: null,
  }
  await guardArchives(ports, input)
  const { outcome } = await takeNames(names, (wanted) =>
    ports.database.insertRelease(worker, wanted, release, provenance.judged),
  )
  if (outcome === 'inserted') return true
  const winner = await ports.database.getRelease(worker.id, input.version)
  if (winner === null) return storeAfterAnother(ports, caller, known, input, identity)
  assertSameRelease(winner, identity)
  return false
}

/**
 * Another publisher brought the worker since it was looked up, so that it may not be this caller's any more; or its keys
 * changed, so that they decide anew.
 */
async function storeAfterAnother(
  ports: RegistryPorts,
  caller: Caller,
  known: WorkerRecord | null,
  input: ReleaseInput,
  identity: Sha256,
): Promise<boolean> {
  const { id } = input.manifest
  const current = await ports.database.getWorker(id)
  const isAsBefore =
    current?.worker.owner === known?.worker.owner && current?.keyChanges?.length === known?.keyChanges?.length
  if (current === null || isAsBefore) {
    throw new Error(`release ${id} ${input.version} exists and cannot be read`)
  }
  assertMayPublish(caller, id, current)
  return storeRelease(ports, caller, current, input, identity)
}

/** Provenance is kept beside the release, where some can be added later. */
function withoutProvenance(input: ReleaseInput): ReleaseInput {
  return { ...input, artifacts: input.artifacts.map(({ provenance: _, ...artifact }) => artifact) }
}

/** Only a catalog makes a worker official: that list is reviewed, and a token can be stolen. */
function newWorker(caller: Caller, id: WorkerId, now: number): WorkerRow {
  return { id, source: 'community', owner: ownerOf(caller), createdAt: now }
}

async function checkNewNames(
  database: Database,
  worker: WorkerRow,
  names: readonly NameRow[],
  isNew: boolean,
): Promise<void> {
  checkNames(names, worker.source)
  checkNotHeld(worker.id, names, await database.findNames(names.map(({ name }) => name)))
  if (!isNew) return
  checkLookAlike(names, similarNames(await database.listProtectedNames(null)))
}

function assertSameRelease(existing: ReleaseRow, identity: Sha256): void {
  if (existing.identity === identity) return
  throw new RbeeError(
    'version_conflict',
    `Version ${existing.version} of "${existing.worker}" is published with other contents`,
    { next: 'Releases never change: publish the new contents under a new version' },
  )
}

async function readRelease(database: Database, id: WorkerId, input: ReleaseInput): Promise<ReleaseDocument> {
  const record = await database.getWorker(id)
  if (record === null) throw new Error(`worker ${id} has a release and no row`)
  return composeRelease(record, input.version)
}
