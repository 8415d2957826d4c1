import { presentCeremony } from '@rbee/trust/key-folder'
import { describeKeys, keysView } from '../../catalog/keys/describe-keys.ts'
import { keyPlace, keyPlaceSchema } from '../../catalog/keys/key-place.ts'
import { command } from '../../program/command.ts'

export default command({
  options: keyPlaceSchema,

  async run(context, _args, place) {
    const folder = keyPlace(context, place)
    return describeKeys(folder, await presentCeremony(folder))
  },

  view: keysView,
})
