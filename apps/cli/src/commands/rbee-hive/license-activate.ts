import { z } from 'zod'
import { hiveHome } from '../../hive/home.ts'
import { askForSeat } from '../../hive/licenses/ask-for-seat.ts'
import { chooseKept, seatAsker } from '../../hive/licenses/choose-kept.ts'
import { describeSeatState, seatState } from '../../hive/licenses/seat-state.ts'
import { command } from '../../program/command.ts'

export default command({
  options: z.object({ label: z.string().optional(), home: z.string() }),

  async run(context, [id], { label, home: setting }) {
    const home = hiveHome(setting, context.cwd)
    const { license, token } = await chooseKept(home, id)
    const asker = await seatAsker(home, license.registry, context)
    const seat = await askForSeat(asker, token, { kind: 'activate', ...(label !== undefined && { label }) })
    return {
      ...{ id: license.id, registry: license.registry, fingerprint: seat.fingerprint },
      seat: seatState(seat, context.clock()),
    }
  },

  view: ({ id, fingerprint, seat }, { terminal }) =>
    [
      `${terminal.colors.green('✓')} this machine has a seat of the licence ${id}, ${describeSeatState(seat)}`,
      `  its fingerprint: ${fingerprint}`,
    ].join('\n'),
})
