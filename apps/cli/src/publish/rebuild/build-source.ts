import { lstat, readFile } from 'node:fs/promises'
import { join, posix } from 'node:path'
import type { PackEntry } from '@rbee/packaging'
import { type Platform, RbeeError, type VariantName } from '@rbee/schema'
import { type BuildRun, pathsOf, runBuildStep } from '../../hive/source-build/build-step.ts'
import { networkEnvironment } from '../../hive/source-build/git-source.ts'
import { BUILD_PATH } from '../../hive/source-build/sandbox.ts'
import { listArtifactFiles } from '../artifact-files.ts'
import { buildCommand } from '../build.ts'
import { buildEnvironment } from '../build-environment.ts'
import { CARGO_METADATA, cargoArguments, readCargoMetadata } from '../cargo-build.ts'
import type { DependencyFetch } from './dependencies.ts'
import type { FetchedSource } from './fetch-source.ts'
import { isPlainFolder, type WorkerSource } from './read-source.ts'

export interface SourceBuild {
  readonly source: FetchedSource
  readonly found: WorkerSource
  readonly platform: Platform
  readonly variant: VariantName
  /** What has to be fetched before; null for nothing. */
  readonly dependencies: DependencyFetch | null
  /** Whether it may be. */
  readonly network: boolean
  /** The folder in which "node" is found first. */
  readonly nodeFolder: string
  /** Of the user; of it only what leads out to the network is handed on. */
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Folders of a build beside its source. */
const OUTPUT = 'output'
const METADATA = 'cargo-metadata.json'
const METADATA_MAX_BYTES = 16 * 2 ** 20

/**
 * Builds a worker as publishing does (the same command, variables and folders), without the network.
 *
 * Fails with `build_failed` or `archive_invalid`.
 */
export async function buildSource(run: BuildRun, build: SourceBuild): Promise<BuiltSource> {
  const command = buildCommand(build.found.worker.manifest)
  if (command === null) {
    throw new RbeeError('build_failed', `nothing says how ${build.found.worker.manifest.id} is built`, {
      next: 'its author has to set [build] command in worker.toml',
    })
  }
  if (build.dependencies !== null && build.network) await fetchDependencies(run, build, build.dependencies)
  const output = await outputFolder(run, build)
  if (isPlainCargo(build)) await buildWithCargo(run, build, command, output.inside)
  else await runCommand(run, build, 'building', command, output.inside)
  return { command, entries: await listOutput(run, build, output.path) }
}

export interface BuiltSource {
  readonly command: readonly string[]
  /** What would be packed. */
  readonly entries: readonly PackEntry[]
}

function isPlainCargo({ found }: SourceBuild): boolean {
  const { command, system } = found.worker.manifest.build
  return command === undefined && system === 'cargo'
}

async function fetchDependencies(
  run: BuildRun,
  build: SourceBuild,
  { command, lock }: DependencyFetch,
): Promise<void> {
  await runBuildStep(run, {
    doing: `fetching what ${lock} names`,
    command: inFolder(run, build, command),
    environment: { ...networkEnvironment(build.env), ...environmentOf(build), CI: 'true' },
    ...{ network: true, sandboxed: true },
  })
}

interface OutputFolder {
  /** Below the place in which the build starts. */
  readonly path: string
  /** As the build sees it. */
  readonly inside: string
}

/** The manifest's own; a new one where it names none. */
async function outputFolder(
  run: BuildRun,
  { source, found, variant, platform }: SourceBuild,
): Promise<OutputFolder> {
  const { output } = found.worker.manifest.build
  const { start } = pathsOf(run)
  if (output === undefined) {
    await runBuildStep(run, {
      doing: 'preparing',
      command: ['mkdir', join(start, OUTPUT)],
      ...{ network: false, sandboxed: true },
    })
    return { path: OUTPUT, inside: join(start, OUTPUT) }
  }
  const inner = output.replaceAll('{variant}', variant).replaceAll('{platform}', platform)
  const path = posix.join(posix.basename(source.inside), found.folder, inner)
  return { path, inside: join(start, path) }
}

async function buildWithCargo(
  run: BuildRun,
  build: SourceBuild,
  command: readonly string[],
  output: string,
): Promise<void> {
  const { manifest } = build.found.worker
  const { start, home } = pathsOf(run)
  const metadata = ['bash', '-c', 'exec "$@" >"$0"', join(start, METADATA), ...CARGO_METADATA]
  await runCommand(run, build, 'asking Cargo', metadata, output)
  const text = await readSmall(join(run.place.start, METADATA))
  const cargo = readCargoMetadata(text, join(build.source.inside, build.found.folder, 'Cargo.toml'))
  const parameters = cargoArguments(build.variant, cargo, join(home, '.cargo'))
  await runCommand(run, build, 'building', [...command, ...parameters, '--offline'], output)
  const program = build.platform.startsWith('windows-') ? `${manifest.binary_name}.exe` : manifest.binary_name
  const take = 'mkdir -p "$3/bin" && cp -- "$1/release/$2" "$3/bin/$2"'
  const taking = ['bash', '-c', take, 'take', cargo.targetDirectory, program, output]
  await runCommand(run, build, `taking ${program}`, taking, output)
}

async function runCommand(
  run: BuildRun,
  build: SourceBuild,
  doing: string,
  command: readonly string[],
  output: string,
): Promise<void> {
  const { found, platform, variant, dependencies, network } = build
  const { version } = found.worker
  await runBuildStep(run, {
    doing,
    command: inFolder(run, build, command),
    environment: { ...environmentOf(build), ...buildEnvironment({ version, platform, variant, output }) },
    ...{ network: false, sandboxed: true },
    hint:
      dependencies === null || network
        ? null
        : `it had no network: let what ${dependencies.lock} names be fetched with --allow-network`,
  })
}

function environmentOf({ nodeFolder }: SourceBuild): Record<string, string> {
  return { PATH: `${nodeFolder}:${BUILD_PATH}` }
}

/** Without a shell that reads the words of the command. */
function inFolder(run: BuildRun, { source, found }: SourceBuild, command: readonly string[]): string[] {
  const start = 'cd -- "$1" && shift && exec "$@"'
  return [run.bash, '-c', start, 'build', join(source.inside, found.folder), ...command]
}

async function listOutput(run: BuildRun, build: SourceBuild, path: string): Promise<readonly PackEntry[]> {
  const { found, platform, variant } = build
  const target = { platform, variant, origin: 'build' } as const
  if (!(await isPlainFolder(run.place.start, path)))
    throw new RbeeError('build_failed', `the build left no folder ${path}`, {
      next: `read what it printed in ${run.log.path}`,
    })
  return listArtifactFiles(join(run.place.start, path), target, found.worker, found.license)
}

/** A build could leave anything there. */
async function readSmall(path: string): Promise<string> {
  const info = await lstat(path)
  if (info.isFile() && info.size <= METADATA_MAX_BYTES) return readFile(path, 'utf8')
  throw new RbeeError('build_failed', 'cargo metadata printed more than can be read')
}
