import { RbeeError, signedRootInputSchema, signedRootSchema } from '@rbee/schema'
import type { GuardedEndpoint } from '../../endpoint.ts'
import { jsonAnswer } from '../../http/answer.ts'
import { readJson } from '../../http/json-body.ts'

/** Some hundred roots of a few keys each, in JSON in JSON. */
const BODY = { schema: signedRootInputSchema, maxBytes: 4 * 2 ** 20 }

export const publishRoot: GuardedEndpoint = {
  scope: 'operator',
  operation: {
    id: 'publishRoot',
    tag: 'Trust',
    summary: 'Publish a root, and what its keys signed',
    description:
      'For a server that has no folder of keys: its online key is a secret, and the offline keys stay with their holders. The roots must continue those that are served. Everything else is signed anew where the online key changed.',
    body: BODY,
    answers: [{ status: 200, description: 'The newest root', content: { schema: signedRootSchema } }],
    errors: ['metadata_invalid', 'signing_failed', 'keys_elsewhere'],
  },
  async handle(context, { metadata, registry, log }, caller) {
    const { roots, targets } = await readJson(context, BODY)
    if (!metadata.takesRoots) {
      throw new RbeeError('keys_elsewhere', 'This server signs with the keys of its data folder', {
        next: 'change them there with: rbee-catalog keys',
      })
    }
    const encoder = new TextEncoder()
    await metadata.repository.adopt({
      roots: roots.map((root) => encoder.encode(root)),
      targets: encoder.encode(targets),
    })
    await registry.logKeyChanges()
    await registry.writeLog()
    const status = await metadata.repository.status()
    if (status === null) throw new Error('There is no metadata after a root was published')
    log.info({ root: status.root.version, token: caller.tokenId }, 'root published')
    return jsonAnswer(status.root)
  },
}
