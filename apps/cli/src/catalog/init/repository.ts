import { execFile } from 'node:child_process'
import { realpath } from 'node:fs/promises'
import { hasCode, RbeeError } from '@rbee/schema'

/** A folder that is the root of a Git repository. */
export interface CatalogRepository {
  /** What is checked out. */
  readonly branch: string
  /** The account or organization of GitHub that the remote `origin` belongs to. */
  readonly owner: string | null
}

/** The branch that a new repository begins with. */
export const FIRST_BRANCH = 'main'

/**
 * Looks at a folder; null where it is not the root of a repository, even if it lies inside one: workflows are found at the
 * root only. Fails with `catalog_unreadable` where git cannot be run.
 */
export async function lookAtRepository(
  folder: string,
  searchPath: string | undefined,
): Promise<CatalogRepository | null> {
  const git = (...args: string[]) => runGit(folder, searchPath, args)
  const root = await git('rev-parse', '--show-toplevel')
  if (root === null || (await realpath(root)) !== (await realpath(folder))) return null
  const branch = await git('symbolic-ref', '--quiet', '--short', 'HEAD')
  const origin = await git('remote', 'get-url', 'origin')
  return {
    branch: branch !== null && /^[\w./-]+$/.test(branch) ? branch : FIRST_BRANCH,
    owner: origin === null ? null : ownerOf(origin),
  }
}

/** Makes the folder a repository, without a commit. */
export async function makeRepository(folder: string, searchPath: string | undefined): Promise<void> {
  const made = await runGit(folder, searchPath, ['init', '--quiet', `--initial-branch=${FIRST_BRANCH}`])
  if (made === null)
    throw new RbeeError('catalog_unreadable', `git cannot make ${folder} a repository`, {
      next: `look why: git init ${folder}`,
    })
}

/** What `https://github.com/OWNER/NAME` and `git@github.com:OWNER/NAME` belong to. */
export function ownerOf(remote: string): string | null {
  return (
    /^(?:https:\/\/(?:[^@/]*@)?|ssh:\/\/git@|git@)github\.com[/:]([A-Za-z0-9](?:-?[A-Za-z0-9]){0,38})\//.exec(
      remote,
    )?.[1] ?? null
  )
}

/** What git prints, or null where it says no. */
function runGit(
  cwd: string,
  searchPath: string | undefined,
  args: readonly string[],
): Promise<string | null> {
  const env = { PATH: searchPath, GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0', LC_ALL: 'C' }
  return new Promise((resolve, reject) => {
    execFile('git', args, { cwd, env, timeout: 30_000 }, (error, stdout) => {
      if (error === null) resolve(stdout.trim())
      else if (hasCode(error, 'ENOENT'))
        reject(
          new RbeeError('catalog_unreadable', 'git is not installed', { next: 'install git', cause: error }),
        )
      else resolve(null)
    })
  })
}
