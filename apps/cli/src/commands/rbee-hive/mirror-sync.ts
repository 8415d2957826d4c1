import { resolve } from 'node:path'
import { z } from 'zod'
import { hiveHome } from '../../hive/home.ts'
import { syncMirror } from '../../hive/mirror/sync-mirror.ts'
import { command } from '../../program/command.ts'
import { timeOption } from '../../program/option-values.ts'
import { formatBytes } from '../../program/terminal.ts'

export default command({
  options: z.object({
    registry: z.string(),
    home: z.string(),
    grace: timeOption(),
    yes: z.boolean().default(false),
  }),

  run(context, [folder = '', ...workers], { registry, home, grace, yes }) {
    return syncMirror(context, {
      ...{ registry, workers, yes, graceMs: grace },
      folder: resolve(context.cwd, folder),
      home: hiveHome(home, context.cwd),
    })
  },

  view({ folder, registry, workers, releases, archives, removed }, { terminal }) {
    const { downloaded, bytes, unchanged } = archives
    return [
      `${terminal.colors.green('✓')} ${folder} mirrors ${registry}: workers: ${workers}, releases: ${releases}`,
      `archives: ${downloaded} downloaded (${formatBytes(bytes)}), ${unchanged} unchanged; files removed: ${removed}`,
      'serve it with any web server, and use it with: rbee-hive install WORKER --mirror URL',
    ].join('\n')
  },
})
