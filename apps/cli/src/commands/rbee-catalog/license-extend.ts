import { z } from 'zod'
import { secondsUntil, withLicenses } from '../../catalog/licenses.ts'
import { command } from '../../program/command.ts'

export default command({
  options: z.object({
    expires: z.string('say until when: 30d, 52w or a day such as 2027-12-31'),
    registry: z.string().optional(),
    dataDir: z.string().optional(),
  }),

  async run(context, [id = ''], { expires, ...place }) {
    const expires_in_seconds = secondsUntil(expires, context.clock())
    const answer = await withLicenses(context, place, ({ extend }) => extend(id, { expires_in_seconds }))
    context.terminal.info(
      `valid until ${answer.license.expires_at}; the customer may go on with the old token`,
    )
    return answer
  },

  view: ({ token }) => token,
})
