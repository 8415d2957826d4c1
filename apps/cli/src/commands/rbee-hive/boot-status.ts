import { z } from 'zod'
import { listBoot } from '../../hive/boot/boot.ts'
import { serviceManager } from '../../hive/boot/service-manager.ts'
import { command } from '../../program/command.ts'
import { table } from '../../program/table.ts'

export default command({
  options: z.object({}),

  run: async (context) => ({ workers: await listBoot(serviceManager(process.platform, context.env)) }),

  view({ workers }) {
    if (workers.length === 0) return 'no worker starts with the machine'
    return table(
      ['WORKER', 'STATE', 'FILE'],
      workers.map(({ name, active, file }) => [
        name,
        active === null ? 'unknown' : active ? 'running' : 'stopped',
        file,
      ]),
    )
  },
})
