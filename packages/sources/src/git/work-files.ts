import { RbeeError } from '@rbee/schema'
import { decodeUtf8, isUsablePath } from '../tree/catalog-tree.ts'
import { kindOfMode } from './listing.ts'
import { runGit } from './program.ts'
import { firstLine, type Repository } from './repository.ts'

const MAX_LISTING_BYTES = 128 * 2 ** 20

/** The files of a work tree: what is committed or staged, and what is new and not ignored. */
export interface WorkFiles {
  /** Links and submodules as the index knows them; what is new counts as a file until it is looked at. */
  readonly entries: ReadonlyMap<string, 'file' | 'link' | 'submodule'>
  /** Paths that no catalog can name, as Latin-1. */
  readonly unusable: readonly string[]
}

/**
 * Lists a work tree as `git add --all` would see it. What is ignored is left out, unless it is committed nevertheless.
 * Paths are relative to the repository.
 */
export async function listWorkFiles(repository: Repository): Promise<WorkFiles> {
  const [staged, others] = await Promise.all([
    listed(repository, ['ls-files', '--stage', '-z', '--full-name']),
    listed(repository, ['ls-files', '--others', '--exclude-standard', '-z', '--full-name']),
  ])
  const entries = new Map<string, 'file' | 'link' | 'submodule'>()
  const unusable: string[] = []
  const add = (name: Buffer, kind: 'file' | 'link' | 'submodule') => {
    const path = decodeUtf8(name)
    if (path === null || !isUsablePath(path)) unusable.push(name.toString('latin1'))
    else entries.set(path, kind)
  }
  for (const record of recordsOf(staged)) {
    const tab = record.indexOf(0x09)
    const kind = kindOfMode(record.toString('latin1', 0, tab).split(' ')[0])
    add(record.subarray(tab + 1), kind === 'unreadable' ? 'file' : kind)
  }
  for (const record of recordsOf(others)) {
    // A folder that is listed by its own name is a repository inside this one.
    const isRepository = record.at(-1) === 0x2f
    add(isRepository ? record.subarray(0, -1) : record, isRepository ? 'submodule' : 'file')
  }
  return { entries, unusable }
}

/**
 * What a submission changes: everything that differs between the merge base of `base` and the commit, and everything that
 * differs between the commit and the work tree, new files included. Paths are relative to the repository; what is not UTF-8
 * is shown as Latin-1.
 */
export async function changesSince(repository: Repository, mergeBase: string): Promise<ReadonlySet<string>> {
  const [committed, uncommitted] = await Promise.all([
    listed(repository, [
      'diff-tree',
      '-r',
      '-z',
      '--name-only',
      '--no-renames',
      '--no-ext-diff',
      mergeBase,
      repository.commit,
    ]),
    listed(repository, [
      'status',
      '--porcelain=v1',
      '-z',
      '--no-renames',
      '--untracked-files=all',
      '--ignore-submodules=none',
    ]),
  ])
  const paths = new Set<string>()
  const add = (name: Buffer) => paths.add(decodeUtf8(name) ?? name.toString('latin1'))
  for (const record of recordsOf(committed)) add(record)
  for (const record of recordsOf(uncommitted)) {
    const name = record.subarray(3)
    add(name.at(-1) === 0x2f ? name.subarray(0, -1) : name)
  }
  return paths
}

/**
 * The commit from which a submission set out.
 *
 * @throws RbeeError `catalog_unreadable` where the two have no history in common, as in a shallow clone.
 */
export async function mergeBaseOf(repository: Repository, base: string): Promise<string> {
  const result = await runGit(['merge-base', base, repository.commit], repository.call)
  const hash = result.stdout.toString('latin1').trim()
  if (result.exitCode === 0 && /^[0-9a-f]{40,64}$/.test(hash)) return hash
  throw new RbeeError(
    'catalog_unreadable',
    `the commit ${base.slice(0, 12)} and HEAD have no history in common`,
    { next: 'fetch the whole history (git fetch --unshallow), or name another base' },
  )
}

async function listed(repository: Repository, args: readonly string[]): Promise<Buffer> {
  const call = { ...repository.call, cwd: repository.root }
  const result = await runGit(args, call, { maxBytes: MAX_LISTING_BYTES })
  if (result.exitCode === 0) return result.stdout
  throw new RbeeError('catalog_unreadable', `git cannot list the work tree: ${firstLine(result)}`, {
    next: 'check the repository with git status and git fsck',
  })
}

function* recordsOf(bytes: Buffer): Generator<Buffer> {
  for (let start = 0; ; ) {
    const end = bytes.indexOf(0, start)
    if (end === -1) return
    yield bytes.subarray(start, end)
    start = end + 1
  }
}
