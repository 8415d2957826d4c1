import type { RegistryClient } from '@rbee/api-client'
import { RbeeError, type ReleaseDocument, reasonSchema } from '@rbee/schema'
import { z } from 'zod'
import { type Command, type CommandContext, command } from '../program/command.ts'
import { textOption } from '../program/option-values.ts'
import { connectRegistry } from '../registry/connect.ts'
import { parseReleaseName, type ReleaseName } from './release-name.ts'

/** Every change says why; the text is public. */
export const REASON = textOption(reasonSchema)

/** Fails with `token_missing` before anything is asked. */
export function requireToken({ env }: CommandContext, scope: 'publish' | 'operator'): void {
  if (env.RBEE_TOKEN) return
  throw new RbeeError('token_missing', `this needs a token of the registry in RBEE_TOKEN`, {
    next: `ask the operator for one (rbee-catalog token create --scope ${scope})`,
  })
}

/** A command that changes how one release stands. */
export function releaseCommand({
  scope,
  change,
  view,
}: {
  readonly scope: 'publish' | 'operator'
  change(client: RegistryClient, name: ReleaseName, reason: string): Promise<ReleaseDocument>
  /** What the release is now, in one line. */
  view(release: ReleaseDocument): string
}): Command {
  return command({
    options: z.object({ reason: REASON, registry: z.string() }),

    run(context, [text], { reason, registry }) {
      const name = parseReleaseName(text)
      requireToken(context, scope)
      return connectRegistry(context, registry).then(({ client }) => change(client, name, reason))
    },

    view: (release, { terminal }) => `${terminal.colors.green('✓')} ${view(release)}`,
  })
}
