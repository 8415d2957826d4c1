import { RbeeError } from '@rbee/schema'
import { z } from 'zod'
import { hiveHome } from '../../hive/home.ts'
import { parseWorkerId, removeInstalled, requireInstalled } from '../../hive/installed.ts'
import { findRunning } from '../../hive/running.ts'
import { command } from '../../program/command.ts'

export default command({
  options: z.object({ home: z.string() }),

  async run(context, [name], options) {
    const home = hiveHome(options.home, context.cwd)
    const { id, active } = await requireInstalled(home, parseWorkerId(name))
    const running = await findRunning(home, id)
    if (running) {
      throw new RbeeError('still_running', `${id} is running: process ${running.pid}`, {
        next: `stop it first with: rbee-hive stop ${id}`,
      })
    }
    await removeInstalled(home, id)
    return { id, version: active.version }
  },

  view: ({ id, version }) => `removed ${id} ${version}`,
})
