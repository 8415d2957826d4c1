import { RbeeError, rebuilderSchema, type Strike } from '@rbee/schema'
import { z } from 'zod'
import { command } from '../../program/command.ts'
import { connectRegistry } from '../../registry/connect.ts'
import { REASON, requireToken } from '../../withdraw/release-command.ts'

export default command({
  options: z.object({ reason: REASON, undo: z.boolean().default(false), registry: z.string() }),

  async run(context, [text], { reason, undo, registry }): Promise<Strike> {
    const rebuilder = parseRebuilder(text)
    requireToken(context, 'operator')
    const { client } = await connectRegistry(context, registry)
    return client.strikeRebuilder({ rebuilder, reason, struck: !undo })
  },

  view({ rebuilder, struck, workers }, { terminal }) {
    const what = struck ? 'does not count any more' : 'counts again'
    return `${terminal.colors.green('✓')} ${rebuilder} ${what}, for ${workers} ${workers === 1 ? 'worker' : 'workers'}`
  },
})

/** Fails with `usage`. */
function parseRebuilder(text: string | undefined): string {
  const rebuilder = rebuilderSchema.safeParse(text)
  if (rebuilder.success) return rebuilder.data
  throw new RbeeError('usage', `"${text ?? ''}" names no rebuilder`, {
    next: 'give the id of a key, or an account, as /v1/workers/WORKER/VERSION/rebuilds lists them',
  })
}
