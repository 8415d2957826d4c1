import { type GitSource, requireGitSource } from '@rbee/package-files'
import { RbeeError, type ReleaseDocument, type WorkerDocument } from '@rbee/schema'
import { networkEnvironment, type PinnedRepository, pinCommit } from '../../hive/source-build/git-source.ts'
import { isLoopback, refuseAddress } from '../../hive/source-build/source-address.ts'

/** The commit that a release is said to be made of. */
export interface ReleaseSource {
  /** Who names it: what the publisher signed, or what the registry knows of the worker's repository. */
  readonly named: 'provenance' | 'registry'
  readonly repository: PinnedRepository
  /** The worker's folder inside the repository; '' for the repository itself, null where it has to be looked for. */
  readonly folder: string | null
}

export interface SourceQuestion {
  readonly worker: WorkerDocument
  readonly release: ReleaseDocument
  /** Address of the registry. */
  readonly registry: string
}

export interface GitAccess {
  readonly git: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
}

/** What the repository is called beside the build. */
const NAME = 'source.git'

/**
 * Finds out which commit a release is made of; a tag is looked up. Fails with `no_repository` or `source_unreachable`.
 */
export async function findReleaseSource(
  { worker, release, registry }: SourceQuestion,
  { git, env, signal }: GitAccess,
): Promise<ReleaseSource> {
  const { url, revision, folder } = registeredSource({ worker, release, registry })
  const address = checkedAddress(url, registry)
  const source = { kind: 'git', name: NAME, url: address, ref: revision } as const
  const repository = await pinCommit(source, git, networkEnvironment(env), signal)
  return { named: 'registry', repository, folder }
}

function registeredSource({ worker, release, registry }: SourceQuestion): GitSource {
  try {
    return requireGitSource({ worker, release, origin: registry, servesSources: true })
  } catch (error) {
    if (!(error instanceof RbeeError) || error.code !== 'no_repository') throw error
    throw new RbeeError(
      'no_repository',
      `nothing says which source ${release.worker} ${release.version} is made of`,
      {
        next: 'build a copy that you have with --from DIR, or ask its publisher to name the repository',
        cause: error,
      },
    )
  }
}

/** The same rules as for sources of builds on users' machines. Fails with `source_unreachable`. */
function checkedAddress(text: string, registry: string): URL {
  const url = new URL(text)
  const refusal = refuseAddress(url, { loopback: isLoopback(new URL(registry)) })
  if (refusal === null) return url
  throw new RbeeError('source_unreachable', `the source at ${url.href} ${refusal}`, {
    next: 'build a copy that you have with --from DIR',
  })
}
