import { type ExtractOptions, extractParts, type ResumePoint, type TarStructure } from '@rbee/packaging'
import { formatBytes, type Terminal } from '../../program/terminal.ts'
import type { DownloadOptions } from '../download.ts'
import { isOfItsContent } from '../failure-of-content.ts'
import { NoRanges } from '../request-bytes.ts'
import type { Staging } from '../staging.ts'
import { archiveParts } from './archive-parts.ts'
import type { Reusable } from './find-reusable.ts'
import { LocalFileChanged } from './local-frames.ts'

export interface FetchedArchive {
  /** What the archive holds beside its files, where that can be kept. */
  readonly structure: TarStructure | null
  /** Compressed bytes that were not fetched, because installed files hold what they stand for. */
  readonly reused: number
}

/** What is to be fetched. */
export interface AskedArchive {
  readonly url: URL
  readonly expected: ExtractOptions['expected']
  /** From where an interrupted download is gone on with. */
  readonly point: ResumePoint | null
  readonly network: Omit<DownloadOptions, 'signal' | 'onBytes'>
  /** Told of every piece that is downloaded. */
  readonly onBytes: (count: number) => void
}

/**
 * Downloads and unpacks what of an archive is not here, and takes the rest from installed files. `unfit` where these, or the server,
 * turn out not to be what they should; the journal says whether something is left to go on with. Fails as a download does.
 */
export async function fetchRest(
  { folder, journal }: Pick<Staging, 'folder' | 'journal'>,
  { url, expected, point, network, onBytes }: AskedArchive,
  reusable: Reusable,
  { terminal, signal }: { readonly terminal: Terminal; readonly signal: AbortSignal },
): Promise<FetchedArchive | 'unfit'> {
  const { local, tail, saved } = reusable
  const start = point?.compressed ?? 0
  terminal.info(
    `${formatBytes(saved)} of ${formatBytes(expected.size)} were here already, in what is installed`,
  )
  const bar = terminal.progress({ label: 'downloading', total: leftToFetch(start, expected.size, reusable) })
  const ended = new AbortController()
  const options = {
    ...network,
    signal: AbortSignal.any([signal, ended.signal]),
    onBytes: (count: number) => {
      bar.advance(count)
      onBytes(count)
    },
  }
  try {
    const parts = archiveParts(url, start, local, tail, options)
    const kept = { path: journal, from: point }
    const { structure } = await extractParts(parts, folder, { expected, signal, journal: kept })
    return { structure, reused: saved }
  } catch (error) {
    if (error instanceof NoRanges || error instanceof LocalFileChanged || isOfItsContent(error))
      return 'unfit'
    throw error
  } finally {
    ended.abort()
    bar.done()
  }
}

/** In bytes. What stands behind the last local frame has come with the index, where it is short. */
function leftToFetch(start: number, size: number, { local, tail, saved }: Reusable): number {
  const behind = local.at(-1)?.end ?? start
  return size - start - saved - (behind >= tail.start ? size - behind : 0)
}
