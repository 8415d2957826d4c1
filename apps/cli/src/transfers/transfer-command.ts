import type { RegistryClient } from '@rbee/api-client'
import { RbeeError, type Transfer, tokenIdSchema } from '@rbee/schema'
import { z } from 'zod'
import { type Command, command } from '../program/command.ts'
import { connectRegistry } from '../registry/connect.ts'
import { REASON, requireToken } from '../withdraw/release-command.ts'
import { viewTransfer } from './views.ts'

/** The id of a transfer on the command line. Fails with `usage`. */
export function parseTransferId(text: string | undefined): string {
  const id = tokenIdSchema.safeParse(text)
  if (id.success) return id.data
  throw new RbeeError('usage', `"${text ?? ''}" is not the id of a transfer`, {
    next: 'see them with: rbee-publish transfer list WORKER, or rbee-catalog transfers list',
  })
}

/** A command that decides something about one transfer. */
export function transferCommand({
  scope,
  change,
}: {
  readonly scope: 'publish' | 'operator'
  change(client: RegistryClient, id: string, reason: string): Promise<Transfer>
}): Command {
  return command({
    options: z.object({ reason: REASON, registry: z.string() }),

    run(context, [text], { reason, registry }) {
      const id = parseTransferId(text)
      requireToken(context, scope)
      return connectRegistry(context, registry).then(({ client }) => change(client, id, reason))
    },

    view: viewTransfer,
  })
}

/** A command that shows one transfer. */
export function transferShowCommand(scope: 'publish' | 'operator'): Command {
  return command({
    options: z.object({ registry: z.string() }),

    run(context, [text], { registry }) {
      const id = parseTransferId(text)
      requireToken(context, scope)
      return connectRegistry(context, registry).then(({ client }) => client.getTransfer(id))
    },

    view: viewTransfer,
  })
}
