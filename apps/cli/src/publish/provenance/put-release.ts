import type { ReleaseInput } from '@rbee/schema'
import { bindKey } from '../../publisher-keys/change-keys.ts'
import type { RegistryConnection } from '../../registry/connect.ts'
import { type Target, targetName } from '../targets.ts'
import { type Signing, signRelease } from './signing.ts'

/**
 * Publishes a release, signed or not. The first release of a worker is there before the key can be bound to it, and its
 * provenance is attached last: each of the three steps is repeated without harm when a run before was cut off.
 *
 * @param targets what was built or brought in this run.
 * @returns whether the release is new.
 */
export async function putRelease(
  release: ReleaseInput,
  signing: Signing | null,
  targets: readonly Target[],
  { client }: RegistryConnection,
  { clock, signal }: { readonly clock: () => number; readonly signal: AbortSignal },
): Promise<boolean> {
  const { manifest, version } = release
  const send = async (input: ReleaseInput) =>
    (await client.publishRelease(manifest.id, version, input, signal)).created
  if (signing === null) return send(release)
  const built = new Set(targets.filter(({ origin }) => origin === 'build').map(targetName))
  const sign = () => signRelease(release, signing, (artifact) => built.has(targetName(artifact)), clock())
  if (!signing.bindsKey) return send(sign())
  const created = await send(release)
  await bindKey(client, manifest.id, signing.signer, 'the first key of its publisher')
  await send(sign())
  return created
}
