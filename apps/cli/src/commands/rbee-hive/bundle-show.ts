import { resolve } from 'node:path'
import { z } from 'zod'
import { ageText } from '../../hive/bundle/bundle-age.ts'
import { openShown } from '../../hive/bundle/open-shown.ts'
import { command } from '../../program/command.ts'
import { formatBytes } from '../../program/terminal.ts'

export default command({
  options: z.object({}),

  async run(context, [file = '']) {
    await using bundle = await openShown(resolve(context.cwd, file), context)
    const { registry, created_at, root, workers, files } = bundle.index
    const age_seconds = Math.max(0, Math.floor((context.clock() - Date.parse(created_at)) / 1000))
    return {
      path: bundle.path,
      bytes: bundle.size,
      registry,
      created_at,
      age_seconds,
      root,
      workers,
      files: files.length,
    }
  },

  view({ path, bytes, registry, created_at, age_seconds, root, workers }) {
    const builds = workers.flatMap(({ worker, version, builds: of }) =>
      of.map(({ variant, platform }) => `  ${worker} ${version} (${variant}) for ${platform}`),
    )
    return [
      `${path}: ${formatBytes(bytes)}, every byte as it was written`,
      `of ${registry}, made on ${created_at}, ${ageText(age_seconds * 1000)} ago`,
      `root ${root.version}, sha256:${root.sha256}`,
      ...builds,
      'who made it is checked when it is installed',
    ].join('\n')
  },
})
