import { createHash } from 'node:crypto'
import {
  envelopeBytes,
  type RebuildStatement,
  readRebuild,
  rebuilderAccount,
  verdictOf,
} from '@rbee/provenance'
import {
  type Artifact,
  RbeeError,
  REBUILDS_MAX,
  type RebuildCounts,
  type RebuildInput,
  sha256Schema,
  type Version,
  type WorkerId,
} from '@rbee/schema'
import type { ReleaseRow, WorkerRecord } from '../ports/database.ts'
import type { NewRebuild, RebuildLimits } from '../ports/rebuilds.ts'
import type { Caller, RegistryPorts } from '../registry.ts'
import { assertMadeByHand } from '../tokens/scopes.ts'
import { writeChangedWorker } from '../upkeep/due-documents.ts'
import type { AttestedRebuild } from './rebuild-changes.ts'
import { rebuildCounts } from './release-rebuilds.ts'

/** One account has a few keys, such as that of a new machine; it counts once anyway. */
const LIMITS: RebuildLimits = { release: REBUILDS_MAX, account: 5, history: 5 }
/** A statement may come from a clock that is ahead by this much. */
const CLOCK_SKEW_MS = 5 * 60_000

/**
 * Takes what somebody attests who built an artifact of a release once more. Anybody with a token may, for any worker; the key
 * need not be known. A later attestation of the same key takes the place of the one before, which is kept as its past.
 *
 * Fails with `forbidden` for a token of a run, `worker_not_found`, `release_not_found`, `publisher_key_invalid`,
 * `envelope_invalid`, `rebuild_invalid` or `rebuild_limit`.
 */
export async function attestRebuild(
  ports: RegistryPorts,
  caller: Caller,
  name: { readonly id: WorkerId; readonly version: Version },
  { envelope, key }: RebuildInput,
): Promise<AttestedRebuild> {
  assertMadeByHand(caller)
  const account = rebuilderAccount({ id: caller.tokenId, scope: caller.scope })
  const statement = readRebuild(envelope, key)
  const record = await ports.database.getWorker(name.id)
  const release = requireRelease(record, name)
  requireArtifact(statement, name, release)
  assertOwnStatement(statement, account, ports.clock())
  const bytes = envelopeBytes(envelope)
  const sha256 = sha256Schema.parse(createHash('sha256').update(bytes).digest('hex'))
  const { platform, variant } = statement.subject
  const rebuild: NewRebuild = {
    ...{ version: name.version, platform, variant, key, account, sha256 },
    own: caller.worker === name.id,
    reproduced: verdictOf(statement) === 'reproduced',
    rebuilt: statement.rebuilt,
    at: ports.clock(),
  }
  // Before the row that names it. Whatever has this name already has these bytes.
  await ports.documents.put({ kind: 'provenance', sha256 }, bytes, { etag: null })
  const outcome = await ports.database.attestRebuild(name.id, rebuild, LIMITS)
  if (outcome === 'full') throw tooMany(name)
  await writeChangedWorker(ports, name.id)
  const counts = await countsNow(ports, name.id, rebuild)
  return { created: outcome === 'stored', statement, counts }
}

function requireRelease(
  record: WorkerRecord | null,
  { id, version }: { readonly id: WorkerId; readonly version: Version },
): ReleaseRow {
  if (record === null) throw new RbeeError('worker_not_found', `There is no worker "${id}"`)
  const release = record.releases.find((row) => row.version === version)
  if (release !== undefined) return release
  throw new RbeeError('release_not_found', `No release ${version} of "${id}" was published here`, {
    next: `see its releases at /v1/workers/${id}/versions`,
  })
}

/** One that was made for another release, or another artifact of this one, proves nothing here. */
function requireArtifact(
  { subject, release: stated }: RebuildStatement,
  { id, version }: { readonly id: WorkerId; readonly version: Version },
  { identity, input }: ReleaseRow,
): Artifact {
  if (subject.worker !== id || subject.version !== version)
    throw invalid(`it is of ${subject.worker} ${subject.version}, not of ${id} ${version}`)
  if (stated !== identity) throw invalid('it is of a release with another manifest or other artifacts')
  const { platform, variant } = subject
  const artifact = input.artifacts.find((one) => one.platform === platform && one.variant === variant)
  if (artifact === undefined) throw invalid(`the release has no artifact ${platform}/${variant}`)
  if (artifact.digest !== subject.digest)
    throw invalid(`what is published for ${platform}/${variant} is ${artifact.digest}, not ${subject.digest}`)
  return artifact
}

/** Envelopes are public: with the token of somebody else one would take the place of what their key says now. */
function assertOwnStatement({ account, finishedOn }: RebuildStatement, caller: string, now: number): void {
  if (account !== caller)
    throw invalid(`it was made for the account ${account}, and the token is of ${caller}`)
  if (Date.parse(finishedOn) > now + CLOCK_SKEW_MS)
    throw invalid(`it says that the build ended at ${finishedOn}, which is not yet`)
}

async function countsNow(
  { database }: RegistryPorts,
  id: WorkerId,
  rebuild: NewRebuild,
): Promise<RebuildCounts> {
  const record = await database.getWorker(id)
  if (record === null) throw new Error(`worker ${id} has a release and no row`)
  return rebuildCounts(record, rebuild, rebuild)
}

function tooMany({ id, version }: { readonly id: WorkerId; readonly version: Version }): RbeeError {
  return new RbeeError('rebuild_limit', `There are too many attestations of ${id} ${version}`, {
    next: `one account attests an artifact with at most ${LIMITS.account} keys, and a release has at most ${LIMITS.release} attestations`,
  })
}

function invalid(reason: string): RbeeError {
  return new RbeeError('rebuild_invalid', `The attestation is not taken: ${reason}`, {
    next: 'make it anew: rbee-publish rebuild WORKER --attest',
  })
}
