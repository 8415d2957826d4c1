import { z } from 'zod'
import { measureBuilds } from '../../hive/disk/measure-builds.ts'
import { hiveHome } from '../../hive/home.ts'
import { command } from '../../program/command.ts'
import { table } from '../../program/table.ts'
import { formatBytes } from '../../program/terminal.ts'

export default command({
  options: z.object({ home: z.string() }),

  async run(context, _args, options) {
    const { builds, ...total } = await measureBuilds(hiveHome(options.home, context.cwd))
    return { builds: builds.map(({ folder: _, ...build }) => build), ...total }
  },

  view({ builds, bytes, saved_bytes: saved }) {
    if (builds.length === 0) return 'nothing is installed'
    const rows = builds.map(({ worker, build, bytes: size, shared_bytes: shared }) => [
      worker,
      build,
      formatBytes(size),
      shared === 0 ? '' : formatBytes(shared),
    ])
    const total = `${formatBytes(bytes)} in all`
    const end = saved === 0 ? total : `${total}; sharing saves ${formatBytes(saved)}`
    return `${table(['WORKER', 'BUILD', 'SIZE', 'SHARED'], rows)}\n${end}`
  },
})
