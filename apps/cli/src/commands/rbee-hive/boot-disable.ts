import { z } from 'zod'
import { disableBoot } from '../../hive/boot/boot.ts'
import { serviceManager } from '../../hive/boot/service-manager.ts'
import { parseWorkerId } from '../../hive/installed.ts'
import { command } from '../../program/command.ts'

export default command({
  options: z.object({}),

  async run(context, [wanted]) {
    const name = parseWorkerId(wanted)
    const file = await disableBoot(serviceManager(process.platform, context.env), name)
    return { name, file }
  },

  view: ({ name, file }) => `${name} does not start with the machine any more; removed ${file}`,
})
