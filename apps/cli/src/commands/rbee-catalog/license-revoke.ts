import { z } from 'zod'
import { viewLicense } from '../../catalog/license-views.ts'
import { withLicenses } from '../../catalog/licenses.ts'
import { command } from '../../program/command.ts'
import { REASON } from '../../withdraw/release-command.ts'

export default command({
  options: z.object({ reason: REASON, registry: z.string().optional(), dataDir: z.string().optional() }),
  run: (context, [id = ''], { reason, ...place }) =>
    withLicenses(context, place, ({ revoke }) => revoke(id, reason)),
  view: viewLicense,
})
