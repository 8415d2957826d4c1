import { z } from 'zod'
import { hiveHome } from '../../hive/home.ts'
import { listKnownRegistries } from '../../hive/trust/known-registry.ts'
import { command } from '../../program/command.ts'
import { table } from '../../program/table.ts'

export default command({
  options: z.object({ home: z.string() }),

  async run(context, _args, options) {
    const known = await listKnownRegistries(hiveHome(options.home, context.cwd))
    return {
      registries: known.map(({ record, root: { version, sha256 } }) => ({
        ...record,
        root: { version, sha256 },
      })),
    }
  },

  view({ registries }) {
    if (registries.length === 0) return 'no registry is trusted yet'
    return table(
      ['REGISTRY', 'ROOT', 'SHA-256', 'TRUSTED'],
      registries.map(({ registry, root, by, since }) => [
        registry,
        String(root.version),
        root.sha256,
        `${by === 'file' ? 'by a file' : 'on first use'}, since ${since.slice(0, 10)}`,
      ]),
    )
  },
})
