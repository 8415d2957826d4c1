import { z } from 'zod'
import { command } from '../../program/command.ts'
import { connectRegistry } from '../../registry/connect.ts'
import { requireToken } from '../../withdraw/release-command.ts'
import { parseWorkerName } from '../../withdraw/release-name.ts'

export default command({
  options: z.object({ off: z.boolean().default(false), registry: z.string() }),

  async run(context, [text], { off, registry }) {
    const worker = parseWorkerName(text)
    requireToken(context, off ? 'operator' : 'publish')
    const { client } = await connectRegistry(context, registry)
    return client.refuseTokens(worker, !off)
  },

  view: ({ worker, tokens_refused }, { terminal }) =>
    tokens_refused
      ? `${terminal.colors.green('✓')} only trusted publishers may publish ${worker}; an operator takes that back`
      : `${terminal.colors.green('✓')} tokens may publish ${worker} again`,
})
