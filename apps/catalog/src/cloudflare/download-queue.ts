import { waitUntil } from 'cloudflare:workers'
import type { Queue } from '@cloudflare/workers-types'
import type { DownloadMark, DownloadMarker, Registry } from '@rbee/registry'
import { downloadMarkSchema } from '@rbee/schema'
import type { Log } from '../log.ts'
import type { Services } from '../services.ts'

/** Sends each download to the queue beside its answer; null where the Worker has no queue. */
export function queuedDownloads(
  queue: Pick<Queue<DownloadMark>, 'send'> | undefined,
  mark: DownloadMarker,
  log: Log,
): Services['countDownload'] {
  if (queue === undefined) return null
  const send = async (...download: Parameters<DownloadMarker>) => {
    try {
      await queue.send(await mark(...download))
    } catch (error) {
      log.error({ error }, 'a download could not be counted')
    }
  }
  return (sha256, client) => waitUntil(send(sha256, client))
}

/** Counts what the queue brings, and writes the statistics. A failure lets the queue bring it again. */
export async function countQueued(
  registry: Pick<Registry, 'countDownloads' | 'writeDueStatistics'>,
  messages: readonly { readonly body: unknown }[],
  log: Log,
): Promise<void> {
  const marks = messages.flatMap(({ body }) => {
    const { data } = downloadMarkSchema.safeParse(body)
    return data === undefined ? [] : [data]
  })
  if (marks.length < messages.length) {
    log.error({ messages: messages.length - marks.length }, 'the queue brought what is no download')
  }
  await registry.countDownloads(marks)
  await registry.writeDueStatistics()
}
