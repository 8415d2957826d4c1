import { chown, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import type { BuildScript } from './build-script.ts'
import { type BuildRun, type BuildStep, pathsOf, runBuildStep } from './build-step.ts'
import type { PinnedSource } from './pinned-source.ts'
import { RUNNER_SCRIPT } from './runner-script.ts'

export interface BuildOrder {
  readonly script: BuildScript
  readonly sources: readonly PinnedSource[]
  /** Null where this program runs the PKGBUILD itself. */
  readonly makepkg: string | null
  /** Whether the sources know which packages are installed. */
  readonly checksDependencies: boolean
  readonly carch: string
  /** Whether prepare() may use the network. */
  readonly network: boolean
  /** How this machine gets out; for prepare() only. */
  readonly networkEnvironment: Readonly<Record<string, string>>
}

/**
 * Runs prepare(), then build() and package() without network. The sources lie in their place already.
 *
 * @returns the folders of its packages. Fails with `build_failed`.
 */
export async function runBuild(run: BuildRun, order: BuildOrder): Promise<readonly string[]> {
  const { script, network } = order
  await writeOwned(run, join(run.place.start, 'PKGBUILD'), script.text)
  if (order.makepkg === null) await writeOwned(run, join(run.place.start, '.rbee-runner'), RUNNER_SCRIPT)
  const [prepare, build] =
    order.makepkg === null ? ownCommands(run, order) : makepkgCommands(order, order.makepkg)
  const environment = environmentOf(run, order)
  const step = (doing: string, command: readonly string[], online: boolean): BuildStep => ({
    doing,
    command,
    environment: online ? { ...order.networkEnvironment, ...environment } : environment,
    network: online,
    sandboxed: true,
  })
  await runBuildStep(run, step(script.functions.has('prepare') ? 'preparing' : 'unpacking', prepare, network))
  await runBuildStep(run, step('building', build, false))
  return script.names.map((name) => join(run.place.start, 'pkg', name))
}

/** What is fetched lies where makepkg keeps it, and with `--holdver` it looks for nothing newer: it asks nobody. */
const MAKEPKG = [
  '--holdver',
  '--skippgpcheck',
  '--nocheck',
  '--noarchive',
  '--noconfirm',
  '--nocolor',
  '--force',
]

function makepkgCommands(order: BuildOrder, makepkg: string): [readonly string[], readonly string[]] {
  // Elsewhere than on its own systems pacman knows of no package: there its answer would only be wrong.
  const dependencies = order.checksDependencies ? [] : ['--nodeps']
  const command = [makepkg, ...MAKEPKG, ...dependencies]
  return [
    [...command, '--nobuild'],
    [...command, '--noextract', '--noprepare'],
  ]
}

function ownCommands({ bash }: BuildRun, { sources }: BuildOrder): [readonly string[], readonly string[]] {
  const runner = [bash, './.rbee-runner']
  const triples = sources.flatMap((source) =>
    source.kind === 'git'
      ? ['git', source.name, source.commit]
      : [source.extract ? 'extract' : 'file', source.name, '-'],
  )
  return [
    [...runner, 'prepare', ...triples],
    [...runner, 'package'],
  ]
}

function environmentOf(run: BuildRun, { carch }: BuildOrder): Record<string, string> {
  const { sources, start, temporary } = pathsOf(run)
  return {
    SRCDEST: sources,
    PKGDEST: start,
    SRCPKGDEST: start,
    LOGDEST: temporary,
    BUILDDIR: start,
    CARCH: carch,
    MAKEFLAGS: `-j${availableParallelism()}`,
  }
}

async function writeOwned({ place }: BuildRun, path: string, text: string): Promise<void> {
  await writeFile(path, text, { flag: 'wx' })
  if (place.user !== null) await chown(path, place.user.uid, place.user.gid)
}
