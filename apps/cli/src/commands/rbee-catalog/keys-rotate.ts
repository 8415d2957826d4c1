import { rotateKeys } from '@rbee/trust/key-folder'
import { describeKeys, keysView } from '../../catalog/keys/describe-keys.ts'
import { ceremonySurroundings, keyPlace, keyPlaceSchema } from '../../catalog/keys/key-place.ts'
import { command } from '../../program/command.ts'
import { choiceOption } from '../../program/option-values.ts'

export default command({
  options: keyPlaceSchema.extend({ role: choiceOption(['online', 'root']) }),

  async run(context, _args, { role, ...place }) {
    const folder = keyPlace(context, place)
    const ceremony = await rotateKeys(folder, role, ceremonySurroundings(context))
    context.terminal.info('a server that runs on the folder takes it up within a minute')
    return describeKeys(folder, ceremony)
  },

  view: keysView,
})
