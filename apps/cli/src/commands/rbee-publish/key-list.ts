import { z } from 'zod'
import { command } from '../../program/command.ts'
import { currentKeys } from '../../publisher-keys/change-keys.ts'
import { viewKeys } from '../../publisher-keys/views.ts'
import { connectRegistry } from '../../registry/connect.ts'
import { parseWorkerName } from '../../withdraw/release-name.ts'

export default command({
  options: z.object({ registry: z.string() }),

  async run(context, [text], { registry }) {
    const worker = parseWorkerName(text)
    const { client } = await connectRegistry(context, registry)
    return (await currentKeys(client, worker)).keys
  },

  view: viewKeys,
})
