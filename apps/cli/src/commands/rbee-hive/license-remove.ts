import { RbeeError } from '@rbee/schema'
import { z } from 'zod'
import { hiveHome } from '../../hive/home.ts'
import { forgetLicense } from '../../hive/licenses/kept-licenses.ts'
import { command } from '../../program/command.ts'

export default command({
  options: z.object({ home: z.string() }),

  async run(context, [id = ''], { home }) {
    const removed = await forgetLicense(hiveHome(home, context.cwd), id)
    if (removed.length > 0) return { removed }
    throw new RbeeError('license_not_found', 'there is no licence with this id here', {
      next: 'see them all with: rbee-hive license list',
    })
  },

  view: ({ removed }) =>
    removed.map(({ id }) => `removed the licence ${id}; what is installed stays`).join('\n'),
})
