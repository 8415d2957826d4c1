import type { SeatList } from '@rbee/schema'
import { z } from 'zod'
import { viewSeats } from '../../catalog/license-views.ts'
import { withLicenses } from '../../catalog/licenses.ts'
import { command } from '../../program/command.ts'

export default command({
  options: z.object({ registry: z.string().optional(), dataDir: z.string().optional() }),

  run: (context, [id = ''], options) =>
    withLicenses(context, options, async (licenses) => {
      const { next_cursor, ...first } = await licenses.seats(id, null)
      const seats = [...first.seats]
      let cursor = next_cursor
      while (cursor !== null) {
        const page: SeatList = await licenses.seats(id, cursor)
        // A registry whose pages do not end must not keep anybody.
        if (page.seats.length === 0) break
        seats.push(...page.seats)
        cursor = page.next_cursor
      }
      return { ...first, seats }
    }),

  view: viewSeats,
})
