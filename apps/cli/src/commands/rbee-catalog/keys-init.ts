import { initKeys } from '@rbee/trust/key-folder'
import { describeKeys, keysView } from '../../catalog/keys/describe-keys.ts'
import { ceremonySurroundings, keyPlace, keyPlaceSchema } from '../../catalog/keys/key-place.ts'
import { command } from '../../program/command.ts'
import { numberOption } from '../../program/option-values.ts'

const COUNT = { min: 1, max: 100 }

export default command({
  options: keyPlaceSchema
    .extend({ rootKeys: numberOption(COUNT).default(1), threshold: numberOption(COUNT).default(1) })
    .refine(({ rootKeys, threshold }) => threshold <= rootKeys, {
      path: ['threshold'],
      error: 'may not be more than there are root keys',
    }),

  async run(context, _args, { rootKeys, threshold, ...place }) {
    const folder = keyPlace(context, place)
    const ceremony = await initKeys(folder, { rootKeys, threshold }, ceremonySurroundings(context))
    context.terminal.info(
      `keep the files in ${folder.rootPath} where no server and no network reaches them, and a copy of each`,
    )
    return describeKeys(folder, ceremony)
  },

  view: keysView,
})
