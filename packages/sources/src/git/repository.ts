import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { RbeeError } from '@rbee/schema'
import { listBranches } from './branches.ts'
import { type GitCall, type GitResult, runGit } from './program.ts'
import { publicAddress } from './public-address.ts'

/** A repository at one commit, as it is read from here: through a Git directory of our own. */
export interface Repository {
  readonly commit: string
  /** Null for a commit that no branch was asked for by name. */
  readonly branch: string | null
  /** Address of the remote `origin`, without credentials; null where it is none that others could use. */
  readonly url: string | null
  /** The folder that was named, relative to the repository: '' or `some/folder`. */
  readonly prefix: string
  /** Where it lies on this machine. */
  readonly root: string
  /** Whether files on the disk can differ from the commit: a work tree at this commit. */
  readonly comparable: boolean
  readonly call: GitCall
  /** Names of branches and their commits. */
  listBranches(): Promise<ReadonlyMap<string, string>>
  close(): Promise<void>
}

interface Surroundings {
  readonly gitDir: string
  readonly commonDir: string
  readonly objectFormat: string
  /** Null for a bare repository. */
  readonly workTree: string | null
  readonly prefix: string
}

export interface OpenOptions {
  /** PATH to find git on; the system's default without it. */
  readonly searchPath: string | undefined
  readonly signal?: AbortSignal
  /** What people call the repository; by default its folder. */
  readonly label?: string
}

/**
 * Opens the repository that a folder lies in, at `ref` or HEAD.
 *
 * The configuration of a repository can name programs that git would run (filters, monitors, helpers, hooks). So only
 * its references are looked up there; everything else goes through an empty Git directory that borrows nothing but the
 * objects and the index.
 *
 * @returns null where the folder lies in no repository.
 * @throws RbeeError `catalog_unreadable` where there is no such commit or the repository is broken.
 */
export async function openRepository(
  folder: string,
  ref: string | null,
  { searchPath, signal, label = `the repository of ${folder}` }: OpenOptions,
): Promise<Repository | null> {
  const inside = isInsideRepository(folder)
  if (!inside) return null
  const own = await mkdtemp(join(tmpdir(), 'rbee-git-'))
  const close = () => rm(own, { recursive: true, force: true })
  try {
    const configuration = join(own, 'gitconfig')
    // Whose the repository is does not matter here, because nothing of its configuration is obeyed.
    await writeFile(configuration, '[safe]\n\tdirectory = *\n')
    const environment = { GIT_CONFIG_GLOBAL: configuration }
    const outer: GitCall = { cwd: folder, searchPath, signal, environment }
    const [surroundings, commit, branch, origin, checkedOut] = await Promise.all([
      readSurroundings(outer),
      resolveCommit(outer, label, ref),
      resolveBranch(outer, ref),
      runGit(['config', '--local', '--get', 'remote.origin.url'], outer),
      ref === null ? null : tryResolve(outer, 'HEAD'),
    ])
    const head = ref === null ? commit : checkedOut
    return {
      commit,
      branch,
      url: origin.exitCode === 0 ? publicAddress(origin.stdout.toString('utf8').trim()) : null,
      prefix: surroundings.prefix,
      root: surroundings.workTree ?? surroundings.gitDir,
      comparable: surroundings.workTree !== null && head === commit,
      call: await borrowObjects(own, surroundings, commit, outer),
      listBranches: () => listBranches(outer),
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** Whether a folder lies in a repository that nothing was committed to yet. */
export async function isUnborn(folder: string, { searchPath, signal }: OpenOptions): Promise<boolean> {
  if (!isInsideRepository(folder)) return false
  const environment = {
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: 'safe.directory',
    GIT_CONFIG_VALUE_0: '*',
  }
  return (await tryResolve({ cwd: folder, searchPath, signal, environment }, 'HEAD')) === null
}

/** Looked up without git, so that plain folders need none. */
function isInsideRepository(folder: string): boolean {
  const looksBare = ['HEAD', 'objects', 'refs'].every((name) => existsSync(join(folder, name)))
  if (looksBare) return true
  for (let current = folder; ; current = dirname(current)) {
    if (existsSync(join(current, '.git'))) return true
    if (dirname(current) === current) return false
  }
}

async function readSurroundings(outer: GitCall): Promise<Surroundings> {
  const [gitDir = '', commonDir = '', bare, objectFormat = ''] = await revParse(outer, [
    '--absolute-git-dir',
    ABSOLUTE_PATHS,
    '--git-common-dir',
    '--is-bare-repository',
    '--show-object-format',
  ])
  if (bare === 'true') return { gitDir, commonDir, objectFormat, workTree: null, prefix: '' }
  const [workTree = '', prefix = ''] = await revParse(outer, ['--show-toplevel', '--show-prefix'])
  return { gitDir, commonDir, objectFormat, workTree, prefix: prefix.replace(/\/$/, '') }
}

const ABSOLUTE_PATHS = '--path-format=absolute'

/** Several questions in one call, each answered by a line. */
async function revParse(call: GitCall, questions: readonly string[]): Promise<string[]> {
  const result = await runGit(['rev-parse', ...questions], call)
  if (result.exitCode !== 0) {
    throw new RbeeError('catalog_unreadable', `git cannot read the repository: ${firstLine(result)}`, {
      next: 'check the repository with git status and git fsck',
    })
  }
  const lines = result.stdout.toString('utf8').replace(/\n$/, '').split('\n')
  if (lines.length === questions.filter((question) => question !== ABSOLUTE_PATHS).length) return lines
  throw new RbeeError('catalog_unreadable', 'the path of the repository holds a line break', {
    next: 'rename the folder',
  })
}

async function resolveCommit(outer: GitCall, label: string, ref: string | null): Promise<string> {
  const commit = await tryResolve(outer, ref ?? 'HEAD')
  if (commit !== null) return commit
  if (ref !== null) {
    throw new RbeeError('catalog_unreadable', `${label} has no branch, tag or commit "${ref}"`, {
      next: 'name one that git branch --all or git tag lists',
    })
  }
  throw new RbeeError('catalog_unreadable', `${label} has no commits yet`, {
    next: 'commit the catalog: it is served as of HEAD',
  })
}

/** The commit that a name leads to; names that look like options are names. */
async function tryResolve(outer: GitCall, ref: string): Promise<string | null> {
  const names = ref === 'HEAD' ? [ref] : [ref, `refs/remotes/origin/${ref}`]
  for (const name of names) {
    const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]
    const result = await runGit(args, outer)
    const hash = result.stdout.toString('latin1').trim().split('\n').at(-1) ?? ''
    if (result.exitCode === 0 && /^[0-9a-f]{40,64}$/.test(hash)) return hash
  }
  return null
}

async function resolveBranch(outer: GitCall, ref: string | null): Promise<string | null> {
  if (ref === null) {
    const result = await runGit(['symbolic-ref', '--quiet', '--short', 'HEAD'], outer)
    return result.exitCode === 0 ? shortened(result.stdout.toString('utf8').trim()) : null
  }
  const isBranch =
    (await tryResolve(outer, `refs/heads/${ref}`)) ?? (await tryResolve(outer, `refs/remotes/origin/${ref}`))
  return isBranch === null ? null : shortened(ref)
}

/** As long as an entry's field may be. */
function shortened(branch: string): string | null {
  return branch.length <= 300 ? branch : null
}

/** An empty Git directory whose index and work tree are those of the repository, and which sees its objects. */
async function borrowObjects(
  own: string,
  { gitDir, commonDir, objectFormat, workTree }: Surroundings,
  commit: string,
  outer: GitCall,
): Promise<GitCall> {
  const directory = join(own, 'git')
  await mkdir(join(directory, 'refs'), { recursive: true })
  await linkObjects(join(commonDir, 'objects'), join(directory, 'objects'))
  await writeFile(join(directory, 'HEAD'), `${commit}\n`)
  await writeFile(
    join(directory, 'config'),
    [
      '[core]',
      `\trepositoryformatversion = ${objectFormat === 'sha1' ? 0 : 1}`,
      `\tbare = ${workTree === null}`,
      '\tcommitGraph = false',
      `\texcludesFile = ${quoteConfigValue(join(commonDir, 'info', 'exclude'))}`,
      ...(objectFormat === 'sha1' ? [] : ['[extensions]', `\tobjectFormat = ${objectFormat}`]),
      '',
    ].join('\n'),
  )
  const call = {
    cwd: workTree ?? directory,
    searchPath: outer.searchPath,
    signal: outer.signal,
    environment: {
      ...outer.environment,
      GIT_DIR: directory,
      GIT_INDEX_FILE: join(gitDir, 'index'),
      GIT_SHALLOW_FILE: join(commonDir, 'shallow'),
      ...(workTree === null ? {} : { GIT_WORK_TREE: workTree }),
    },
  }
  await requireTree(call, commit)
  return call
}

/**
 * Links the folders of an object store into one of our own. Its `info` folder is left out: there, alternates could lead to
 * the objects of every repository of this machine, and a commit graph could tell parents that no commit has.
 */
async function linkObjects(from: string, to: string): Promise<void> {
  await mkdir(to)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const holdsObjects = entry.isDirectory() && /^(?:[0-9a-f]{2}|pack)$/.test(entry.name)
    // Junctions need no rights on Windows; elsewhere the type means nothing.
    if (holdsObjects) await symlink(join(from, entry.name), join(to, entry.name), 'junction')
  }
}

async function requireTree(call: GitCall, commit: string): Promise<void> {
  const found = await runGit(['cat-file', '-e', `${commit}^{tree}`], call)
  if (found.exitCode === 0) return
  throw new RbeeError(
    'catalog_unreadable',
    `the objects of commit ${commit.slice(0, 12)} are not all there`,
    {
      next: 'fetch the repository completely; one that borrows objects of another (git clone --shared) needs git repack -a -d first',
    },
  )
}

function quoteConfigValue(text: string): string {
  return `"${text.replace(/[\\"]/g, '\\$&').replaceAll('\n', '\\n')}"`
}

export function firstLine({ stderr, exitCode }: GitResult): string {
  return stderr.split('\n')[0]?.slice(0, 300) || `exit code ${exitCode}`
}
