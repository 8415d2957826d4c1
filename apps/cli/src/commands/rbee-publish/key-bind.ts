import { z } from 'zod'
import { command } from '../../program/command.ts'
import { bindKey } from '../../publisher-keys/change-keys.ts'
import { readPublisherKey } from '../../publisher-keys/key-file.ts'
import { viewKeysResult } from '../../publisher-keys/views.ts'
import { connectRegistry } from '../../registry/connect.ts'
import { REASON, requireToken } from '../../withdraw/release-command.ts'
import { parseWorkerName } from '../../withdraw/release-name.ts'

export default command({
  options: z.object({ key: z.string(), reason: REASON, registry: z.string() }),

  async run(context, [text], { key, reason, registry }) {
    const worker = parseWorkerName(text)
    requireToken(context, 'publish')
    const signer = await readPublisherKey(key, context)
    const { client } = await connectRegistry(context, registry)
    return bindKey(client, worker, signer, reason)
  },

  view: viewKeysResult,
})
