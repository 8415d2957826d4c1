import { RbeeError } from '@rbee/schema'
import { z } from 'zod'
import { meansInstalled } from '../../hive/address.ts'
import { hiveHome } from '../../hive/home.ts'
import { parseWorkerId } from '../../hive/installed.ts'
import { forgetRunning, listRunning, stopProcess } from '../../hive/running.ts'
import { command } from '../../program/command.ts'

export default command({
  options: z.object({ home: z.string(), grace: z.coerce.number().min(0).max(3600).default(30) }),

  async run(context, [name], options) {
    const home = hiveHome(options.home, context.cwd)
    const wanted = parseWorkerId(name)
    const running = (await listRunning(home)).find((worker) => meansInstalled(wanted, worker))
    if (running === undefined) {
      throw new RbeeError('not_running', `${wanted} is not running`, {
        next: 'see what is running with: rbee-hive status',
      })
    }
    const { id } = running
    context.terminal.step(`stopping ${id}, process ${running.pid}`)
    const ended = await stopProcess(running, options.grace * 1000, context.clock)
    await forgetRunning(home, running)
    return { id, pid: running.pid, killed: !ended }
  },

  view: ({ id, killed }) => (killed ? `${id} did not end by itself and was killed` : `${id} has stopped`),
})
