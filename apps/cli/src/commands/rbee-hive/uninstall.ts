import { z } from 'zod'
import { hiveHome } from '../../hive/home.ts'
import { removeInstalled } from '../../hive/installed.ts'
import { forgetInstall } from '../../hive/rbee-lock/remember-install.ts'
import { command } from '../../program/command.ts'

export default command({
  options: z.object({ home: z.string() }),

  async run(context, [name], options) {
    const home = hiveHome(options.home, context.cwd)
    const { id, active } = await removeInstalled(home, name)
    await forgetInstall(home, id, context.terminal)
    return { id, version: active.version, variant: active.variant }
  },

  view: ({ id, version, variant }) => `removed ${id} ${version} (${variant})`,
})
