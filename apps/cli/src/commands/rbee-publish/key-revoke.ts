import { RbeeError } from '@rbee/schema'
import { z } from 'zod'
import { command } from '../../program/command.ts'
import { revokeKey } from '../../publisher-keys/change-keys.ts'
import { readPublisherKey } from '../../publisher-keys/key-file.ts'
import { viewKeysResult } from '../../publisher-keys/views.ts'
import { connectRegistry } from '../../registry/connect.ts'
import { REASON, requireToken } from '../../withdraw/release-command.ts'
import { parseWorkerName } from '../../withdraw/release-name.ts'

export default command({
  options: z.object({ key: z.string(), reason: REASON, registry: z.string() }),

  async run(context, [text, keyId], { key, reason, registry }) {
    const worker = parseWorkerName(text)
    const id = parseKeyId(keyId)
    requireToken(context, 'publish')
    const by = await readPublisherKey(key, context)
    const { client } = await connectRegistry(context, registry)
    return revokeKey(client, worker, id, by, reason)
  },

  view: viewKeysResult,
})

/** So many digits of an id tell keys of one worker apart. */
const SHORTEST_ID = 8

function parseKeyId(text: string | undefined): string {
  if (text !== undefined && /^[0-9a-f]{1,64}$/.test(text) && text.length >= SHORTEST_ID) return text
  throw new RbeeError(
    'usage',
    `"${text ?? ''}" is not the id of a key, nor the first ${SHORTEST_ID} digits of one`,
  )
}
