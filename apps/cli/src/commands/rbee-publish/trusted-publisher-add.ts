import {
  githubIdSchema,
  githubRepositorySchema,
  issuerSchema,
  trustedPublisherInputSchema,
  workflowFileSchema,
} from '@rbee/schema'
import { z } from 'zod'
import { command } from '../../program/command.ts'
import { textOption } from '../../program/option-values.ts'
import { describePublisher } from '../../publish/trusted-publishers.ts'
import { connectRegistry } from '../../registry/connect.ts'
import { requireToken } from '../../withdraw/release-command.ts'
import { parseWorkerName } from '../../withdraw/release-name.ts'

export default command({
  options: z.object({
    github: textOption(githubRepositorySchema),
    workflow: textOption(workflowFileSchema),
    environment: textOption(trustedPublisherInputSchema.shape.environment.unwrap().unwrap()).optional(),
    ownerId: textOption(githubIdSchema).optional(),
    repositoryId: textOption(githubIdSchema).optional(),
    issuer: textOption(issuerSchema).optional(),
    registry: z.string(),
  }),

  async run(context, [text], { github, ownerId, repositoryId, registry, ...options }) {
    const worker = parseWorkerName(text)
    requireToken(context, 'publish')
    const { client } = await connectRegistry(context, registry)
    const { created, publisher } = await client.addTrustedPublisher(worker, {
      ...options,
      provider: 'github',
      environment: options.environment ?? null,
      repository: github,
      repository_owner_id: ownerId,
      repository_id: repositoryId,
    })
    return { worker, created, publisher }
  },

  view({ worker, created, publisher }, { terminal }) {
    const what = created ? 'may publish from now on' : 'may publish already'
    const settled =
      publisher.repository_owner_id === null
        ? '\n  the first run that is accepted settles which account is meant; --owner-id says it beforehand'
        : ''
    return `${terminal.colors.green('✓')} ${describePublisher(publisher)} ${what}: ${worker}${settled}`
  },
})
