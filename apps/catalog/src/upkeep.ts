import type { Registry } from '@rbee/registry'
import type { Log } from './log.ts'

/**
 * What has to be done now and then: documents that an interrupted change left behind are written, and what expired is
 * removed. A failure is logged and waits for the next run: nobody is there to be told.
 */
export async function upkeep(registry: Registry, log: Log): Promise<void> {
  try {
    const workers = await registry.writeDueDocuments()
    const { uploads } = await registry.sweep()
    if (workers + uploads > 0) log.info({ workers, uploads }, 'upkeep done')
  } catch (error) {
    log.error({ error }, 'upkeep failed')
  }
}
