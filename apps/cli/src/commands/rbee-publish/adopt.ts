import type { Transfer } from '@rbee/schema'
import { z } from 'zod'
import { command } from '../../program/command.ts'
import { connectRegistry } from '../../registry/connect.ts'
import { viewTransfer } from '../../transfers/views.ts'
import { REASON, requireToken } from '../../withdraw/release-command.ts'
import { parseWorkerName } from '../../withdraw/release-name.ts'

export default command({
  options: z.object({ reason: REASON, registry: z.string() }),

  async run(context, [text], { reason, registry }): Promise<Transfer> {
    const id = parseWorkerName(text)
    requireToken(context, 'publish')
    const { client } = await connectRegistry(context, registry)
    return client.askTransfer(id, { kind: 'adoption', reason })
  },

  view: viewTransfer,
})
