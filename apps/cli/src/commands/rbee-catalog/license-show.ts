import { z } from 'zod'
import { viewLicense } from '../../catalog/license-views.ts'
import { withLicenses } from '../../catalog/licenses.ts'
import { command } from '../../program/command.ts'

export default command({
  options: z.object({ registry: z.string().optional(), dataDir: z.string().optional() }),
  run: (context, [id = ''], options) => withLicenses(context, options, ({ show }) => show(id)),
  view: viewLicense,
})
