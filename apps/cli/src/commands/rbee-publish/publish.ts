import { resolve } from 'node:path'
import { COMPRESSION_LEVELS } from '@rbee/packaging'
import { licenseSchema, PATCHES_MAX, variantNameSchema, versionSchema, workerIdSchema } from '@rbee/schema'
import { z } from 'zod'
import { command } from '../../program/command.ts'
import { EXIT } from '../../program/exit-codes.ts'
import { choiceOption, numberOption, textOption } from '../../program/option-values.ts'
import { artifactOptionSchema, platformListSchema } from '../../publish/artifact-option.ts'
import { hostPlatform } from '../../publish/host-platform.ts'
import type { PublishPlan } from '../../publish/plan.ts'
import { type PublishResult, publish } from '../../publish/publish.ts'
import { assertCanPublish } from '../../publish/publisher-connection.ts'
import { viewPlan, viewResult } from '../../publish/views.ts'
import { readPublisherKey } from '../../publisher-keys/key-file.ts'
import { connectRegistry } from '../../registry/connect.ts'

const PATCHES_OFF = 'off'
/** How many earlier releases are patched; 0 for `off`. */
const patchCountSchema = z
  .string()
  .refine((text) => text === PATCHES_OFF || (/^[1-9]$/.test(text) && Number(text) <= PATCHES_MAX), {
    error: `must be off or a number from 1 to ${PATCHES_MAX}`,
  })
  .transform((text) => (text === PATCHES_OFF ? 0 : Number(text)))

export default command({
  options: z.object({
    name: textOption(workerIdSchema).optional(),
    version: textOption(versionSchema).optional(),
    license: textOption(licenseSchema).optional(),
    platforms: platformListSchema.optional(),
    artifact: z.array(artifactOptionSchema).default([]),
    variant: z.array(textOption(variantNameSchema)).default([]),
    compression: choiceOption(COMPRESSION_LEVELS),
    dryRun: z.boolean().default(false),
    skipSelftest: z.boolean().default(false),
    sign: z.boolean().default(false),
    key: z.string(),
    patches: patchCountSchema,
    patchTime: numberOption({ min: 1, max: 86_400, what: 'a number of seconds' }),
    verbose: z.boolean().default(false),
    registry: z.string(),
  }),

  async run(context, [folder], options): Promise<PublishPlan | PublishResult> {
    if (!options.dryRun) assertCanPublish(context)
    const signer = options.sign ? await readPublisherKey(options.key, context) : null
    const registry = await connectRegistry(context, options.registry)
    return publish(
      {
        folder: resolve(context.cwd, folder ?? '.'),
        name: options.name,
        version: options.version,
        license: options.license,
        platforms: options.platforms,
        artifacts: options.artifact,
        variants: options.variant,
        host: hostPlatform(process),
        compression: options.compression,
        dryRun: options.dryRun,
        skipSelfTest: options.skipSelftest,
        verbose: options.verbose,
        signer,
        patches: { count: options.patches, seconds: options.patchTime },
      },
      registry,
      context,
    )
  },

  view: (result, context) => ('status' in result ? viewResult(result, context) : viewPlan(result, context)),

  exitCode: (result) => ('release' in result && result.release === 'different' ? EXIT.failed : EXIT.done),
})
