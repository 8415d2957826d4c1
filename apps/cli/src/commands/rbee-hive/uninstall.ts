import { z } from 'zod'
import { hiveHome } from '../../hive/home.ts'
import { removeInstalled } from '../../hive/installed.ts'
import { leaveSeats } from '../../hive/licenses/unused-seats.ts'
import { forgetInstall } from '../../hive/rbee-lock/remember-install.ts'
import { command } from '../../program/command.ts'

export default command({
  options: z.object({ home: z.string(), releaseSeat: z.boolean().default(false) }),

  async run(context, [name], options) {
    const home = hiveHome(options.home, context.cwd)
    const { id, active } = await removeInstalled(home, name)
    await forgetInstall(home, id, context.terminal)
    const seats = await leaveSeats(home, id, options.releaseSeat, context)
    return { id, version: active.version, variant: active.variant, ...(seats.length > 0 && { seats }) }
  },

  view: ({ id, version, variant, seats = [] }) => {
    const released = seats.filter((seat) => seat.released).map(({ license }) => license)
    const free = released.length === 0 ? '' : `; released its seat of the licence ${released.join(', ')}`
    return `removed ${id} ${version} (${variant})${free}`
  },
})
