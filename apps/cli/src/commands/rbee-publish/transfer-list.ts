import type { TransferList } from '@rbee/schema'
import { z } from 'zod'
import { command } from '../../program/command.ts'
import { connectRegistry } from '../../registry/connect.ts'
import { viewTransfers } from '../../transfers/views.ts'
import { requireToken } from '../../withdraw/release-command.ts'
import { parseWorkerName } from '../../withdraw/release-name.ts'

export default command({
  options: z.object({ registry: z.string() }),

  async run(context, [text], { registry }): Promise<TransferList> {
    const id = parseWorkerName(text)
    requireToken(context, 'publish')
    const { client } = await connectRegistry(context, registry)
    return client.listWorkerTransfers(id)
  },

  view: viewTransfers,
})
