import path from 'node:path'
import { BuildError, BuildSettingError } from './build-error.ts'

/** What one build is asked for. */
export interface BuildTarget {
  readonly variant: string
  /** For example `linux-x86_64`. */
  readonly platform: string
  readonly version: string
  /** Absolute path of the folder to fill; emptied first. */
  readonly output: string
}

/** The texts that the publishing program gives; the same rules as for manifests. */
const FORM = {
  RBEE_VARIANT: /^[a-z0-9][a-z0-9-]{0,39}$/,
  RBEE_PLATFORM: /^(?:linux|macos|windows)-(?:x86_64|aarch64)$/,
  RBEE_VERSION: /^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]{1,50})?$/,
  RBEE_OUTPUT: /^[^\0]+$/,
} as const

/**
 * Reads what the publishing program asks for: RBEE_VARIANT, RBEE_PLATFORM, RBEE_VERSION and RBEE_OUTPUT (relative to
 * `folder`, the worker's).
 *
 * @throws {BuildSettingError} with the variable's name.
 */
export function readBuildTarget(
  env: Readonly<Record<string, string | undefined>>,
  folder: string,
): BuildTarget {
  const read = (name: keyof typeof FORM): string => {
    const text = env[name]
    if (text === undefined) throw new BuildSettingError(`${name} is not set.`)
    if (!FORM[name].test(text))
      throw new BuildSettingError(`${name} has a wrong value: ${JSON.stringify(text)}.`)
    return text
  }
  const output = path.resolve(folder, read('RBEE_OUTPUT'))
  // The folder is emptied: one that holds the sources must not be.
  if (!path.relative(output, folder).startsWith('..')) {
    throw new BuildSettingError('RBEE_OUTPUT must not be a folder that holds the worker itself.')
  }
  return {
    variant: read('RBEE_VARIANT'),
    platform: read('RBEE_PLATFORM'),
    version: read('RBEE_VERSION'),
    output,
  }
}

/** @throws {BuildError} when the target is none of those that the worker's build knows. */
export function refuseOtherTargets(target: BuildTarget, known: readonly string[]): void {
  const asked = `${target.platform}/${target.variant}`
  if (known.includes(asked)) return
  throw new BuildError(
    `This build makes ${known.join(', ')}; ${asked} is not among them.`,
    'Build it where its toolchain is, and publish it with --artifact PLATFORM/VARIANT=PATH.',
  )
}
