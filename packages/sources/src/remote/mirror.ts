import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { devNull } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { hasCode, RbeeError } from '@rbee/schema'
import { type GitCall, runGit } from '../git/program.ts'
import { askRemote, commitNamed, type RemoteState } from './remote-state.ts'
import { Scratch, writeGitDir } from './scratch.ts'
import { DEFAULT_LIMITS, type RemoteAccess, runTransport } from './transport.ts'

/** A repository of another machine, by the address that people see. */
export interface RemoteRepository {
  readonly address: string
  readonly publicAddress: string
  /** Branch, tag or commit; null for the default branch. */
  readonly ref: string | null
}

/** Packs of a mirror; more slow every reading down, so that they are put together. */
const MAX_PACKS = 10
const WATCH_MS = 200

/**
 * Brings the mirror of a repository up to date: a bare repository of our own with all branches and tags, and nothing of
 * the other's configuration, hooks, alternates or grafts, which no fetch transfers.
 *
 * Everything arrives in a folder of its own and is moved into the mirror only when it is complete, objects before the
 * names that lead to them. So whatever ends a fetch, and whenever, the mirror is as good as before.
 *
 * @returns the folder of the mirror.
 * @throws RbeeError `catalog_unreachable` where it cannot be fetched, `catalog_limit` where it is too large.
 */
export async function updateMirror(remote: RemoteRepository, access: RemoteAccess): Promise<string> {
  await using scratch = await Scratch.create(access.cacheFolder)
  const state = await askRemote(remote.address, scratch.gitDir, access)
  // Said before anything is fetched for nothing.
  commitNamed(state, remote.ref, remote.publicAddress)
  const mirror = mirrorFolder(remote, state.objectFormat, access)
  await writeGitDir(scratch.gitDir, state.objectFormat)
  const known = await readPackedRefs(mirror)
  if (known === null) await writeGitDir(mirror, state.objectFormat)
  else await writeFile(join(scratch.gitDir, 'packed-refs'), known)
  if (!hasRefs(known, state)) {
    await fetchInto(scratch.gitDir, mirror, remote, access)
    await moveObjects(join(scratch.gitDir, 'objects'), join(mirror, 'objects'))
    await rename(join(scratch.gitDir, 'packed-refs'), join(mirror, 'packed-refs'))
    await mergePacks(mirror, access)
  }
  await writeFile(join(scratch.gitDir, 'HEAD'), headOf(state))
  await rename(join(scratch.gitDir, 'HEAD'), join(mirror, 'HEAD'))
  return mirror
}

/** Where the mirror of a repository lies, whether or not there is one. */
export function mirrorFolder(
  { publicAddress }: Pick<RemoteRepository, 'publicAddress'>,
  objectFormat: RemoteState['objectFormat'],
  { cacheFolder }: Pick<RemoteAccess, 'cacheFolder'>,
): string {
  const name = createHash('sha256').update(publicAddress).digest('hex').slice(0, 40)
  return join(cacheFolder, `${name}${objectFormat === 'sha1' ? '' : '-sha256'}.git`)
}

/** Whether a commit was fetched. */
export async function mirrorHolds(mirror: string, commit: string, access: RemoteAccess): Promise<boolean> {
  if ((await readPackedRefs(mirror)) === null) return false
  const result = await runGit(['cat-file', '-e', `${commit}^{commit}`], ownCall(mirror, access, {}))
  return result.exitCode === 0
}

/** The file that names all branches and tags of a mirror; null before the first fetch. */
async function readPackedRefs(mirror: string): Promise<string | null> {
  try {
    return await readFile(join(mirror, 'packed-refs'), 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return null
    throw error
  }
}

/** Whether a mirror is up to date. */
function hasRefs(packedRefs: string | null, { refs }: RemoteState): boolean {
  if (packedRefs === null) return false
  const lines = packedRefs.split('\n').filter((line) => /^[0-9a-f]/.test(line))
  return (
    lines.length === refs.size &&
    lines.every((line) => refs.get(line.slice(line.indexOf(' ') + 1)) === line.split(' ')[0])
  )
}

/** The default branch, or the commit that stands in its place. */
function headOf({ head, refs }: RemoteState): string {
  if (head.ref !== null && refs.has(head.ref)) return `ref: ${head.ref}\n`
  return head.commit === null ? 'ref: refs/heads/main\n' : `${head.commit}\n`
}

/** Fetches what the mirror lacks into a Git directory that knows the mirror's branches and borrows its objects. */
async function fetchInto(
  gitDir: string,
  mirror: string,
  { address, publicAddress }: RemoteRepository,
  access: RemoteAccess,
): Promise<void> {
  const { maxBytes, timeoutMs } = access.limits ?? DEFAULT_LIMITS
  const environment = { GIT_ALTERNATE_OBJECT_DIRECTORIES: join(mirror, 'objects') }
  const tooLarge = new AbortController()
  const held = await sizeOf(join(mirror, 'objects'))
  const checkSize = async () => {
    if (held + (await sizeOf(join(gitDir, 'objects'))) <= maxBytes) return
    tooLarge.abort(
      new RbeeError(
        'catalog_limit',
        `${publicAddress} takes more than ${Math.round(maxBytes / 2 ** 20)} MiB`,
        {
          next: `serve a smaller repository; if it became smaller, remove ${mirror}`,
        },
      ),
    )
  }
  const signals = [tooLarge.signal, ...(access.signal === undefined ? [] : [access.signal])]
  const watched = { ...access, signal: AbortSignal.any(signals) }
  const watch = setInterval(() => checkSize().catch((error) => tooLarge.abort(error)), WATCH_MS)
  try {
    const args = ['fetch', '--quiet', '--no-tags', '--prune', '--no-write-fetch-head']
    const refs = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*']
    await runTransport({ args, address, refs }, { gitDir, environment }, watched, { timeoutMs })
  } finally {
    clearInterval(watch)
  }
  await checkSize()
  tooLarge.signal.throwIfAborted()
  await requireGit(['pack-refs', '--all'], ownCall(gitDir, access, environment))
}

/** Bytes in the folders of an object store; what comes or goes meanwhile counts or does not. */
async function sizeOf(objects: string): Promise<number> {
  let size = 0
  for (const file of await filesOf(objects)) size += (await stat(file).catch(absent))?.size ?? 0
  return size
}

/** Packs and loose objects: they lie two levels deep. */
async function filesOf(objects: string): Promise<string[]> {
  const folders = await readdir(objects, { withFileTypes: true }).catch(absent)
  const lists = (folders ?? []).map(async (folder) => {
    if (!folder.isDirectory()) return []
    const names = (await readdir(join(objects, folder.name)).catch(absent)) ?? []
    return names.map((name) => join(objects, folder.name, name))
  })
  return (await Promise.all(lists)).flat()
}

function absent(error: unknown): null {
  if (hasCode(error, 'ENOENT', 'ENOTDIR')) return null
  throw error
}

/** The index of a pack comes last: git looks for packs by their indexes. */
async function moveObjects(from: string, to: string): Promise<void> {
  const files = await filesOf(from)
  const indexesLast = files.toSorted((a, b) => Number(a.endsWith('.idx')) - Number(b.endsWith('.idx')))
  for (const file of indexesLast) {
    const target = join(to, relative(from, file))
    await mkdir(dirname(target), { recursive: true })
    await rename(file, target)
  }
}

/** Puts small packs together; what goes wrong here costs time at the next reading and nothing else. */
async function mergePacks(mirror: string, access: RemoteAccess): Promise<void> {
  const packs = (await readdir(join(mirror, 'objects', 'pack'))).filter((name) => name.endsWith('.pack'))
  if (packs.length <= MAX_PACKS) return
  await runGit(['repack', '-d', '-q', '--geometric=2'], ownCall(mirror, access, {}))
}

function ownCall(
  gitDir: string,
  access: RemoteAccess,
  environment: Readonly<Record<string, string>>,
): GitCall {
  return {
    cwd: gitDir,
    searchPath: access.searchPath,
    signal: access.signal,
    environment: { ...environment, GIT_DIR: gitDir, GIT_CONFIG_GLOBAL: devNull },
  }
}

async function requireGit(args: readonly string[], call: GitCall): Promise<void> {
  const result = await runGit(args, call)
  if (result.exitCode !== 0) throw new Error(`git ${args[0]} failed: ${result.stderr}`)
}
