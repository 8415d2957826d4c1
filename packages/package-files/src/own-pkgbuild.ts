import type { ReleaseDocument, WorkerDocument } from '@rbee/schema'

/** PKGBUILD(5): a `build()` at the beginning of a line, or a source that is a repository of Git. */
const FROM_SOURCE = /^(?:function[ \t]+)?build[ \t]*\(\)|^[^#\n]*\bgit\+[a-z]+:\/\//m

/** Whether a PKGBUILD builds, where one without installs what others built. */
export function buildsFromSource(pkgbuild: string): boolean {
  return FROM_SOURCE.test(pkgbuild)
}

/** Whether the PKGBUILD of a worker's folder is of this release: a folder holds that of one version, whose commit is the worker's. */
export function isOwnPkgbuildOf(
  { git }: Pick<ReleaseDocument, 'git'>,
  worker: Pick<WorkerDocument, 'git'>,
): boolean {
  return git !== null && git.commit === worker.git?.commit
}
