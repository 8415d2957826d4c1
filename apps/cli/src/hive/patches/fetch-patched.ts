import { applyPatch } from '@rbee/deltas'
import { extractTar, type TarStructure } from '@rbee/packaging'
import { type ErrorCode, type InstallPlan, RbeeError } from '@rbee/schema'
import { formatBytes } from '../../program/terminal.ts'
import { networkTimeout } from '../../registry/network-timeout.ts'
import { translateDiskError } from '../disk-errors.ts'
import { download } from '../download.ts'
import type { FetchSurroundings } from '../fetch-archive.ts'
import type { ChosenPatch } from './choose-patch.ts'

type PlannedArtifact = NonNullable<InstallPlan['artifact']>

/**
 * Makes an artifact out of an installed build and a patch, which is applied while it is downloaded, and unpacks it into
 * `folder`. The digest of the whole decides, as for an archive that is downloaded.
 *
 * @param onBytes told of every piece of the patch.
 * @returns what the archive holds beside its files, where that can be kept; `failed` where that did not work out, which is told
 * and leaves nothing: then the whole archive is to be downloaded. Fails when the disk is full or the command is interrupted.
 */
export async function fetchPatched(
  { patch, base }: ChosenPatch,
  folder: string,
  artifact: PlannedArtifact,
  registry: string,
  surroundings: FetchSurroundings,
  onBytes: (count: number) => void,
): Promise<{ readonly structure: TarStructure | null } | 'failed'> {
  const { terminal, signal } = surroundings
  const [needed, all] = [formatBytes(patch.size), formatBytes(artifact.size)]
  terminal.step(`patching ${patch.from_version}, which is installed: ${needed} instead of ${all}`)
  const bar = terminal.progress({ label: 'patching', total: patch.size })
  const bytes = download(new URL(patch.download_url, registry), {
    fetch: surroundings.fetchBytes,
    signal,
    size: patch.size,
    stallMs: networkTimeout(surroundings.env),
    onBytes: (count) => {
      bar.advance(count)
      onBytes(count)
    },
  })
  const { digest, unpacked_size: unpackedSize } = artifact
  try {
    const tar = applyPatch(base, bytes, { digest, size: unpackedSize })
    const { structure } = await extractTar(tar, folder, { expected: { digest, unpackedSize }, signal })
    return { structure }
  } catch (error) {
    const failure = translateDiskError(error, folder)
    signal.throwIfAborted()
    if (!(failure instanceof RbeeError) && !isOfTheBase(failure)) throw failure
    if (failure instanceof RbeeError && FINAL.has(failure.code)) throw failure
    terminal.warn(`${failure.message}; downloading the whole archive instead`)
    return 'failed'
  } finally {
    bar.done()
    await base.close()
  }
}

/** With these, the whole archive cannot be had either. */
const FINAL: ReadonlySet<ErrorCode> = new Set(['disk_full', 'license_required', 'license_refused'])

/** Files of the build were removed or replaced since it was looked at, or cannot be read. */
function isOfTheBase(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}
