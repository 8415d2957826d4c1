import { z } from 'zod'
import { hiveHome } from '../../hive/home.ts'
import { readHeldSeats } from '../../hive/licenses/held-seat.ts'
import { readKeptLicenses } from '../../hive/licenses/kept-licenses.ts'
import { fingerprintOf, machineId } from '../../hive/licenses/machine-id.ts'
import { describeSeatState, seatState } from '../../hive/licenses/seat-state.ts'
import { command } from '../../program/command.ts'
import { table } from '../../program/table.ts'

export default command({
  options: z.object({ home: z.string() }),

  async run(context, _args, options) {
    const home = hiveHome(options.home, context.cwd)
    const kept = await readKeptLicenses(home)
    if (kept.length === 0) return { licenses: [] }
    const [machine, held] = await Promise.all([machineId(home), readHeldSeats(home, context.terminal.warn)])
    const now = context.clock()
    return {
      licenses: kept.map(({ license }) => {
        const { id, registry, expires_at } = license
        const fingerprint = fingerprintOf(id, machine)
        const seat = held.find((one) => one.registry === registry && one.fingerprint === fingerprint)
        return {
          ...license,
          expired: expires_at !== null && Date.parse(expires_at) <= now,
          fingerprint,
          seat: seatState(seat ?? null, now),
        }
      }),
    }
  },

  view({ licenses }) {
    if (licenses.length === 0) return 'there are no licences here'
    const rows = table(
      ['LICENCE', 'CUSTOMER', 'WORKERS', 'EXPIRES', 'SEAT', 'REGISTRY'],
      licenses.map(({ id, customer, workers, expires_at, expired, seat, registry }) => [
        id,
        customer,
        workers.join(', '),
        expires_at === null ? 'never' : `${expires_at.slice(0, 10)}${expired ? ' (expired)' : ''}`,
        describeSeatState(seat),
        registry,
      ]),
    )
    const names = table(
      ['LICENCE', 'FINGERPRINT OF THIS MACHINE'],
      licenses.map(({ id, fingerprint }) => [id, fingerprint]),
    )
    return `${rows}\n\n${names}`
  },
})
