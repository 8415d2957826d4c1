import type { Transfer } from '@rbee/schema'
import { z } from 'zod'
import { command } from '../../program/command.ts'
import { connectRegistry } from '../../registry/connect.ts'
import { parseTransferId } from '../../transfers/transfer-command.ts'
import { viewTransfer } from '../../transfers/views.ts'
import { REASON } from '../../withdraw/release-command.ts'

/** Needs no token: those of a former owner may have expired. */
export default command({
  options: z.object({
    code: z.string({ error: 'is needed: it stands in the mail' }),
    reason: REASON,
    registry: z.string(),
  }),

  async run(context, [text], { code, reason, registry }): Promise<Transfer> {
    const id = parseTransferId(text)
    const { client } = await connectRegistry(context, registry)
    return client.objectToTransfer(id, { code, reason })
  },

  view: viewTransfer,
})
