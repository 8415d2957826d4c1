import { extractArchive, type ResumePoint, readResumePoint } from '@rbee/packaging'
import { type InstallPlan, sha256Of } from '@rbee/schema'
import { formatBytes, type Terminal } from '../program/terminal.ts'
import type { FetchBytes } from '../registry/fetch-bytes.ts'
import { networkTimeout } from '../registry/network-timeout.ts'
import { translateDiskError } from './disk-errors.ts'
import { download } from './download.ts'
import { isOfItsContent } from './failure-of-content.ts'
import type { HiveHome } from './home.ts'
import { type FetchedArchive, fetchRest } from './reuse/fetch-rest.ts'
import { findReusable } from './reuse/find-reusable.ts'
import type { Staging } from './staging.ts'

type PlannedArtifact = NonNullable<InstallPlan['artifact']>

export interface FetchSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly terminal: Terminal
  readonly signal: AbortSignal
  readonly fetchBytes: FetchBytes
}

/**
 * Downloads and unpacks an archive in one pass, from where an interrupted download of it stopped, and without the large files of it
 * that are installed. Neither what that left nor these files are believed: where they do not fit or the digest is wrong in
 * the end, all of it is downloaded anew.
 *
 * @param home whose installed files may be used; null for none.
 * @param onBytes told of every piece that is downloaded.
 */
export async function fetchArchive(
  { folder, journal, from }: Staging,
  artifact: PlannedArtifact,
  home: HiveHome | null,
  surroundings: FetchSurroundings,
  onBytes: (count: number) => void,
): Promise<FetchedArchive> {
  const { terminal } = surroundings
  const url = new URL(artifact.download_url)
  const network = {
    fetch: surroundings.fetchBytes,
    size: artifact.size,
    stallMs: networkTimeout(surroundings.env),
  }
  const expected = {
    sha256: sha256Of(artifact.checksum),
    size: artifact.size,
    digest: artifact.digest,
    unpackedSize: artifact.unpacked_size,
  }
  try {
    if (from !== null) {
      const [there, all] = [formatBytes(from.compressed), formatBytes(artifact.size)]
      terminal.step(`going on with an interrupted download: ${there} of ${all} are there`)
    }
    const reusable =
      home && (await findReusable(home, url, artifact, from, { ...network, ...surroundings, onBytes }))
    if (reusable !== null) {
      const asked = { expected, point: from, url, network, onBytes }
      const fetched = await fetchRest({ folder, journal }, asked, reusable, surroundings)
      if (fetched !== 'unfit') return fetched
      terminal.step('what is installed does not fit; downloading the archive without it')
      return await fetchAll(await readResumePoint(journal, expected.sha256))
    }
    return await fetchAll(from)
  } catch (error) {
    throw translateDiskError(error, folder)
  }

  async function fetchAll(point: ResumePoint | null): Promise<FetchedArchive> {
    try {
      return await fetchFrom(point)
    } catch (error) {
      if (point === null || !isOfItsContent(error)) throw error
      terminal.step('what it left cannot be used; downloading everything')
      return await fetchFrom(null)
    }
  }

  async function fetchFrom(point: ResumePoint | null): Promise<FetchedArchive> {
    const start = point?.compressed ?? 0
    const bar = terminal.progress({ label: 'downloading', total: artifact.size, from: start })
    try {
      const { structure } = await extractArchive(
        bytesFrom(start, (count) => bar.advance(count)),
        artifact.format,
        folder,
        {
          expected,
          signal: surroundings.signal,
          again: () => {
            terminal.step('cannot unpack it; downloading it again to see whether it was damaged on the way')
            return bytesFrom(0, () => {})
          },
          journal: { path: journal, from: point },
        },
      )
      return { structure, reused: 0 }
    } finally {
      bar.done()
    }
  }

  function bytesFrom(start: number, onPiece: (count: number) => void): AsyncIterable<Uint8Array> {
    return download(url, {
      ...network,
      signal: surroundings.signal,
      start,
      onBytes: (count) => {
        onPiece(count)
        onBytes(count)
      },
    })
  }
}
