import type { Transfer } from '@rbee/schema'
import { z } from 'zod'
import { command } from '../../program/command.ts'
import { connectRegistry } from '../../registry/connect.ts'
import { parseTransferId } from '../../transfers/transfer-command.ts'
import { viewTransfer } from '../../transfers/views.ts'
import { REASON, requireToken } from '../../withdraw/release-command.ts'

export default command({
  options: z.object({ reason: REASON, withoutMail: z.boolean().default(false), registry: z.string() }),

  async run(context, [text], { reason, withoutMail, registry }): Promise<Transfer> {
    const id = parseTransferId(text)
    requireToken(context, 'operator')
    const { client } = await connectRegistry(context, registry)
    return client.approveTransfer(id, { reason, without_mail: withoutMail })
  },

  view: (transfer) =>
    `${viewTransfer(transfer)}\n  a publisher key that is bound to ${transfer.worker} stays bound`,
})
