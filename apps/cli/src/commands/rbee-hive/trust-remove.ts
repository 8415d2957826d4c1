import { z } from 'zod'
import { hiveHome } from '../../hive/home.ts'
import { forgetRegistry } from '../../hive/trust/known-registry.ts'
import { command } from '../../program/command.ts'
import { parseRegistryUrl } from '../../registry/registry-url.ts'

export default command({
  options: z.object({ home: z.string() }),

  async run(context, [url = ''], options) {
    const registry = parseRegistryUrl(url)
    return { registry, removed: await forgetRegistry(hiveHome(options.home, context.cwd), registry) }
  },

  view: ({ registry, removed }) =>
    removed ? `${registry} is trusted no more` : `${registry} was not trusted`,
})
