import type { Contact } from '@rbee/schema'
import { z } from 'zod'
import { type Command, command } from '../program/command.ts'
import { connectRegistry } from '../registry/connect.ts'
import { requireToken } from '../withdraw/release-command.ts'

/** A command that changes the address of the token in RBEE_TOKEN. @param read the new address, or null, out of the arguments. */
export function changeContactCommand(read: (args: readonly string[]) => string | null): Command {
  return command({
    options: z.object({ registry: z.string() }),

    async run(context, args, { registry }) {
      const mail = read(args)
      requireToken(context, 'publish')
      const { client } = await connectRegistry(context, registry)
      return client.changeContact(mail)
    },

    view: viewContact,
  })
}

export function viewContact({ id, mail }: Contact): string {
  return mail === null
    ? `the token ${id} has no address: its holder is told of nothing`
    : `mail about the token ${id} goes to ${mail}`
}
