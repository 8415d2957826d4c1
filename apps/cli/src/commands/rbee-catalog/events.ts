import type { WorkerEvents } from '@rbee/schema'
import { z } from 'zod'
import { command } from '../../program/command.ts'
import { table } from '../../program/table.ts'
import { connectRegistry } from '../../registry/connect.ts'
import { requireToken } from '../../withdraw/release-command.ts'
import { parseWorkerName } from '../../withdraw/release-name.ts'

export default command({
  options: z.object({ registry: z.string() }),

  async run(context, [text], { registry }): Promise<WorkerEvents> {
    const id = parseWorkerName(text)
    requireToken(context, 'operator')
    const { client } = await connectRegistry(context, registry)
    return client.workerEvents(id)
  },

  view: ({ worker, events }) =>
    events.length === 0
      ? `nothing happened to ${worker} after it was published`
      : table(
          ['WHEN', 'WHAT', 'VERSION', 'BY', 'WHY'],
          events.map(({ at, kind, version, actor, reason }) => [at, kind, version ?? '-', actor, reason]),
        ),
})
