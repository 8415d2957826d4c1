import { z } from 'zod'
import { command } from '../../program/command.ts'
import { rotateKey } from '../../publisher-keys/change-keys.ts'
import { readPublisherKey } from '../../publisher-keys/key-file.ts'
import { viewKeysResult } from '../../publisher-keys/views.ts'
import { connectRegistry } from '../../registry/connect.ts'
import { REASON, requireToken } from '../../withdraw/release-command.ts'
import { parseWorkerName } from '../../withdraw/release-name.ts'

export default command({
  options: z.object({
    key: z.string(),
    new: z.string('name the file of the new key'),
    reason: REASON,
    registry: z.string(),
  }),

  async run(context, [text], options) {
    const worker = parseWorkerName(text)
    requireToken(context, 'publish')
    const old = await readPublisherKey(options.key, context)
    const added = await readPublisherKey(options.new, context)
    const { client } = await connectRegistry(context, options.registry)
    return rotateKey(client, worker, added, old, options.reason)
  },

  view: viewKeysResult,
})
