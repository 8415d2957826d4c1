import { type License, workerIdSchema } from '@rbee/schema'
import { z } from 'zod'
import { viewLicenses } from '../../catalog/license-views.ts'
import { withLicenses } from '../../catalog/licenses.ts'
import { command } from '../../program/command.ts'
import { textOption } from '../../program/option-values.ts'

export default command({
  options: z.object({
    worker: textOption(workerIdSchema).optional(),
    registry: z.string().optional(),
    dataDir: z.string().optional(),
  }),

  run: (context, _args, options) =>
    withLicenses(context, options, async ({ list }) => {
      const licenses: License[] = []
      let cursor: string | null = null
      do {
        const page = await list(cursor)
        licenses.push(...page.licenses)
        // A registry whose pages do not end must not keep anybody.
        if (page.licenses.length === 0) break
        cursor = page.next_cursor
      } while (cursor !== null)
      const { worker } = options
      return { licenses: licenses.filter(({ workers }) => worker === undefined || workers.includes(worker)) }
    }),

  view: ({ licenses }) => viewLicenses(licenses),
})
