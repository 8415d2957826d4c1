import { RbeeError } from '@rbee/schema'
import { decodeUtf8, isUsablePath, type TreeEntryKind } from '../tree/catalog-tree.ts'
import { type GitResult, runGit } from './program.ts'
import { firstLine, type Repository } from './repository.ts'

/**
 * Output of one listing, in bytes: a million paths of ordinary length. A few trees that hold each other many times would
 * otherwise list forever.
 */
const MAX_LISTING_BYTES = 128 * 2 ** 20

export interface GitEntry {
  readonly kind: TreeEntryKind
  readonly hash: string
}

export interface GitListing {
  readonly entries: ReadonlyMap<string, GitEntry>
  readonly unusable: readonly string[]
}

/**
 * Everything that a commit holds at the given paths, folders with all that is in them. Paths are relative to the
 * repository; those that no catalog can name are listed apart.
 *
 * @param paths none for the whole commit.
 */
export async function listCommit(repository: Repository, paths: readonly string[]): Promise<GitListing> {
  const args = ['ls-tree', '-r', '-z', '--full-tree', repository.commit, '--', ...paths]
  const result = await runGit(args, repository.call, { maxBytes: MAX_LISTING_BYTES })
  if (result.exitCode !== 0) throw unlistable(result)
  const entries = new Map<string, GitEntry>()
  const unusable: string[] = []
  for (const record of splitAtNul(result.stdout)) {
    const tab = record.indexOf(0x09)
    const [mode, , hash = ''] = record.toString('latin1', 0, tab).split(' ')
    const name = record.subarray(tab + 1)
    const path = decodeUtf8(name)
    if (path === null || !isUsablePath(path)) unusable.push(name.toString('latin1'))
    else entries.set(path, { kind: kindOfMode(mode), hash })
  }
  return { entries, unusable }
}

/** The paths of all files of a commit, each ended by NUL: a tenth of what a whole listing costs. */
export async function listNames(repository: Repository): Promise<Buffer> {
  const args = ['ls-tree', '-r', '-z', '--name-only', '--full-tree', repository.commit]
  const result = await runGit(args, repository.call, { maxBytes: MAX_LISTING_BYTES })
  if (result.exitCode === 0) return result.stdout
  throw unlistable(result)
}

function unlistable(result: GitResult): RbeeError {
  return new RbeeError('catalog_unreadable', `git cannot list the commit: ${firstLine(result)}`, {
    next: 'check the repository with git fsck',
  })
}

function* splitAtNul(bytes: Buffer): Generator<Buffer> {
  let start = 0
  for (;;) {
    const end = bytes.indexOf(0, start)
    if (end === -1) return
    yield bytes.subarray(start, end)
    start = end + 1
  }
}

/** Modes of Git's tree objects: 120000 is a symbolic link, 160000 a commit of another repository. */
export function kindOfMode(mode: string | undefined): TreeEntryKind {
  if (mode === '120000') return 'link'
  return mode === '160000' ? 'submodule' : 'file'
}
