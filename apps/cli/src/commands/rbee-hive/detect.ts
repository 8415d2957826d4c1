import type { HostProfile } from '@rbee/schema'
import { z } from 'zod'
import { describeHost } from '../../hive/describe-host.ts'
import { homeRoot } from '../../hive/home.ts'
import { loadHostProfile } from '../../hive/host-profile.ts'
import { command } from '../../program/command.ts'

export default command({
  options: z.object({ home: z.string(), hostProfile: z.string().optional() }),

  run: (context, _args, options): Promise<HostProfile> =>
    loadHostProfile({
      file: options.hostProfile,
      cwd: context.cwd,
      env: context.env,
      home: homeRoot(options.home, context.cwd),
    }),

  view: (profile, { terminal }) => describeHost(profile, terminal.colors),
})
