import { bashArray, bashWord } from '../languages/bash.ts'
import type { PackageSubject } from '../package-file.ts'
import type { GitSource } from '../source.ts'

/** Its integrity is Git's: a commit names its content. */
export function gitSourceLines(subject: PackageSubject, source: GitSource): string[] {
  const { url, revision } = source
  const fragment = `#${revision.kind}=${revision.name}`
  const renamed = nameGivenByMakepkg(url) === null ? `${subject.worker.id}::` : ''
  return [bashArray('source', [`${renamed}git+${url}${fragment}`]), bashArray('sha256sums', ['SKIP'])]
}

/** The checked out repository, as a word of bash. */
export function repositoryFolder({ worker }: PackageSubject, { url }: GitSource): string {
  return `"$srcdir"/${nameGivenByMakepkg(url) ?? worker.id}`
}

/** The folder of the worker inside of it. */
export function workerFolder(subject: PackageSubject, source: GitSource): string {
  const repository = repositoryFolder(subject, source)
  return source.folder === '' ? repository : `${repository}/${bashWord(source.folder)}`
}

/** makepkg's `get_filename`; null where the name would be none for a folder, or one that makepkg uses itself. */
function nameGivenByMakepkg(url: string): string | null {
  const last = url.replace(/\/$/, '').split('/').at(-1) ?? ''
  const name = last.split('.git')[0] ?? ''
  return /^[A-Za-z0-9_][A-Za-z0-9._-]*$/.test(name) && name !== 'src' && name !== 'pkg' && name !== 'target'
    ? name
    : null
}
