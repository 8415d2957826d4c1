import { z } from 'zod'
import { meansInstalled } from '../../hive/address.ts'
import { hiveHome } from '../../hive/home.ts'
import { parseWorkerId } from '../../hive/installed.ts'
import { isHealthy } from '../../hive/readiness.ts'
import { listRunning } from '../../hive/running.ts'
import { command } from '../../program/command.ts'
import { table } from '../../program/table.ts'
import { formatDuration } from '../../program/terminal.ts'

export default command({
  options: z.object({ home: z.string() }),

  async run(context, [name], options) {
    const only = name === undefined ? null : parseWorkerId(name)
    const running = await listRunning(hiveHome(options.home, context.cwd))
    const wanted = only === null ? running : running.filter((worker) => meansInstalled(only, worker))
    return {
      workers: await Promise.all(
        wanted.map(async (worker) => ({
          ...worker,
          healthy: await isHealthy(worker),
          uptime_seconds: Math.floor((context.clock() - Date.parse(worker.started_at)) / 1000),
        })),
      ),
    }
  },

  view({ workers }) {
    if (workers.length === 0) return 'nothing is running'
    return table(
      ['WORKER', 'VERSION', 'VARIANT', 'PROCESS', 'UP', 'HEALTH', 'ADDRESS'],
      workers.map((worker) => [
        worker.id,
        worker.version,
        worker.variant,
        String(worker.pid),
        formatDuration(worker.uptime_seconds),
        worker.healthy === null ? 'unknown' : worker.healthy ? 'healthy' : 'not answering',
        worker.url ?? '-',
      ]),
    )
  },
})
