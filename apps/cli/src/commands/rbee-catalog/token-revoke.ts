import { z } from 'zod'
import { withTokens } from '../../catalog/tokens.ts'
import { command } from '../../program/command.ts'

export default command({
  options: z.object({ registry: z.string().optional(), dataDir: z.string().optional() }),

  async run(context, [id = ''], options) {
    await withTokens(context, options, (tokens) => tokens.revoke(id))
    return { revoked: id }
  },

  view: ({ revoked }) => `revoked ${revoked}`,
})
