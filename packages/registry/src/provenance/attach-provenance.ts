import { RbeeError, type ReleaseInput, type Sha256 } from '@rbee/schema'
import type { WorkerRecord } from '../ports/database.ts'
import type { RegistryPorts } from '../registry.ts'
import { judgeArtifacts, storeEnvelopes } from './judge-provenance.ts'
import { historyOf } from './worker-history.ts'

/**
 * Gives artifacts of a release that is there already the provenance that comes for them: of a worker whose first key was
 * bound after its first release, for one. Each is given once, and whatever an artifact has stays, however the release is
 * published again.
 *
 * Fails as `judgeArtifacts`, or with `key_change_conflict`.
 */
export async function attachProvenance(
  ports: RegistryPorts,
  input: ReleaseInput,
  release: Sha256,
): Promise<void> {
  if (!input.artifacts.some(({ provenance }) => provenance)) return
  const { id } = input.manifest
  const record = await ports.database.getWorker(id)
  if (record === null) throw new Error(`worker ${id} has a release and no row`)
  const artifacts = input.artifacts.filter((artifact) => !hasProvenance(record, input, artifact))
  const accepted = judgeArtifacts({ ...input, artifacts }, release, historyOf(record), ports.clock())
  if (accepted.envelopes.length === 0) return
  await storeEnvelopes(ports, accepted)
  if (await ports.database.attachProvenance(id, accepted.judged)) return
  throw new RbeeError('key_change_conflict', `The keys of "${id}" changed at the same time`, {
    next: 'Publish again',
  })
}

function hasProvenance(
  { provenance = [] }: WorkerRecord,
  { version }: ReleaseInput,
  { platform, variant }: ReleaseInput['artifacts'][number],
): boolean {
  return provenance.some(
    (row) => row.version === version && row.platform === platform && row.variant === variant,
  )
}
