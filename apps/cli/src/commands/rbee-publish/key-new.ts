import { z } from 'zod'
import { command } from '../../program/command.ts'
import { writePublisherKey } from '../../publisher-keys/key-file.ts'

export default command({
  options: z.object({ out: z.string() }),

  async run(context, _args, { out }) {
    const { path, signer } = await writePublisherKey(out, context)
    return { file: path, ...signer.key }
  },

  view: ({ file, key_id, public_key }, { terminal }) =>
    [
      `${terminal.colors.green('✓')} secret key in ${file}: keep a copy where no build can read it`,
      `key ${key_id}`,
      `public key ${public_key}`,
      `next: rbee-publish key bind WORKER --key ${file}; or, for a worker that has a key: rbee-publish key add WORKER --new ${file}`,
    ].join('\n'),
})
