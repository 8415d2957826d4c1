import { resolve } from 'node:path'
import { RbeeError } from '@rbee/schema'
import { z } from 'zod'
import { createBundle } from '../../hive/bundle/create-bundle.ts'
import { hiveHome } from '../../hive/home.ts'
import { loadHostProfile } from '../../hive/host-profile.ts'
import { command } from '../../program/command.ts'
import { formatBytes } from '../../program/terminal.ts'
import { mirrorOptions, overMirrors } from '../../registry/mirrors.ts'

export default command({
  options: z.object({
    registry: z.string(),
    home: z.string(),
    output: z.string().optional(),
    variant: z.string().optional(),
    hostProfile: z.array(z.string()).default([]),
    yes: z.boolean().default(false),
    ...mirrorOptions,
  }),

  async run(context, workers, { registry, home: folder, output, variant, hostProfile, yes, mirror }) {
    if (output === undefined) {
      throw new RbeeError('usage', 'where is the bundle to be written?', {
        next: 'name a file: -o workers.rbee',
      })
    }
    const home = hiveHome(folder, context.cwd)
    const { cwd, env } = context
    const files = hostProfile.length === 0 ? [undefined] : hostProfile
    const profiles = await Promise.all(
      files.map((file) => loadHostProfile({ file, cwd, env, home: home.root })),
    )
    const path = resolve(cwd, output)
    const request = { workers, profiles, variant, registry, home, yes, output: path }
    const { index, bytes } = await overMirrors(context, mirror, (through) => createBundle(through, request))
    const { created_at, root } = index
    return { path, registry: index.registry, created_at, root, workers: index.workers, bytes }
  },

  view({ path, workers, bytes }, { terminal }) {
    const names = workers.map(({ worker, version }) => `${worker} ${version}`).join(', ')
    return `${terminal.colors.green('✓')} ${path} holds ${names}, ${formatBytes(bytes)}\ninstall it anywhere with: rbee-hive bundle install FILE`
  },
})
