import { resolve } from 'node:path'
import { RbeeError } from '@rbee/schema'
import { z } from 'zod'
import { hiveHome } from '../../hive/home.ts'
import { addRegistry } from '../../hive/trust/add-registry.ts'
import { command } from '../../program/command.ts'
import { parseRegistryUrl } from '../../registry/registry-url.ts'

export default command({
  options: z.object({ home: z.string(), root: z.string().optional() }),

  run(context, [url = ''], { home, root }) {
    if (root === undefined) {
      throw new RbeeError('usage', 'which root is to be trusted?', {
        next: 'name its file: --root FILE; where there is none, the first install trusts the one that the registry gives',
      })
    }
    const registry = parseRegistryUrl(url)
    return addRegistry(hiveHome(home, context.cwd), registry, resolve(context.cwd, root), context.clock())
  },

  view: ({ registry, root, before }, { terminal }) => {
    const instead =
      before === null || before.sha256 === root.sha256 ? '' : ` in place of root ${before.version}`
    return `${terminal.colors.green('✓')} ${registry} is trusted by root ${root.version}, sha256:${root.sha256}${instead}`
  },
})
