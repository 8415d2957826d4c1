import { renewKeys } from '@rbee/trust/key-folder'
import { describeKeys, keysView } from '../../catalog/keys/describe-keys.ts'
import { ceremonySurroundings, keyPlace, keyPlaceSchema } from '../../catalog/keys/key-place.ts'
import { command } from '../../program/command.ts'

export default command({
  options: keyPlaceSchema,

  async run(context, _args, place) {
    const folder = keyPlace(context, place)
    return describeKeys(folder, await renewKeys(folder, ceremonySurroundings(context)))
  },

  view: keysView,
})
