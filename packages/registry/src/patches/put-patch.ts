import { readPatchHeader } from '@rbee/deltas/format'
import {
  type Artifact,
  type Digest,
  PATCH_FORMAT,
  PATCHES_MAX,
  type PatchDocument,
  RbeeError,
} from '@rbee/schema'
import type { WorkerRecord } from '../ports/database.ts'
import type { PatchName, PatchRow } from '../ports/patches.ts'
import type { Caller, RegistryPorts } from '../registry.ts'
import { assertMayPublish, assertTokenTaken } from '../releases/worker-ownership.ts'
import { blockArchives } from '../revocations/blocked-archives.ts'
import { assertWorkerInScope } from '../tokens/scopes.ts'
import { writeChangedWorker } from '../upkeep/due-documents.ts'
import { patchDocument, releaseOfArchive } from './artifact-patches.ts'
import { receivePatch } from './receive-patch.ts'

/**
 * Takes a patch of an artifact. It is no part of the release, which never changes: only another way to its bytes, whose digest
 * every client checks. That a patch is for these two archives is checked here by what it says of itself; applying it would
 * take more memory than every runtime has. One that is there already stays.
 *
 * Fails with `worker_not_found`, `release_not_found`, `no_artifact`, `forbidden`, `quarantined`, `patch_invalid` or
 * `size_mismatch`.
 *
 * @param size what the request states as its length, in bytes.
 */
export async function putPatch(
  ports: RegistryPorts,
  caller: Caller,
  name: PatchName,
  body: ReadableStream<Uint8Array>,
  size: number,
): Promise<{ created: boolean; patch: PatchDocument }> {
  const { id, version, platform, variant, from } = name
  assertWorkerInScope(caller, id)
  const record = await ports.database.getWorker(id)
  if (record === null) throw new RbeeError('worker_not_found', `There is no worker "${id}"`)
  assertMayPublish(caller, id, record)
  assertTokenTaken(caller, id, record)
  const artifact = requireArtifact(record, name)
  assertMayRun(record, name)
  const base = from === artifact.digest ? null : releaseOfArchive(record, artifact, from)
  if (base === null)
    throw invalid(`no other release of "${id}" has the archive ${from} for ${platform}/${variant}`)
  const present = record.patches?.find((row) => isOf(row, name))
  if (present !== undefined && (await ports.archives.size(present.sha256)) !== null) {
    return { created: false, patch: patchDocument(present) }
  }
  const sha256 = await receivePatch(ports, body, size, (begin) =>
    checkHeader(begin, { digest: from, size: base.unpackedSize }, artifact),
  )
  const row: PatchRow = {
    ...{ version, platform, variant, fromDigest: from, fromVersion: base.version },
    ...{ format: PATCH_FORMAT, size, sha256, at: ports.clock() },
  }
  if (!(await ports.database.savePatch(id, row, PATCHES_MAX))) {
    throw invalid(`${platform}/${variant} has ${PATCHES_MAX} patches already`)
  }
  await blockIfQuarantined(ports, name)
  await writeChangedWorker(ports, id)
  return { created: true, patch: patchDocument(row) }
}

/** What may not run anywhere is not patched. */
function assertMayRun({ releases }: WorkerRecord, { id, version }: PatchName): void {
  const reason = releases.find((row) => row.version === version)?.quarantined ?? null
  if (reason === null) return
  throw new RbeeError('quarantined', `${id} ${version} is quarantined: ${reason}`, {
    next: `see other releases at /v1/workers/${id}/versions`,
  })
}

/** Where that happened while the patch was on its way, its bytes were not known when those of the release were blocked. */
async function blockIfQuarantined(ports: RegistryPorts, { id, version }: PatchName): Promise<void> {
  const releases = (await ports.database.getWorker(id))?.releases ?? []
  for (const { quarantined: reason, quarantinedAt: at, ...release } of releases) {
    if (release.version !== version || reason === null || at === null) continue
    await blockArchives(ports, [{ worker: id, version, reason, at, archives: [] }])
  }
}

function requireArtifact(
  { releases }: WorkerRecord,
  { id, version, platform, variant }: PatchName,
): Artifact {
  const release = releases.find((row) => row.version === version)
  if (release === undefined) {
    throw new RbeeError('release_not_found', `No release ${version} of "${id}" was published here`, {
      next: `see its releases at /v1/workers/${id}/versions`,
    })
  }
  const found = release.input.artifacts.find((one) => one.platform === platform && one.variant === variant)
  if (found !== undefined) return found
  throw new RbeeError('no_artifact', `${id} ${version} has no artifact for ${platform}/${variant}`)
}

function isOf(row: PatchRow, { version, platform, variant, from }: PatchName): boolean {
  return (
    row.version === version && row.platform === platform && row.variant === variant && row.fromDigest === from
  )
}

async function checkHeader(
  begin: Uint8Array,
  base: { readonly digest: Digest; readonly size: number },
  artifact: Artifact,
): Promise<void> {
  let position = 0
  const header = await readPatchHeader(async (length) => {
    position += length
    return begin.subarray(position - length, position)
  })
  const { target } = header
  const isFor =
    header.base.digest === base.digest &&
    header.base.size === base.size &&
    target.digest === artifact.digest &&
    target.size === artifact.unpacked_size
  if (!isFor) throw invalid('it says that it is for other archives')
}

function invalid(why: string): RbeeError {
  return new RbeeError('patch_invalid', `The patch is not taken: ${why}`, {
    next: 'make it with rbee-publish, from an earlier release of the worker for the same platform and variant',
  })
}
