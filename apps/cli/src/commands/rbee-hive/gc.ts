import { z } from 'zod'
import { collectGarbage } from '../../hive/disk/collect-garbage.ts'
import { hiveHome } from '../../hive/home.ts'
import { command } from '../../program/command.ts'
import { formatBytes } from '../../program/terminal.ts'

export default command({
  options: z.object({ home: z.string(), previous: z.boolean().default(false) }),

  run: (context, _args, { home, previous }) => collectGarbage(hiveHome(home, context.cwd), { previous }),

  view({ builds, downloads, freed_bytes: freed }) {
    const lines = builds.map(({ worker, build }) => `removed ${worker}: ${build}`)
    if (downloads > 0) lines.push(`removed ${downloads} interrupted download${downloads === 1 ? '' : 's'}`)
    lines.push(
      freed === 0 && lines.length === 0 ? 'there is nothing to remove' : `${formatBytes(freed)} freed`,
    )
    return lines.join('\n')
  },
})
