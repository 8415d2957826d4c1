import { execFile } from 'node:child_process'
import { chown, cp, lchown, readdir } from 'node:fs/promises'
import { devNull } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { RbeeError } from '@rbee/schema'
import { translateDiskError } from '../../hive/disk-errors.ts'
import { type BuildRun, pathsOf, runBuildStep } from '../../hive/source-build/build-step.ts'
import { fetchRepository, HARDENED, networkEnvironment } from '../../hive/source-build/git-source.ts'
import { commitMissing, type LocalSource } from './local-source.ts'
import type { ReleaseSource } from './release-source.ts'

/** Where the source comes from. */
export type SourceOrigin = { readonly kind: 'remote'; readonly source: ReleaseSource } | LocalSource

/** Of a build, where the source comes to lie below the place in which it starts. */
const FOLDER = 'source'
const REPOSITORY = 'source.git'

/** Where the source lies for a build, and for this program. */
export interface FetchedSource {
  readonly inside: string
  readonly outside: string
}

/**
 * Brings the source to its place, at the commit that was agreed to. Nothing of it is run. Fails with `source_unreachable`,
 * `source_commit_missing` or `build_failed`.
 */
export async function fetchSource(
  run: BuildRun,
  origin: SourceOrigin,
  git: string | null,
  env: Readonly<Record<string, string | undefined>>,
): Promise<FetchedSource> {
  const outside = join(run.place.start, FOLDER)
  switch (origin.kind) {
    case 'folder':
      await copyFolder(origin.root, outside, run)
      break
    case 'repository':
      await cloneLocal(origin.root, required(git), run, env)
      await checkOut(run, origin.commit, required(git))
      break
    case 'remote': {
      const { repository } = origin.source
      await fetchRemote(run, repository, required(git), env)
      await checkOut(run, repository.commit, required(git))
      break
    }
  }
  return { outside, inside: join(pathsOf(run).start, FOLDER) }
}

async function fetchRemote(
  run: BuildRun,
  repository: ReleaseSource['repository'],
  git: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const { url, commit } = repository
  try {
    await fetchRepository(run, repository, git, networkEnvironment(env))
  } catch (error) {
    if (!(error instanceof RbeeError)) throw error
    if (error.code === 'digest_mismatch') throw commitMissing(commit, url.href, error)
    const isLimit = error.code === 'build_failed' && error.details.limit !== null
    if (error.code !== 'build_failed' || isLimit) throw error
    throw new RbeeError('source_unreachable', `${url.href} cannot be fetched: ${error.message}`, {
      next: 'it may be gone, or not be public: check the network, or build a copy that you have with --from DIR',
      cause: error,
    })
  }
}

/** As the user who runs this program: the user of a build could not read the folder. */
async function cloneLocal(
  root: string,
  git: string,
  { place, signal }: BuildRun,
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  const target = join(place.sources, REPOSITORY)
  const clone = ['clone', '--quiet', '--mirror', '--no-local', '--template=', '--', root, target]
  const options = { env: { ...env, LC_ALL: 'C', GIT_ALLOW_PROTOCOL: 'file' }, signal, maxBuffer: 2 ** 20 }
  try {
    await promisify(execFile)(git, [...HARDENED, ...clone], options)
  } catch (cause) {
    signal.throwIfAborted()
    const said = cause instanceof Error ? cause.message.trim().split('\n').at(-1) : ''
    throw new RbeeError('source_unreachable', `${root} cannot be copied: ${said}`, { cause })
  }
  await giveToBuild(target, place.user)
}

/** In the sandbox, where attributes of the repository find nothing to run. */
async function checkOut(run: BuildRun, commit: string, git: string): Promise<void> {
  const { sources, start } = pathsOf(run)
  const script = [
    '"$1" clone --quiet --shared --no-checkout --template= -- "$2" "$3"',
    '"$1" -C "$3" -c core.hooksPath=/dev/null checkout --quiet --force --detach "$4" --',
  ].join(' && ')
  const command = [run.bash, '-c', script, 'checkout', git, join(sources, REPOSITORY), join(start, FOLDER)]
  const environment = { GIT_CONFIG_NOSYSTEM: '1', GIT_CONFIG_GLOBAL: devNull, GIT_TERMINAL_PROMPT: '0' }
  await runBuildStep(run, {
    ...{ doing: 'checking out the source', command: [...command, commit], environment },
    ...{ network: false, sandboxed: true },
  })
}

async function copyFolder(root: string, target: string, { place, signal }: BuildRun): Promise<void> {
  try {
    await cp(root, target, {
      recursive: true,
      verbatimSymlinks: true,
      filter: () => {
        signal.throwIfAborted()
        return true
      },
    })
  } catch (error) {
    signal.throwIfAborted()
    throw translateDiskError(error, target)
  }
  await giveToBuild(target, place.user)
}

async function giveToBuild(folder: string, user: BuildRun['place']['user']): Promise<void> {
  if (user === null) return
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }))
    await lchown(join(entry.parentPath, entry.name), user.uid, user.gid)
  await chown(folder, user.uid, user.gid)
}

function required(git: string | null): string {
  if (git !== null) return git
  throw new Error('the source of a repository was prepared without git')
}
