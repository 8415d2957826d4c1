import { explainPlan } from '@rbee/resolver'
import type { InstallPlan } from '@rbee/schema'
import { z } from 'zod'
import { parseWorkerAddress, variantOfAddress } from '../../hive/address.ts'
import { chooseRelease } from '../../hive/choose-release.ts'
import { hiveHome } from '../../hive/home.ts'
import { loadHostProfile } from '../../hive/host-profile.ts'
import { type InstallResult, install, isQuarantined, plan } from '../../hive/install.ts'
import { command } from '../../program/command.ts'
import { EXIT } from '../../program/exit-codes.ts'
import { connectRegistry } from '../../registry/connect.ts'

export default command({
  options: z.object({
    registry: z.string(),
    home: z.string(),
    auto: z.boolean().optional(),
    variant: z.string().optional(),
    version: z.string().optional(),
    dryRun: z.boolean().default(false),
    hostProfile: z.string().optional(),
  }),

  async run(context, [worker], options): Promise<InstallPlan | InstallResult> {
    const { address, version } = parseWorkerAddress(worker, options.version)
    const registry = await connectRegistry(context, options.registry)
    const home = hiveHome(options.home, context.cwd)
    const [{ release, newerSourceOnly }, profile] = await Promise.all([
      chooseRelease(registry.client, address, version),
      loadHostProfile({ file: options.hostProfile, cwd: context.cwd, env: context.env, home: home.root }),
    ])
    if (newerSourceOnly !== null) {
      context.terminal.info(
        `${release.worker} ${newerSourceOnly} has no binaries yet; taking ${release.version}`,
      )
    }
    const variant = options.variant ?? variantOfAddress(address, release) ?? undefined
    const request = { release, profile, registry: registry.url, variant, allowYanked: version !== null, home }
    if (options.dryRun) return plan(request)
    return install(request, {
      env: context.env,
      terminal: context.terminal,
      signal: context.signal,
      clock: context.clock,
      fetch: registry.fetch,
    })
  },

  view(result, { terminal }) {
    if (!('status' in result)) return explainPlan(result).join('\n')
    const { worker, version, variant, status, self_test_milliseconds: tested } = result
    const name = `${worker} ${version} (${variant})`
    const proof = tested === null ? 'it has no self-test' : `its self-test passed in ${tested} ms`
    const line =
      status === 'installed'
        ? `installed ${name}; ${proof}`
        : `${name} is installed already; check its files with: rbee-hive doctor`
    return `${terminal.colors.green('✓')} ${line}\nstart it with: rbee-hive run ${worker}`
  },

  exitCode(result) {
    if ('status' in result || result.variant !== null) return EXIT.done
    return isQuarantined(result) ? EXIT.refused : EXIT.nothingFits
  },
})
