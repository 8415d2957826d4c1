import { Buffer } from 'node:buffer'
import { assertPublisherKey, publisherKeyOf } from '@rbee/provenance'
import type { PublisherKey } from '@rbee/schema'
import { z } from 'zod'
import { command } from '../../program/command.ts'
import { viewKeys } from '../../publisher-keys/views.ts'
import { connectRegistry } from '../../registry/connect.ts'
import { REASON, requireToken } from '../../withdraw/release-command.ts'
import { parseWorkerName } from '../../withdraw/release-name.ts'

export default command({
  options: z.object({ reason: REASON, publicKey: z.string().optional(), registry: z.string() }),

  async run(context, [text], { reason, publicKey, registry }) {
    const worker = parseWorkerName(text)
    const key = publicKey === undefined ? null : parseKey(publicKey)
    requireToken(context, 'operator')
    const { client } = await connectRegistry(context, registry)
    return client.resetWorkerKeys(worker, { reason, key })
  },

  view: (keys, { terminal }) =>
    `${terminal.colors.green('✓')} the keys of ${keys.worker} were reset\n${viewKeys(keys)}`,
})

/** As `rbee-publish key show` prints it. Fails with `publisher_key_invalid`. */
function parseKey(text: string): PublisherKey {
  const key = { ...publisherKeyOf(Buffer.from(text, 'base64')), public_key: text }
  assertPublisherKey(key)
  return key
}
