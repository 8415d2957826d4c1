import { newOwnerSchema, type Transfer } from '@rbee/schema'
import { z } from 'zod'
import { command } from '../../program/command.ts'
import { textOption } from '../../program/option-values.ts'
import { connectRegistry } from '../../registry/connect.ts'
import { viewTransfer } from '../../transfers/views.ts'
import { REASON, requireToken } from '../../withdraw/release-command.ts'
import { parseWorkerName } from '../../withdraw/release-name.ts'

export default command({
  options: z.object({
    to: textOption(newOwnerSchema),
    reason: REASON.default('its owner gives it away'),
    registry: z.string(),
  }),

  async run(context, [text], { to, reason, registry }): Promise<Transfer> {
    const id = parseWorkerName(text)
    requireToken(context, 'publish')
    const { client } = await connectRegistry(context, registry)
    return client.askTransfer(id, { kind: 'transfer', to, reason })
  },

  view: viewTransfer,
})
