import { copyFile, mkdir, mkdtemp } from 'node:fs/promises'
import { homedir } from 'node:os'
import { delimiter, dirname, join, resolve } from 'node:path'
import { type Platform, RbeeError, type VariantName, type Version, type WorkerManifest } from '@rbee/schema'
import { workerEnvironment } from '../hive/worker-environment.ts'
import { runBuildCommand } from './build-command.ts'
import { buildEnvironment } from './build-environment.ts'
import { CARGO_METADATA, cargoArguments, readCargoMetadata } from './cargo-build.ts'

export interface BuildRequest {
  /** The worker's folder, absolute. */
  readonly folder: string
  readonly manifest: WorkerManifest
  readonly version: Version
  readonly platform: Platform
  readonly variant: VariantName
  /** An existing folder for what a build leaves outside the worker's own. */
  readonly scratch: string
}

export interface BuildSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  readonly onLine?: (line: string) => void
}

/** The command that builds a worker: the manifest's own, or its build system's; null where neither is known. */
export function buildCommand({ build }: WorkerManifest): readonly string[] | null {
  if (build.command !== undefined) return build.command
  switch (build.system) {
    case 'cargo':
      return ['cargo', 'build', '--release']
    case 'npm':
      return ['npm', 'run', 'build']
    case 'pip':
    case 'cmake':
    case 'make':
    case undefined:
      return null
  }
}

/**
 * Builds one variant for this machine.
 *
 * @returns the folder that holds `bin/<program>`. Fails with `build_failed` or `interrupted`.
 */
export async function buildVariant(request: BuildRequest, surroundings: BuildSurroundings): Promise<string> {
  const command = buildCommand(request.manifest)
  if (command === null) {
    throw new RbeeError('build_failed', `nothing says how ${request.manifest.id} is built`, {
      next: 'set [build] command in worker.toml, or give built folders with --artifact PLATFORM[/VARIANT]=PATH',
    })
  }
  const output = await outputFolder(request)
  const run = {
    cwd: request.folder,
    signal: surroundings.signal,
    onLine: surroundings.onLine,
    env: {
      ...workerEnvironment(surroundings.env),
      // A build that says "node" means one that can run TypeScript: this one, not whatever comes first on the PATH.
      PATH: [dirname(process.execPath), surroundings.env.PATH].filter(Boolean).join(delimiter),
      ...buildEnvironment({ ...request, output }),
    },
  }
  if (request.manifest.build.command === undefined && request.manifest.build.system === 'cargo') {
    await buildWithCargo(request, command, output, run)
  } else await runBuildCommand(command, run)
  return output
}

/** The manifest's own output folder; a new one where it names none. */
async function outputFolder({ folder, manifest, variant, platform, scratch }: BuildRequest): Promise<string> {
  const { output } = manifest.build
  if (output === undefined) return mkdtemp(join(scratch, 'build-'))
  return resolve(folder, output.replaceAll('{variant}', variant).replaceAll('{platform}', platform))
}

/** Builds the variant's feature alone where the package has one of that name, and takes the program out of `target/`. */
async function buildWithCargo(
  { folder, manifest, variant, platform }: BuildRequest,
  command: readonly string[],
  output: string,
  run: Parameters<typeof runBuildCommand>[1],
): Promise<void> {
  const described = await runBuildCommand(CARGO_METADATA, { ...run, onLine: undefined })
  const cargo = readCargoMetadata(described, join(folder, 'Cargo.toml'))
  const cargoHome = run.env.CARGO_HOME ?? join(homedir(), '.cargo')
  await runBuildCommand([...command, ...cargoArguments(variant, cargo, cargoHome)], run)
  const program = platform.startsWith('windows-') ? `${manifest.binary_name}.exe` : manifest.binary_name
  await mkdir(join(output, 'bin'), { recursive: true })
  try {
    await copyFile(join(cargo.targetDirectory, 'release', program), join(output, 'bin', program))
  } catch (cause) {
    throw new RbeeError('build_failed', `cargo built no program ${program}`, {
      next: 'name the program with [worker] binary_name in worker.toml',
      cause,
    })
  }
}
