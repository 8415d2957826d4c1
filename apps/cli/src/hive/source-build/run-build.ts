import { chown, lstat, readFile, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { RbeeError } from '@rbee/schema'
import type { BuildScript } from './build-script.ts'
import { type BuildRun, pathsOf, runBuildStep } from './build-step.ts'
import type { PinnedSource } from './pinned-source.ts'
import { RUNNER_SCRIPT } from './runner-script.ts'

export interface BuildOrder {
  readonly script: BuildScript
  readonly sources: readonly PinnedSource[]
  /** Null where this program runs the PKGBUILD itself. */
  readonly makepkg: string | null
  /** Whether makepkg knows which packages are installed. */
  readonly checksDependencies: boolean
  readonly carch: string
  /** Whether prepare() may use the network. */
  readonly network: boolean
  /** How this machine gets out; for prepare() only. */
  readonly networkEnvironment: Readonly<Record<string, string>>
}

/**
 * Runs prepare(), build() and package() without network; where prepare() may use it, in a step of its own. The sources lie
 * in their place already.
 *
 * @returns the folders of its packages. Fails with `build_failed`.
 */
export async function runBuild(run: BuildRun, order: BuildOrder): Promise<readonly string[]> {
  const { script, makepkg } = order
  await writeScript(run, script)
  const commandFor = (phase: Phase) =>
    makepkg === null ? ownCommand(run, order, phase) : makepkgCommand(order, makepkg, phase)
  const environment = environmentOf(run, order)
  const step = { environment, network: false, sandboxed: true }
  if (run.sandbox !== null && !order.network) {
    const hint = script.functions.has('prepare')
      ? 'it had no network: where its prepare() fetches what it builds from, allow that with --allow-network'
      : null
    await runBuildStep(run, { ...step, doing: 'building', command: commandFor('all'), hint })
  } else {
    const online = { environment: { ...order.networkEnvironment, ...environment }, network: true }
    const prepare = order.network ? { ...step, ...online } : step
    await runBuildStep(run, { ...prepare, doing: 'preparing', command: commandFor('prepare') })
    await assertUnchanged(run, script)
    await runBuildStep(run, { ...step, doing: 'building', command: commandFor('build') })
  }
  await assertUnchanged(run, script)
  return script.names.map((name) => join(run.place.start, 'pkg', name))
}

/** `prepare` unpacks and prepares, `build` does the rest. */
type Phase = 'all' | 'prepare' | 'build'

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

function makepkgCommand(
  { checksDependencies }: BuildOrder,
  makepkg: string,
  phase: Phase,
): readonly string[] {
  // Elsewhere than on its own systems pacman knows of no package: there its answer would only be wrong.
  const dependencies = checksDependencies ? [] : ['--nodeps']
  const part: Readonly<Record<Phase, readonly string[]>> = {
    all: [],
    prepare: ['--nobuild'],
    build: ['--noextract', '--noprepare'],
  }
  return [makepkg, ...MAKEPKG, ...dependencies, ...part[phase]]
}

function ownCommand({ bash }: BuildRun, { sources }: BuildOrder, phase: Phase): readonly string[] {
  const triples = sources.flatMap((source) =>
    source.kind === 'git'
      ? ['git', source.name, source.commit]
      : [source.extract ? 'extract' : 'file', source.name, '-'],
  )
  // As an argument, because bash reads a file while it runs it, and a build could change that.
  return [bash, '-c', RUNNER_SCRIPT, 'rbee-hive', phase, ...triples]
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
    // In a sandbox root has no number, and the kernel answers otherwise than fakeroot expects (fakeroot(1)).
    FAKEROOTDONTTRYCHOWN: '1',
  }
}

/** The sandbox shows a copy that cannot be changed from within; elsewhere {@link assertUnchanged} looks. */
async function writeScript({ place, sandbox }: BuildRun, { text }: BuildScript): Promise<void> {
  await writeFile(place.script, text, { flag: 'wx', mode: 0o644 })
  if (sandbox !== null) return
  const copy = join(place.start, 'PKGBUILD')
  await writeFile(copy, text, { flag: 'wx' })
  if (place.user !== null) await chown(copy, place.user.uid, place.user.gid)
}

/** A script that rewrites itself would run functions that nobody was shown. */
async function assertUnchanged({ place, sandbox, log }: BuildRun, { text }: BuildScript): Promise<void> {
  if (sandbox !== null) return
  const copy = join(place.start, 'PKGBUILD')
  const info = await lstat(copy).catch(() => null)
  const expected = Buffer.from(text)
  const isSame = info?.isFile() && info.size === expected.length && expected.equals(await readFile(copy))
  if (isSame) return
  throw new RbeeError('build_failed', 'the script changed its own PKGBUILD while it ran', {
    next: 'what it would run now is not what you were shown; tell the author of the worker',
    details: { log: log.path, limit: null },
  })
}
