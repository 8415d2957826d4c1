import { randomBytes } from 'node:crypto'
import { isKeyName, newSignerKey, parseSignerKey } from '@rbee/transparency-log'
import { z } from 'zod'
import { command } from '../../program/command.ts'

const SEED_BYTES = 32

export default command({
  options: z.object({
    name: z
      .string()
      .refine(isKeyName, 'must be a name without blanks and plus signs, of at most 255 characters'),
  }),

  async run({ terminal }, _args, { name }) {
    const secret = newSignerKey(name, randomBytes(SEED_BYTES))
    const key = parseSignerKey(secret).verifier.text
    terminal.info(`clients verify with: ${key}`)
    return { secret, key }
  },

  view: ({ secret }) => secret,
})
