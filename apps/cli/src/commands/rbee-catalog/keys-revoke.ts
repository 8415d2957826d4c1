import { RbeeError } from '@rbee/schema'
import { revokeKey } from '@rbee/trust/key-folder'
import { describeKeys, keysView } from '../../catalog/keys/describe-keys.ts'
import { ceremonySurroundings, keyPlace, keyPlaceSchema } from '../../catalog/keys/key-place.ts'
import { command } from '../../program/command.ts'

/** Fewer characters could mean another key tomorrow. */
const KEY_ID = /^[0-9a-f]{8,64}$/

export default command({
  options: keyPlaceSchema,

  async run(context, [keyId = ''], place) {
    if (!KEY_ID.test(keyId)) {
      throw new RbeeError('usage', `"${keyId}" is not the id of a key`, {
        next: 'give at least 8 of the digits that rbee-catalog keys status shows',
      })
    }
    const folder = keyPlace(context, place)
    const ceremony = await revokeKey(folder, keyId, ceremonySurroundings(context))
    context.terminal.info('a server that runs on the folder takes it up within a minute')
    return describeKeys(folder, ceremony)
  },

  view: keysView,
})
