import path from 'node:path'
import { type Platform, platformSchema, RbeeError, variantNameSchema, versionSchema } from '@rbee/schema'
import type { z } from 'zod'

/** What one build is asked for. */
export interface BuildTarget {
  readonly variant: string
  readonly platform: Platform
  readonly version: string
  /** Absolute path of the folder to fill; emptied first. */
  readonly output: string
}

/**
 * Reads what the publishing program asks for: RBEE_VARIANT, RBEE_PLATFORM, RBEE_VERSION and RBEE_OUTPUT (relative to
 * `folder`, the worker's).
 *
 * @throws {RbeeError} `setting_invalid` with the variable's name.
 */
export function readBuildTarget(
  env: Readonly<Record<string, string | undefined>>,
  folder: string,
): BuildTarget {
  const output = env.RBEE_OUTPUT
  if (output === undefined || output === '') {
    throw new RbeeError(
      'setting_invalid',
      'RBEE_OUTPUT is not set: it names the folder that the build fills.',
    )
  }
  return {
    variant: read(env, 'RBEE_VARIANT', variantNameSchema),
    platform: read(env, 'RBEE_PLATFORM', platformSchema),
    version: read(env, 'RBEE_VERSION', versionSchema),
    output: path.resolve(folder, output),
  }
}

function read<T>(env: Readonly<Record<string, string | undefined>>, name: string, schema: z.ZodType<T>): T {
  const parsed = schema.safeParse(env[name])
  if (parsed.success) return parsed.data
  throw new RbeeError('setting_invalid', `${name} is ${env[name] === undefined ? 'not set' : 'not valid'}.`)
}

/** @throws {RbeeError} `build_failed` when the target is none of those that the worker's build knows. */
export function refuseOtherTargets(target: BuildTarget, known: readonly string[]): void {
  const asked = `${target.platform}/${target.variant}`
  if (known.includes(asked)) return
  throw new RbeeError('build_failed', `This build makes ${known.join(', ')}; ${asked} is not among them.`, {
    next: 'Build it where its toolchain is, and publish it with --artifact PLATFORM/VARIANT=PATH.',
  })
}
