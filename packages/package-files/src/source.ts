import { RbeeError, type Version, type WorkerId } from '@rbee/schema'
import { isLoopback } from './loopback.ts'
import type { PackageSubject } from './package-file.ts'

/** Where the source of a release lies in Git. */
export interface GitSource {
  /** https or ssh; http for this machine itself. Without user (https), password, query and fragment. */
  readonly url: string
  readonly revision: GitRevision
  /** Folder of the worker inside the repository; '' for the repository itself. */
  readonly folder: string
}

export interface GitRevision {
  readonly kind: 'commit' | 'tag'
  readonly name: string
}

/**
 * The source of the release. In a monorepo it lies where the catalog says, at the commit that was read; everywhere else
 * the catalog's repository holds recipes, and the source is in the repository that the manifest names. What is public
 * nowhere may be had of the server itself, by who uses it on its own machine.
 *
 * Fails with `no_repository` where there is none of these.
 */
export function requireGitSource({
  worker,
  release,
  origin,
  servesSources,
}: Pick<PackageSubject, 'worker' | 'release' | 'origin' | 'servesSources'>): GitSource {
  const git = isMonorepo(release.variants, worker.id) ? (release.git ?? worker.git) : null
  const url = publicGitUrl(git?.url ?? worker.repository, origin)
  if (url === null && servesSources === true) {
    const served = servedSource({ worker, release, origin })
    if (served !== null) return served
  }
  if (url === null) {
    throw new RbeeError(
      'no_repository',
      `The worker "${worker.id}" has no public Git repository to build from`,
      {
        next: 'install a binary, or ask its author to set "repository" in the manifest',
      },
    )
  }
  // Outside a repository, the path is relative to something that nobody else has.
  const folder = git === null || git.commit === null ? '' : git.path
  return { url, revision: revisionOf(release, worker), folder: folder === '.' ? '' : folder }
}

/**
 * Of a release that was read from a monorepo: the repository that the server makes of it. It holds what the commit holds,
 * under another commit without a history, so that a tag names it.
 */
function servedSource({
  worker,
  release,
  origin,
}: Pick<PackageSubject, 'worker' | 'release' | 'origin'>): GitSource | null {
  const { git } = release
  if (git === null || git.url !== null || !isMonorepo(release.variants, worker.id)) return null
  if (!isLoopback(new URL(origin))) return null
  return {
    url: origin + servedSourcePath(worker.id, release.version),
    revision: { kind: 'tag', name: `v${release.version}` },
    folder: git.path === '.' ? '' : git.path,
  }
}

/** Where a server has the repository of a release; the last part is the folder that makepkg clones it into. */
function servedSourcePath(id: WorkerId, version: Version): string {
  return `/sources/${id}-${version}.git`
}

/** Only the monorepo layout gives each variant an address of its own. */
function isMonorepo(variants: PackageSubject['release']['variants'], id: string): boolean {
  return variants.some((variant) => variant.id !== id)
}

/**
 * The commit of this very version, else the tag that npm, cargo-release and their like give a version (`v1.0.0`): without
 * it, the build ends with git's own message.
 */
function revisionOf(release: PackageSubject['release'], worker: PackageSubject['worker']): GitRevision {
  const git = isMonorepo(release.variants, worker.id) ? release.git : null
  if (git?.commit) return { kind: 'commit', name: git.commit }
  return { kind: 'tag', name: `v${release.version}` }
}

/**
 * The address without passwords, or null for what must not be handed to Git: `ext::` runs commands, `file:` reads the disk
 * of whoever builds, and a host or user that begins with a hyphen is an option to ssh.
 */
function publicGitUrl(text: string | null, origin: string): string | null {
  if (text === null || !URL.canParse(text)) return null
  const url = new URL(text)
  const allowed =
    url.protocol === 'https:' || url.protocol === 'ssh:' || (isLoopback(url) && isLoopback(new URL(origin)))
  if (!allowed || url.hostname === '' || url.hostname.startsWith('-') || url.username.startsWith('-'))
    return null
  url.password = ''
  if (url.protocol !== 'ssh:') url.username = ''
  url.search = ''
  url.hash = ''
  return url.href
}
