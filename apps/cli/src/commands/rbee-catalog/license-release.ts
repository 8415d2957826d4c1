import { z } from 'zod'
import { withLicenses } from '../../catalog/licenses.ts'
import { command } from '../../program/command.ts'

export default command({
  options: z.object({ registry: z.string().optional(), dataDir: z.string().optional() }),

  run: (context, [id = '', fingerprint = ''], options) =>
    withLicenses(context, options, ({ takeSeatAway }) => takeSeatAway(id, fingerprint)),

  view: ({ seats: { total, used } }) =>
    `released; ${total === null ? `${used} seats are in use` : `${used} of ${total} seats are in use`}`,
})
