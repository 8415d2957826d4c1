import type { OrphanAnswer } from '@rbee/schema'
import { z } from 'zod'
import { command } from '../../program/command.ts'
import { connectRegistry } from '../../registry/connect.ts'
import { REASON, requireToken } from '../../withdraw/release-command.ts'
import { parseWorkerName } from '../../withdraw/release-name.ts'

export default command({
  options: z.object({ reason: REASON, undo: z.boolean().default(false), registry: z.string() }),

  async run(context, [text], { reason, undo, registry }): Promise<OrphanAnswer> {
    const id = parseWorkerName(text)
    requireToken(context, 'publish')
    const { client } = await connectRegistry(context, registry)
    return client.orphanWorker(id, { reason, orphaned: !undo })
  },

  view: ({ worker, orphaned }, { terminal }) =>
    orphaned === null
      ? `${terminal.colors.green('✓')} ${worker} is looked after`
      : `${terminal.colors.green('✓')} ${worker} looks for somebody who goes on with it: ${orphaned.reason}`,
})
