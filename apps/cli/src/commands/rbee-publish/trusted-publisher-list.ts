import { z } from 'zod'
import { command } from '../../program/command.ts'
import { table } from '../../program/table.ts'
import { connectRegistry } from '../../registry/connect.ts'
import { requireToken } from '../../withdraw/release-command.ts'
import { parseWorkerName } from '../../withdraw/release-name.ts'

export default command({
  options: z.object({ registry: z.string() }),

  async run(context, [text], { registry }) {
    const worker = parseWorkerName(text)
    requireToken(context, 'publish')
    const { client } = await connectRegistry(context, registry)
    return client.listTrustedPublishers(worker)
  },

  view({ worker, publishers, tokens_refused }) {
    if (publishers.length === 0) return `no workflow is trusted to publish ${worker}`
    const rows = publishers.map((one) => [
      one.id,
      one.repository,
      one.repository_owner_id ?? 'not settled',
      one.workflow,
      one.environment ?? 'any',
    ])
    const shown = table(['ID', 'REPOSITORY', 'ACCOUNT', 'WORKFLOW', 'ENVIRONMENT'], rows)
    return tokens_refused ? `${shown}\n\nnobody else may publish ${worker}` : shown
  },
})
