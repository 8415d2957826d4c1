import { RbeeError, type WorkerId } from '@rbee/schema'
import type { CommandContext } from '../program/command.ts'
import { connectRegistry, type RegistryConnection } from '../registry/connect.ts'
import { runTokens } from './workflow-identity/run-token.ts'
import { isWorkflowRun, runnerOf } from './workflow-identity/runner.ts'

/**
 * Fails where this process has nothing to publish with: neither a token in RBEE_TOKEN nor, in a job of GitHub Actions, the
 * permission to prove which workflow it is. Codes: `token_missing`, `oidc_permission_missing`.
 */
export function assertCanPublish(context: CommandContext): void {
  if (context.env.RBEE_TOKEN) return
  if (isWorkflowRun(context)) {
    runnerOf(context)
    return
  }
  throw new RbeeError('token_missing', 'publishing needs a token of the registry in RBEE_TOKEN', {
    next: 'ask the operator for one (rbee-catalog token create --scope publish), or plan with --dry-run',
  })
}

/**
 * The same registry for who publishes a worker. Without RBEE_TOKEN a job of GitHub Actions is given a token at once, so that a
 * workflow that is not trusted hears of it before everything is built, and others while it needs them.
 */
export async function connectPublisher(
  registry: RegistryConnection,
  worker: WorkerId,
  context: CommandContext,
): Promise<RegistryConnection> {
  if (context.env.RBEE_TOKEN || !isWorkflowRun(context)) return registry
  const tokens = runTokens(runnerOf(context), worker, registry, context)
  await tokens()
  return connectRegistry(context, registry.url, tokens)
}
