import { RbeeError } from '@rbee/schema'
import { z } from 'zod'
import { hiveHome } from '../../hive/home.ts'
import { releaseHeldSeat } from '../../hive/licenses/ask-for-seat.ts'
import { seatAsker } from '../../hive/licenses/choose-kept.ts'
import { readHeldSeats } from '../../hive/licenses/held-seat.ts'
import { forgetLicense, readKeptLicenses } from '../../hive/licenses/kept-licenses.ts'
import { command } from '../../program/command.ts'

export default command({
  options: z.object({ home: z.string() }),

  async run(context, [id = ''], options) {
    const { terminal, signal } = context
    const home = hiveHome(options.home, context.cwd)
    const held = await readHeldSeats(home, terminal.warn)
    const kept = (await readKeptLicenses(home)).filter(({ license }) => license.id === id)
    for (const { license, token } of kept) {
      const { registry } = license
      if (!held.some((seat) => seat.license_id === id && seat.registry === registry)) continue
      try {
        await releaseHeldSeat(await seatAsker(home, registry, context), token)
        terminal.info('its seat is free for another machine')
      } catch (error) {
        if (!(error instanceof RbeeError) || signal.aborted) throw error
        terminal.warn(`its seat could not be released: ${error.message}`)
      }
    }
    const removed = await forgetLicense(home, id)
    if (removed.length > 0) return { removed }
    throw new RbeeError('license_not_found', 'there is no licence with this id here', {
      next: 'see them all with: rbee-hive license list',
    })
  },

  view: ({ removed }) =>
    removed.map(({ id }) => `removed the licence ${id}; what is installed stays`).join('\n'),
})
