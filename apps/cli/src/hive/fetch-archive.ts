import { CannotResume, extractArchive, type ResumePoint, type TarStructure } from '@rbee/packaging'
import { type InstallPlan, RbeeError, sha256Of } from '@rbee/schema'
import { formatBytes, type Terminal } from '../program/terminal.ts'
import type { FetchBytes } from '../registry/fetch-bytes.ts'
import { networkTimeout } from '../registry/network-timeout.ts'
import { translateDiskError } from './disk-errors.ts'
import { download } from './download.ts'
import type { Staging } from './staging.ts'

type PlannedArtifact = NonNullable<InstallPlan['artifact']>

export interface FetchSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly terminal: Terminal
  readonly signal: AbortSignal
  readonly fetchBytes: FetchBytes
}

/**
 * Downloads and unpacks an archive in one pass, from where an interrupted download of it stopped. What that left is not
 * believed: where it does not fit or the digest is wrong in the end, all of it is downloaded anew.
 *
 * @param onBytes told of every piece that is downloaded.
 * @returns what the archive holds beside its files, where that can be kept.
 */
export async function fetchArchive(
  { folder, journal, from }: Staging,
  artifact: PlannedArtifact,
  surroundings: FetchSurroundings,
  onBytes: (count: number) => void,
): Promise<TarStructure | null> {
  const { terminal } = surroundings
  try {
    if (from === null) return await fetchFrom(null)
    const [there, all] = [formatBytes(from.compressed), formatBytes(artifact.size)]
    terminal.step(`going on with an interrupted download: ${there} of ${all} are there`)
    try {
      return await fetchFrom(from)
    } catch (error) {
      if (!isOfItsContent(error)) throw error
      terminal.step('what it left cannot be used; downloading everything')
      return await fetchFrom(null)
    }
  } catch (error) {
    throw translateDiskError(error, folder)
  }

  async function fetchFrom(point: ResumePoint | null): Promise<TarStructure | null> {
    const start = point?.compressed ?? 0
    const bar = terminal.progress({ label: 'downloading', total: artifact.size, from: start })
    try {
      const { structure } = await extractArchive(
        bytesFrom(start, (count) => bar.advance(count)),
        artifact.format,
        folder,
        {
          expected: {
            sha256: sha256Of(artifact.checksum),
            size: artifact.size,
            digest: artifact.digest,
            unpackedSize: artifact.unpacked_size,
          },
          signal: surroundings.signal,
          again: () => {
            terminal.step('cannot unpack it; downloading it again to see whether it was damaged on the way')
            return bytesFrom(0, () => {})
          },
          journal: { path: journal, from: point },
        },
      )
      return structure
    } finally {
      bar.done()
    }
  }

  function bytesFrom(start: number, onPiece: (count: number) => void): AsyncIterable<Uint8Array> {
    return download(new URL(artifact.download_url), {
      fetch: surroundings.fetchBytes,
      signal: surroundings.signal,
      start,
      size: artifact.size,
      stallMs: networkTimeout(surroundings.env),
      onBytes: (count) => {
        onPiece(count)
        onBytes(count)
      },
    })
  }
}

function isOfItsContent(error: unknown): boolean {
  if (error instanceof CannotResume) return true
  if (!(error instanceof RbeeError)) return false
  return ['digest_mismatch', 'size_mismatch', 'archive_invalid', 'archive_too_large'].includes(error.code)
}
