import { customerSchema, entitlementSchema, type LicenseInput, workerIdSchema } from '@rbee/schema'
import { z } from 'zod'
import { secondsUntil, withLicenses } from '../../catalog/licenses.ts'
import { command } from '../../program/command.ts'
import { numberOption, textOption } from '../../program/option-values.ts'

const DAY_SECONDS = 86_400

const optionsSchema = z
  .object({
    worker: z.array(textOption(workerIdSchema)).min(1, 'name the worker that it is for').max(20),
    customer: textOption(customerSchema),
    entitlement: z.array(textOption(entitlementSchema)).max(20).default([]),
    seats: numberOption({ min: 1, max: 1_000_000 }).optional(),
    floating: z.boolean().default(false),
    expires: z.string().optional(),
    trial: numberOption({ min: 1, max: 365 }).optional(),
    registry: z.string().optional(),
    dataDir: z.string().optional(),
  })
  .refine(({ seats, floating }) => !floating || seats !== undefined, {
    path: ['floating'],
    error: 'say with --seats how many machines may use the licence at once',
  })
  .refine(({ expires, trial }) => expires === undefined || trial === undefined, {
    path: ['trial'],
    error: 'a trial ends after its days; leave out --expires',
  })

export default command({
  options: optionsSchema,

  async run(context, _args, options) {
    const answer = await withLicenses(context, options, (licenses) =>
      licenses.issue(inputOf(options, context.clock())),
    )
    const { id, expires_at } = answer.license
    const end = expires_at === null ? 'valid until it is revoked' : `valid until ${expires_at}`
    context.terminal.info(`${end}; to end it: rbee-catalog license revoke ${id}`)
    return answer
  },

  view: ({ token }) => token,
})

function inputOf(
  { worker, customer, entitlement, seats, floating, expires, trial }: z.infer<typeof optionsSchema>,
  now: number,
): LicenseInput {
  const seconds = trial === undefined ? expires && secondsUntil(expires, now) : trial * DAY_SECONDS
  return {
    ...{ customer, workers: worker, entitlements: entitlement, trial: trial !== undefined },
    floating,
    ...(seats !== undefined && { seats }),
    ...(typeof seconds === 'number' && { expires_in_seconds: seconds }),
  }
}
