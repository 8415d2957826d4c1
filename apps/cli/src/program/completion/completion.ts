import { RbeeError } from '@rbee/schema'
import { z } from 'zod'
import { command } from '../command.ts'
import { bashScript } from './bash.ts'
import { completionTree } from './completion-tree.ts'
import { fishScript } from './fish.ts'
import { zshScript } from './zsh.ts'

const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript }

export default command({
  options: z.object({}),

  async run({ spec }, [shell = '', ...more]) {
    const known = z.enum(['bash', 'zsh', 'fish']).safeParse(shell)
    if (!known.success || more.length > 0) {
      throw new RbeeError('usage', `"${[shell, ...more].join(' ')}" is none of bash, zsh and fish`, {
        next: `see ${spec.name} completion --help`,
      })
    }
    return { shell: known.data, script: SCRIPTS[known.data](completionTree(spec)) }
  },

  view: ({ script }) => script.trimEnd(),
})
