import type { ReleaseDocument } from '@rbee/schema'
import { z } from 'zod'
import { command } from '../../program/command.ts'
import { connectRegistry } from '../../registry/connect.ts'
import { REASON, requireToken } from '../../withdraw/release-command.ts'
import { parseReleaseName } from '../../withdraw/release-name.ts'

export default command({
  options: z.object({ reason: REASON, undo: z.boolean().default(false), registry: z.string() }),

  async run(context, [text], { reason, undo, registry }): Promise<ReleaseDocument> {
    const name = parseReleaseName(text)
    requireToken(context, 'operator')
    const { client } = await connectRegistry(context, registry)
    return client.confirmSecurityFix(name, { reason, confirmed: !undo })
  },

  view: ({ worker, version, security_fix }, { terminal }) =>
    security_fix === null
      ? `${terminal.colors.green('✓')} ${worker} ${version} is no security fix any more`
      : `${terminal.colors.green('✓')} ${worker} ${version} is a security fix: ${security_fix}`,
})
