import { z } from 'zod'
import { hiveHome } from '../../hive/home.ts'
import { releaseHeldSeat } from '../../hive/licenses/ask-for-seat.ts'
import { chooseKept, seatAsker } from '../../hive/licenses/choose-kept.ts'
import { command } from '../../program/command.ts'

export default command({
  options: z.object({ home: z.string() }),

  async run(context, [id], options) {
    const home = hiveHome(options.home, context.cwd)
    const { license, token } = await chooseKept(home, id)
    const seats = await releaseHeldSeat(await seatAsker(home, license.registry, context), token)
    return { id: license.id, registry: license.registry, released: true, seats }
  },

  view: ({ id, seats: { total, used } }, { terminal }) => {
    const count = total === null ? `${used} in use` : `${used} of ${total} in use`
    return `${terminal.colors.green('✓')} this machine has no seat of the licence ${id} any more; ${count}`
  },
})
