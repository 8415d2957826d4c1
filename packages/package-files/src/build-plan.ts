import { RbeeError, type VariantName } from '@rbee/schema'
import type { PackageSubject } from './package-file.ts'

/** How a variant is built, as `rbee-publish` builds it. */
export type BuildPlan = CargoBuild | CommandBuild

/** `cargo build` with the variant's feature alone, where the package has a feature of that name. */
export interface CargoBuild {
  readonly kind: 'cargo'
  readonly feature: VariantName
}

/** One command, without a shell, that fills a folder with `bin/<program>` and what it needs. */
export interface CommandBuild {
  readonly kind: 'command'
  readonly command: readonly string[]
  /** The folder that it fills, inside the worker's own; `{platform}` stands in it yet. Null: the one it is told. */
  readonly output: string | null
  readonly tools: BuildTools
}

/** Whose packages have to be fetched before, and be there for the build. */
export type BuildTools = 'cargo' | 'npm' | 'pip' | 'cmake' | 'make'

/** Fails with `not_buildable` where neither the manifest nor its build system says how. */
export function requireBuildPlan({ worker, variant }: PackageSubject): BuildPlan {
  const { command, output, system } = worker.build
  if (command === undefined && system === 'cargo') return { kind: 'cargo', feature: variant.name }
  const ownOrUsual = command ?? (system === 'npm' ? ['npm', 'run', 'build'] : null)
  if (ownOrUsual === null) {
    throw new RbeeError('not_buildable', `Nothing says how ${worker.id} is built`, {
      next: 'its author has to set [build] command, or system "cargo" or "npm", in the manifest',
    })
  }
  return {
    kind: 'command',
    command: ownOrUsual,
    output: output?.replaceAll('{variant}', variant.name) ?? null,
    tools: system ?? toolsOf(ownOrUsual),
  }
}

function toolsOf([program = '']: readonly string[]): BuildTools {
  if (/^(?:node|npm|npx|pnpm|yarn)$/.test(program)) return 'npm'
  if (/^(?:python3?|pip3?)$/.test(program)) return 'pip'
  if (program === 'cargo' || program === 'cmake') return program
  return 'make'
}
