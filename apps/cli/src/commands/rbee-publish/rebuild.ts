import { resolve } from 'node:path'
import { platformSchema, variantNameSchema } from '@rbee/schema'
import { z } from 'zod'
import { parseWorkerAddress } from '../../hive/address.ts'
import { hiveHome } from '../../hive/home.ts'
import { agreedFlags, buildLimits, buildOptions } from '../../hive/source-build/build-options.ts'
import { connectVerified } from '../../hive/trust/connect-verified.ts'
import { trustOptions, trustSettings } from '../../hive/trust/trust-options.ts'
import { command } from '../../program/command.ts'
import { EXIT } from '../../program/exit-codes.ts'
import { textOption } from '../../program/option-values.ts'
import { hostPlatform } from '../../publish/host-platform.ts'
import { rebuild } from '../../publish/rebuild/rebuild.ts'
import type { RebuildPlan } from '../../publish/rebuild/rebuild-plan.ts'
import type { RebuildResult } from '../../publish/rebuild/rebuild-result.ts'
import { viewRebuild } from '../../publish/rebuild/views.ts'
import { readPublisherKey } from '../../publisher-keys/key-file.ts'
import { requireToken } from '../../withdraw/release-command.ts'

export default command({
  options: z.object({
    platform: textOption(platformSchema).optional(),
    variant: textOption(variantNameSchema).optional(),
    from: z.string().optional(),
    attest: z.boolean().default(false),
    key: z.string(),
    dryRun: z.boolean().default(false),
    ...trustOptions,
    ...buildOptions,
    registry: z.string(),
    home: z.string(),
  }),

  async run(context, [worker], options): Promise<RebuildPlan | RebuildResult> {
    const { address, version } = parseWorkerAddress(worker)
    if (options.attest) requireToken(context, 'publish')
    const signer = options.attest ? await readPublisherKey(options.key, context) : null
    const home = hiveHome(options.home, context.cwd)
    const registry = await connectVerified(context, options.registry, home, trustSettings(options))
    return rebuild(
      {
        ...{ address, version, home, dryRun: options.dryRun },
        platform: options.platform ?? hostPlatform(process),
        variant: options.variant ?? null,
        from: options.from === undefined ? null : resolve(context.cwd, options.from),
        agreement: { build: options.yes, flags: agreedFlags(options) },
        limits: buildLimits(options),
        signer,
      },
      registry,
      context,
    )
  },

  view: (result, context) => ('verdict' in result ? viewRebuild(result, context) : ''),

  exitCode: (result) => ('verdict' in result && result.verdict === 'differs' ? EXIT.refused : EXIT.done),
})
