import { z } from 'zod'
import { command } from '../../program/command.ts'
import { connectRegistry } from '../../registry/connect.ts'
import { viewContact } from '../../transfers/contact-command.ts'
import { requireToken } from '../../withdraw/release-command.ts'

export default command({
  options: z.object({ registry: z.string() }),

  async run(context, _args, { registry }) {
    requireToken(context, 'publish')
    const { client } = await connectRegistry(context, registry)
    return client.contact()
  },

  view: viewContact,
})
