import { TRANSFER_STATES, type TransferList } from '@rbee/schema'
import { z } from 'zod'
import { command } from '../../program/command.ts'
import { choiceOption } from '../../program/option-values.ts'
import { connectRegistry } from '../../registry/connect.ts'
import { viewTransfers } from '../../transfers/views.ts'
import { requireToken } from '../../withdraw/release-command.ts'

export default command({
  options: z.object({ status: choiceOption(TRANSFER_STATES).optional(), registry: z.string() }),

  async run(context, _args, { status, registry }): Promise<TransferList> {
    requireToken(context, 'operator')
    const { client } = await connectRegistry(context, registry)
    return client.listTransfers(status)
  },

  view: viewTransfers,
})
