import { type WorkerDocument, workerIdSchema } from '@rbee/schema'
import { z } from 'zod'
import { command } from '../../program/command.ts'
import { textOption } from '../../program/option-values.ts'
import { connectRegistry } from '../../registry/connect.ts'
import { REASON, requireToken } from '../../withdraw/release-command.ts'
import { parseWorkerName } from '../../withdraw/release-name.ts'

export default command({
  options: z.object({
    reason: REASON,
    successor: textOption(workerIdSchema).optional(),
    registry: z.string(),
  }),

  async run(context, [text], { reason, successor, registry }): Promise<WorkerDocument> {
    const id = parseWorkerName(text)
    requireToken(context, 'publish')
    const { client } = await connectRegistry(context, registry)
    return client.deprecateWorker(id, { reason, ...(successor === undefined ? {} : { successor }) })
  },

  view({ id, deprecation }, { terminal }) {
    const instead = deprecation?.successor === undefined ? '' : `; instead of it: ${deprecation.successor}`
    return `${terminal.colors.green('✓')} ${id} is deprecated: ${deprecation?.message}${instead}`
  },
})
