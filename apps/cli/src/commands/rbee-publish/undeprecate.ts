import type { WorkerDocument } from '@rbee/schema'
import { z } from 'zod'
import { command } from '../../program/command.ts'
import { connectRegistry } from '../../registry/connect.ts'
import { REASON, requireToken } from '../../withdraw/release-command.ts'
import { parseWorkerName } from '../../withdraw/release-name.ts'

export default command({
  options: z.object({ reason: REASON, registry: z.string() }),

  async run(context, [text], { reason, registry }): Promise<WorkerDocument> {
    const id = parseWorkerName(text)
    requireToken(context, 'publish')
    const { client } = await connectRegistry(context, registry)
    return client.undeprecateWorker(id, reason)
  },

  view: ({ id, deprecation }, { terminal }) =>
    deprecation === null
      ? `${terminal.colors.green('✓')} ${id} is not deprecated any more`
      : `${id} stays deprecated by its manifest: ${deprecation.message}`,
})
