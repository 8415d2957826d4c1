import { execFile } from 'node:child_process'
import { lstat, realpath } from 'node:fs/promises'
import { relative, sep } from 'node:path'
import { promisify } from 'node:util'
import { hasCode, RbeeError } from '@rbee/schema'

export interface LocalGit {
  /** Null on a machine without it, where a folder is built as it stands. */
  readonly git: string | null
  /** The user's own: the folder is theirs, and so is what Git is told to think of it. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
}

/** What `--from DIR` names. */
export type LocalSource =
  | {
      readonly kind: 'repository'
      /** The outermost folder of the repository, absolute. */
      readonly root: string
      readonly commit: string
      /** DIR inside the repository; '' for the repository itself. */
      readonly folder: string
    }
  /** A folder outside of any repository, to be built as it stands. */
  | { readonly kind: 'folder'; readonly root: string }

const ASK_TIMEOUT_MS = 60_000

/**
 * Finds the repository around a folder, and the commit of it that is to be built.
 *
 * @param wanted the commit that the release names; null takes the one that is checked out.
 *
 * Fails with `file_not_found`, or with `source_commit_missing` where the repository lacks that commit.
 */
export async function findLocalSource(
  folder: string,
  wanted: string | null,
  access: LocalGit,
): Promise<LocalSource> {
  const real = await realFolder(folder)
  const ask = async (...args: string[]) => (await askGit(access, ['-C', real, ...args]))?.trim() ?? null
  const root = await ask('rev-parse', '--show-toplevel')
  if (root === null || root === '') return { kind: 'folder', root: real }
  const commit = await ask('rev-parse', '--verify', '--quiet', `${wanted ?? 'HEAD'}^{commit}`)
  if (commit === null) throw commitMissing(wanted ?? 'HEAD', root)
  return { kind: 'repository', root, commit, folder: relative(root, real).split(sep).join('/') }
}

export function commitMissing(commit: string, repository: string, cause?: unknown): RbeeError {
  return new RbeeError('source_commit_missing', `${repository} has no commit ${commit}`, {
    next: 'it may never have been pushed, or its history was rewritten: ask the publisher of the worker',
    details: { commit, repository },
    cause,
  })
}

async function realFolder(folder: string): Promise<string> {
  try {
    const real = await realpath(folder)
    if ((await lstat(real)).isDirectory()) return real
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'ENOTDIR')) throw error
  }
  throw new RbeeError('file_not_found', `--from: there is no folder ${folder}`)
}

/** What Git answers; null where it says no. */
async function askGit({ git, env, signal }: LocalGit, args: readonly string[]): Promise<string | null> {
  if (git === null) return null
  try {
    const options = { env: { ...env, LC_ALL: 'C' }, signal, timeout: ASK_TIMEOUT_MS, maxBuffer: 2 ** 20 }
    return (await promisify(execFile)(git, args, options)).stdout
  } catch (error) {
    signal.throwIfAborted()
    if (error instanceof Error && 'code' in error && typeof error.code === 'number') return null
    throw error
  }
}
