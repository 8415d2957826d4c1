import { z } from 'zod'
import { hiveHome } from '../../hive/home.ts'
import { parseWorkerId } from '../../hive/installed.ts'
import { requireInstance } from '../../hive/instances.ts'
import { clearLeftovers } from '../../hive/leftovers.ts'
import { stopInstance } from '../../hive/supervise/control-client.ts'
import { command } from '../../program/command.ts'
import { numberOption, SECONDS } from '../../program/option-values.ts'

export default command({
  options: z.object({ home: z.string(), grace: numberOption({ ...SECONDS, min: 0, max: 3600 }).default(30) }),

  async run(context, [name], options) {
    const home = hiveHome(options.home, context.cwd)
    const { record, supervised } = await requireInstance(home, parseWorkerId(name))
    const { instance } = record
    const process = instance.pid === null ? '' : `, process ${instance.pid}`
    const { terminal } = context
    const graceMs = options.grace * 1000
    if (supervised) terminal.step(`stopping ${instance.name}${process}`)
    else terminal.step(`ending what the killed supervisor of ${instance.name} left`)
    const killed = supervised
      ? await stopInstance(home, record, graceMs)
      : !(await clearLeftovers(home, instance.name, graceMs))
    return { id: instance.id, name: instance.name, pid: instance.pid, killed }
  },

  view: ({ name, killed }) =>
    killed ? `${name} did not end by itself and was killed` : `${name} has stopped`,
})
