import { bashBodyWord } from '../languages/bash.ts'
import type { PackageSubject } from '../package-file.ts'
import type { GitSource } from '../source.ts'

/** The arrays that name the source. Its integrity is Git's: a commit names its content. */
export function gitSource(subject: PackageSubject, { url, revision }: GitSource) {
  // The reader of earlier clients knows a source by its first letters, which a name of our own would take away.
  const renamed = nameGivenByMakepkg(url) === null ? `${subject.worker.id}::` : ''
  return { source: [`${renamed}git+${url}#${revision.kind}=${revision.name}`], sha256sums: ['SKIP'] }
}

/** The checked out repository, as a word of bash. */
export function repositoryFolder({ worker }: PackageSubject, { url }: GitSource): string {
  return `"$srcdir"/${nameGivenByMakepkg(url) ?? worker.id}`
}

/** The folder of the worker inside of it. */
export function workerFolder(subject: PackageSubject, source: GitSource): string {
  const repository = repositoryFolder(subject, source)
  return source.folder === '' ? repository : `${repository}/${bashBodyWord(source.folder)}`
}

/** Folders that makepkg, cargo and the generated functions make beside the repository. */
const TAKEN_FOLDERS = new Set(['src', 'pkg', 'target', 'output', 'npm-cache'])

/**
 * makepkg's `get_filename`; null where the name would be none for a folder, or that of another one, and where makepkg would
 * take what stands before `::` for the name and the rest, with a protocol of its own, for the address.
 */
function nameGivenByMakepkg(url: string): string | null {
  if (url.includes('::')) return null
  const last = url.replace(/\/$/, '').split('/').at(-1) ?? ''
  const name = last.split('.git')[0] ?? ''
  return /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name) && !TAKEN_FOLDERS.has(name) ? name : null
}
