import { z } from 'zod'
import { command } from '../../program/command.ts'
import { readPublisherKey } from '../../publisher-keys/key-file.ts'

export default command({
  options: z.object({ key: z.string() }),

  run: async (context, _args, { key }) => (await readPublisherKey(key, context)).key,

  view: ({ key_id, public_key }) => `key ${key_id}\npublic key ${public_key}`,
})
