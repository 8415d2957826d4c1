import { access, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { devNull } from 'node:os'
import { dirname, isAbsolute, join, relative, sep } from 'node:path'
import { type GitPlace, hasCode, RbeeError } from '@rbee/schema'
import { SKIPPED_FOLDERS } from '../catalog/discover.ts'
import { parseLocation } from '../catalog/location.ts'
import { METADATA_FILE } from '../manifest/metadata.ts'
import { MANIFEST_FILE } from '../manifest/read.ts'
import { writeGitDir } from '../remote/scratch.ts'
import { type GitCall, runGit } from './program.ts'
import { firstLine, openRepository } from './repository.ts'

/** What a repository of sources is made of, and how it is called there. */
export interface SourceWish {
  /** Where a catalog said that the worker lies: its commit, or null for a plain folder. */
  readonly git: Pick<GitPlace, 'commit' | 'path'>
  /** Name of the one tag. */
  readonly tag: string
  /** Text of the one commit. */
  readonly message: string
}

export interface SourceRepositoryOptions {
  /** The folder that a relative location means. */
  readonly base: string
  /** PATH to find git on; the system's default without it. */
  readonly searchPath: string | undefined
  readonly signal?: AbortSignal
  /** A folder that is none of the sources although it may lie among the files of a plain folder. Absolute. */
  readonly without?: string
}

/** 1980-01-01T00:00:00Z, for files that no commit gives a time; zip knows none before. */
const EARLIEST_TIME = 315_532_800

/**
 * Writes a bare repository with the files of a catalog, which any web server can hand out (gitprotocol-http, "Dumb
 * clients"): those that the commit holds, or those that lie in the plain folder now. They stand in one commit without a
 * history, so that nothing of the repository comes along that the catalog was not read from. Equal files give equal commits.
 *
 * @param location as `compileCatalog` takes it; one that is fetched from elsewhere is public itself.
 * @param target the repository's folder, written in one step. What was there for other files is replaced.
 * @returns false where this catalog does not hold what is wished for.
 * @throws RbeeError `catalog_unreadable` where the files cannot be read.
 */
export async function writeSourceRepository(
  location: string,
  wish: SourceWish,
  target: string,
  options: SourceRepositoryOptions,
): Promise<boolean> {
  const parsed = await parseLocation(location, options.base)
  if (parsed.kind === 'remote') return false
  const { commit } = wish.git
  const part = `${target}.part`
  await rm(part, { recursive: true, force: true })
  try {
    const written =
      commit === null
        ? await writeFolder(parsed.folder, wish, part, options)
        : await writeCommit(parsed.folder, commit, wish, part, options)
    if (written) await putInPlace(part, target)
    return written
  } finally {
    await rm(part, { recursive: true, force: true })
  }
}

async function writeCommit(
  folder: string,
  commit: string,
  wish: SourceWish,
  part: string,
  { searchPath, signal }: SourceRepositoryOptions,
): Promise<boolean> {
  // Git's protocol for plain web servers has no names of other lengths.
  if (commit.length !== SHA1_DIGITS) return false
  const repository = await openAt(folder, commit, { searchPath, signal })
  if (repository === null) return false
  try {
    const objects = join(`${repository.call.environment.GIT_DIR}`, 'objects')
    const call = await ownRepository(part, { GIT_ALTERNATE_OBJECT_DIRECTORIES: objects }, searchPath, signal)
    const tree = await ask(['rev-parse', '--verify', `${commit}^{tree}`], call)
    const time = await ask(['show', '-s', '--format=%ct', commit], repository.call)
    await publishTree(part, { ...wish, tree, time: Number(time) }, call)
    return true
  } finally {
    await repository.close()
  }
}

const SHA1_DIGITS = 40

/** Null where the folder lies in no repository, or in one without this commit. */
async function openAt(folder: string, commit: string, options: Omit<SourceRepositoryOptions, 'base'>) {
  try {
    return await openRepository(folder, commit, options)
  } catch (error) {
    if (error instanceof RbeeError && error.code === 'catalog_unreadable') return null
    throw error
  }
}

async function writeFolder(
  folder: string,
  wish: SourceWish,
  part: string,
  { searchPath, signal, without }: SourceRepositoryOptions,
): Promise<boolean> {
  const worker = join(folder, wish.git.path)
  if (!(await exists(join(worker, MANIFEST_FILE))) && !(await exists(join(worker, METADATA_FILE))))
    return false
  const call = await ownRepository(part, { GIT_WORK_TREE: folder }, searchPath, signal)
  await mkdir(join(part, 'info'))
  const excluded = [...SKIPPED_FOLDERS, ...excludedInside(folder, without), '']
  await writeFile(join(part, 'info', 'exclude'), excluded.join('\n'))
  await ask(['add', '--all'], { ...call, cwd: folder })
  const tree = await ask(['write-tree'], call)
  await rm(join(part, 'index'))
  await publishTree(part, { ...wish, tree, time: EARLIEST_TIME }, call)
  return true
}

/** The pattern of gitignore(5) for a folder, where it lies inside the other one. */
function excludedInside(folder: string, without: string | undefined): string[] {
  const path = without === undefined ? '' : relative(folder, without)
  if (path === '' || path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path)) return []
  return [
    `/${path
      .split(sep)
      .join('/')
      .replace(/[\\*?[\] !#]/g, '\\$&')}`,
  ]
}

async function exists(path: string): Promise<boolean> {
  try {
    await access(path)
    return true
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return false
    throw error
  }
}

async function ownRepository(
  folder: string,
  environment: Readonly<Record<string, string>>,
  searchPath: string | undefined,
  signal: AbortSignal | undefined,
): Promise<GitCall> {
  await mkdir(dirname(folder), { recursive: true })
  await writeGitDir(folder, 'sha1')
  return {
    cwd: folder,
    searchPath,
    signal,
    environment: { ...environment, GIT_DIR: folder, GIT_CONFIG_GLOBAL: devNull },
  }
}

async function publishTree(
  folder: string,
  { tag, message, tree, time }: SourceWish & { readonly tree: string; readonly time: number },
  call: GitCall,
): Promise<void> {
  const when = `${time} +0000`
  const authored = {
    ...call.environment,
    GIT_AUTHOR_NAME: AUTHOR,
    GIT_AUTHOR_EMAIL: ADDRESS,
    GIT_AUTHOR_DATE: when,
    GIT_COMMITTER_NAME: AUTHOR,
    GIT_COMMITTER_EMAIL: ADDRESS,
    GIT_COMMITTER_DATE: when,
  }
  const commit = await ask(['commit-tree', '-m', message, tree], { ...call, environment: authored })
  await mkdir(join(folder, 'refs', 'heads'))
  await mkdir(join(folder, 'refs', 'tags'))
  await writeFile(join(folder, 'refs', 'heads', 'main'), `${commit}\n`)
  await writeFile(tagFile(folder, tag), `${commit}\n`)
  // Everything in one pack of its own, wherever the objects came from, and the lists that clients ask for.
  await ask(['repack', '-a', '-d', '-q', '--no-write-bitmap-index'], call)
  await ask(['update-server-info'], call)
  await writeFile(join(folder, COMPLETE), commit)
}

const AUTHOR = 'rbee Worker Catalog'
const ADDRESS = 'catalog@rbee.invalid'
const COMPLETE = 'rbee-commit'

function tagFile(folder: string, tag: string): string {
  return join(folder, 'refs', 'tags', tag)
}

/** The same commit is left as it is: somebody may be reading it. */
async function putInPlace(part: string, target: string): Promise<void> {
  const before = await commitOf(target)
  if (before !== null && before === (await commitOf(part))) return
  await rm(target, { recursive: true, force: true })
  await rename(part, target)
}

async function commitOf(folder: string): Promise<string | null> {
  try {
    return await readFile(join(folder, COMPLETE), 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

/** @returns the first line of what git says. */
async function ask(args: readonly string[], call: GitCall): Promise<string> {
  const result = await runGit(args, call)
  if (result.exitCode === 0) return `${result.stdout.toString('utf8').split('\n')[0]}`
  throw new RbeeError('catalog_unreadable', `git cannot ${args[0]} the sources: ${firstLine(result)}`, {
    next: 'check the catalog with git status and git fsck',
  })
}
