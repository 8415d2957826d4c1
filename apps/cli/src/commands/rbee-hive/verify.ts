import { z } from 'zod'
import { hiveHome } from '../../hive/home.ts'
import { loadHostProfile } from '../../hive/host-profile.ts'
import { connectVerified } from '../../hive/trust/connect-verified.ts'
import { trustOptions } from '../../hive/trust/trust-options.ts'
import { chooseBuild } from '../../hive/verify/choose-build.ts'
import { describeVerification } from '../../hive/verify/describe.ts'
import type { Verification } from '../../hive/verify/finding.ts'
import { verifyBuild } from '../../hive/verify/verify-worker.ts'
import { command } from '../../program/command.ts'
import { EXIT } from '../../program/exit-codes.ts'
import { connectRegistry } from '../../registry/connect.ts'

export default command({
  options: z.object({
    home: z.string(),
    registry: z.string(),
    offline: z.boolean().default(false),
    ...trustOptions,
  }),

  async run(context, [text], options): Promise<Verification> {
    const { cwd, env, clock, signal } = context
    const home = hiveHome(options.home, cwd)
    const connect = (registry: string) => connectVerified(context, registry, home, options)
    const build = await chooseBuild({
      home,
      text,
      offer: () => connect(options.registry),
      profile: () => loadHostProfile({ file: undefined, cwd, env, home: home.root }),
    })
    const reach = (registry: string) => connectRegistry(context, registry)
    return verifyBuild(build, { home, offline: options.offline, connect, reach, clock, signal })
  },

  view: (found, { terminal }) => describeVerification(found, terminal),

  exitCode: ({ ok }) => (ok ? EXIT.done : EXIT.refused),
})
