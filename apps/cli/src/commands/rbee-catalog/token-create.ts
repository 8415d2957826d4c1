import { mailAddressSchema, type TokenInput, workerIdSchema } from '@rbee/schema'
import { z } from 'zod'
import { parseLifetime, withTokens } from '../../catalog/tokens.ts'
import { command } from '../../program/command.ts'
import { choiceOption, textOption } from '../../program/option-values.ts'

const optionsSchema = z
  .object({
    scope: choiceOption(['publish', 'operator']),
    worker: textOption(workerIdSchema).optional(),
    expires: z.string().optional(),
    mail: textOption(mailAddressSchema).optional(),
    registry: z.string().optional(),
    dataDir: z.string().optional(),
  })
  .refine(({ scope, worker }) => scope === 'publish' || worker === undefined, {
    path: ['worker'],
    error: 'only a publish token can be limited to one worker',
  })

export default command({
  options: optionsSchema,

  async run(context, _args, options) {
    const answer = await withTokens(context, options, (tokens) => tokens.create(tokenInput(options)))
    const end = answer.expires_at === null ? 'valid until it is revoked' : `valid until ${answer.expires_at}`
    context.terminal.info(`${end}; to end it: rbee-catalog token revoke ${answer.id}`)
    return answer
  },

  view: ({ token }) => token,
})

function tokenInput({ scope, worker, expires, mail }: z.infer<typeof optionsSchema>): TokenInput {
  const seconds = expires === undefined ? undefined : parseLifetime(expires)
  return { scope, worker, expires_in_seconds: seconds, mail }
}
