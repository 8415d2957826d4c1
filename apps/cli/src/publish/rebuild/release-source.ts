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

/** What the publisher signed of the source of an artifact. */
export interface SignedSource {
  readonly commit: string
  /** Null where their copy had no public address. */
  readonly repository: string | null
}

export interface SourceQuestion {
  readonly worker: WorkerDocument
  readonly release: ReleaseDocument
  /** Null where they signed nothing of it. */
  readonly publisher: SignedSource | null
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
  question: SourceQuestion,
  { git, env, signal }: GitAccess,
): Promise<ReleaseSource> {
  const { publisher, registry, release } = question
  if (publisher !== null) {
    const { commit, repository } = publisher
    const known = repository === null ? registeredSource(question) : null
    const url = checkedAddress(repository ?? known?.url ?? '', registry)
    const source = { kind: 'git', name: NAME, url, ref: { kind: 'commit', name: commit } } as const
    // Where the registry knows the very commit, it knows the folder, too.
    const folder = known?.folder ?? (release.git?.commit === commit ? release.git.path : null)
    return { named: 'provenance', repository: { ...source, commit }, folder }
  }
  const { url, revision, folder } = registeredSource(question)
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
  const url = withoutSsh(text)
  const refusal = refuseAddress(url, { loopback: isLoopback(new URL(registry)) })
  if (refusal === null) return url
  throw new RbeeError('source_unreachable', `the source at ${url.href} ${refusal}`, {
    next: 'build a copy that you have with --from DIR',
  })
}

/** Publishers clone over ssh what everybody reads over https at the same place. The commit tells whether it is the same. */
function withoutSsh(text: string): URL {
  const url = new URL(text)
  return url.protocol === 'ssh:' ? new URL(`https://${url.hostname}${url.pathname}`) : url
}
