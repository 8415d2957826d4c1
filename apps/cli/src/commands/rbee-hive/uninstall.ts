import { z } from 'zod'
import { hiveHome } from '../../hive/home.ts'
import { removeInstalled } from '../../hive/installed.ts'
import { command } from '../../program/command.ts'

export default command({
  options: z.object({ home: z.string() }),

  async run(context, [name], options) {
    const { id, active } = await removeInstalled(hiveHome(options.home, context.cwd), name)
    return { id, version: active.version, variant: active.variant }
  },

  view: ({ id, version, variant }) => `removed ${id} ${version} (${variant})`,
})
