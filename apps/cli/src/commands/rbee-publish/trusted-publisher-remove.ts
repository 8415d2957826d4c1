import { RbeeError } from '@rbee/schema'
import { z } from 'zod'
import { command } from '../../program/command.ts'
import { connectRegistry } from '../../registry/connect.ts'
import { requireToken } from '../../withdraw/release-command.ts'
import { parseWorkerName } from '../../withdraw/release-name.ts'

export default command({
  options: z.object({ registry: z.string() }),

  async run(context, [text, id], { registry }) {
    const worker = parseWorkerName(text)
    requireToken(context, 'publish')
    if (id === undefined || !/^[0-9a-f]{1,64}$/.test(id)) {
      throw new RbeeError('usage', `"${id ?? ''}" is not the id of a trusted publisher`, {
        next: `see them: rbee-publish trusted-publisher list ${worker}`,
      })
    }
    const { client } = await connectRegistry(context, registry)
    await client.removeTrustedPublisher(worker, id)
    return { worker, removed: id }
  },

  view: ({ worker, removed }, { terminal }) =>
    `${terminal.colors.green('✓')} the workflow ${removed} may not publish ${worker} any more, nor may its running jobs`,
})
