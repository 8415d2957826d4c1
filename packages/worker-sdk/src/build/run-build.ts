import type { ArtifactPlan } from './artifact-plan.ts'
import { buildArtifact } from './build-artifact.ts'
import { BuildError, BuildSettingError } from './build-error.ts'
import { readBuildTarget, refuseOtherTargets } from './build-target.ts'

/** What a build script gets from its process. */
export interface BuildHost {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly stderr: { write(text: string): unknown }
}

export interface BuildSpec {
  /** The worker's folder. */
  readonly folder: string
  /** What can be built, as `PLATFORM/VARIANT`; anything else is refused. */
  readonly targets: readonly string[]
  readonly plan: (folder: string) => ArtifactPlan | Promise<ArtifactPlan>
}

/**
 * A worker's build script: builds what RBEE_VARIANT, RBEE_PLATFORM, RBEE_VERSION and RBEE_OUTPUT ask for, says in one
 * line what came out, or what was wrong.
 *
 * @returns the exit code: 0 done, 1 failed, 2 a variable is missing or wrong.
 */
export async function runBuild(spec: BuildSpec, host: BuildHost): Promise<0 | 1 | 2> {
  try {
    const target = readBuildTarget(host.env, spec.folder)
    refuseOtherTargets(target, spec.targets)
    const built = await buildArtifact(await spec.plan(spec.folder), target)
    host.stderr.write(
      `built ${built.output}: ${built.files} files, ${(built.size / 2 ** 20).toFixed(1)} MiB\n`,
    )
    return 0
  } catch (failure) {
    if (failure instanceof BuildSettingError) {
      host.stderr.write(`error: ${failure.message}\n`)
      return 2
    }
    if (failure instanceof BuildError) {
      host.stderr.write(
        `error: ${failure.message}\n${failure.next === null ? '' : `next: ${failure.next}\n`}`,
      )
      return 1
    }
    throw failure
  }
}
