import type { FolderFindings, Problem } from '../findings.ts'
import { type CatalogTree, joinPath, type UnreadableReason } from './catalog-tree.ts'

/** In bytes; a catalog entry holds its texts. */
export const TEXT_MAX_BYTES = 512 * 1024

/**
 * The text of a file of a folder; null where there is none or, with a finding, where it cannot be used.
 *
 * @param severity whether the entry can be served without this file.
 */
export async function readText(
  tree: CatalogTree,
  folder: string,
  file: string,
  options: { readonly maxBytes: number; readonly severity: 'error' | 'warning' },
  findings: FolderFindings,
): Promise<string | null> {
  const outcome = await tree.read(joinPath(folder, file), options.maxBytes)
  if (outcome.ok) return outcome.text
  const problem = describeUnreadable(outcome.reason, file, options.maxBytes)
  if (problem === null) return null
  if (options.severity === 'error') findings.error(problem)
  else findings.warn({ ...problem, message: `${problem.message} and is left out` })
  return null
}

/** Null for what is not there. */
export function describeUnreadable(reason: UnreadableReason, file: string, maxBytes: number): Problem | null {
  switch (reason) {
    case 'absent':
      return null
    case 'link':
      return {
        code: 'file_is_link',
        message: `${file} is not a plain file; links are not followed`,
        next: 'put the file itself into the folder',
        file,
      }
    case 'submodule':
      return {
        code: 'file_is_link',
        message: `${file} is a Git submodule, which is not followed`,
        next: 'put the file itself into the folder',
        file,
      }
    case 'unreadable':
      return {
        code: 'catalog_unreadable',
        message: `${file} may not be read by this process`,
        next: 'give it read permission',
        file,
      }
    case 'not-utf8':
      return {
        code: 'file_not_utf8',
        message: `${file} is not UTF-8 text`,
        next: 'save it as UTF-8',
        file,
      }
    case 'too-large':
      return {
        code: 'file_too_large',
        message: `${file} is larger than ${maxBytes / 1024} KiB`,
        next: 'make it smaller',
        file,
      }
    case 'lfs-pointer':
      return {
        code: 'file_not_utf8',
        message: `${file} is kept in Git LFS, so that it is not in the repository itself`,
        next: `commit the file itself: git lfs untrack "${file}"`,
        file,
      }
    case 'missing':
      return {
        code: 'catalog_unreadable',
        message: `${file} is named by the commit but missing from the repository's objects`,
        next: 'fetch the repository completely (without --filter)',
        file,
      }
  }
}
