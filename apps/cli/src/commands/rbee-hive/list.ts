import { z } from 'zod'
import { tellDamage } from '../../hive/damaged-file.ts'
import { hiveHome } from '../../hive/home.ts'
import { listInstalled } from '../../hive/installed.ts'
import { listInstances } from '../../hive/instances.ts'
import { command } from '../../program/command.ts'
import { table } from '../../program/table.ts'

export default command({
  options: z.object({ home: z.string() }),

  async run(context, _args, options) {
    const home = hiveHome(options.home, context.cwd)
    const running = await listInstances(home)
    const installed = await listInstalled(home)
    return {
      workers: installed.sound.map(({ id, active, previous }) => ({
        id,
        version: active.version,
        variant: active.variant,
        platform: active.platform,
        digest: active.digest,
        installed_at: active.installed_at,
        built_from: active.built_from ?? null,
        evidence: active.evidence ?? null,
        previous_version: previous?.version ?? null,
        running: running.sound.some(({ instance }) => instance.id === id),
      })),
      damaged: tellDamage([...installed.damaged, ...running.damaged], context.terminal),
    }
  },

  view({ workers, damaged }) {
    if (workers.length === 0 && damaged.length > 0) return ''
    if (workers.length === 0) return 'nothing is installed; try: rbee-hive install llm-worker --auto'
    return table(
      ['WORKER', 'VERSION', 'VARIANT', 'PLATFORM', 'STATE'],
      workers.map((worker) => [
        worker.id,
        worker.version,
        worker.built_from === null ? worker.variant : `${worker.variant} (built here)`,
        worker.platform,
        worker.running ? 'running' : 'stopped',
      ]),
    )
  },
})
