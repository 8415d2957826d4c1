import { RbeeError } from '@rbee/schema'
import { z } from 'zod'
import { COMPLETED_SHELLS, command } from '../command.ts'

export default command({
  options: z.object({}),

  async run({ completionScript }, [shell = '', ...more]) {
    const known = z.enum(COMPLETED_SHELLS).safeParse(shell)
    if (!known.success || more.length > 0)
      throw new RbeeError('usage', `"${[shell, ...more].join(' ')}" is none of bash, zsh and fish`)
    return { shell: known.data, script: await completionScript(known.data) }
  },

  view: ({ script }) => script.trimEnd(),
})
