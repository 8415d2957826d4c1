import { lstat, readFile, readlink, realpath } from 'node:fs/promises'
import { hasCode } from '@rbee/schema'
import type { Workplace } from './workplace.ts'

/** Where a build sees its place: always the same, so that nothing of this machine gets into what it makes. */
const INSIDE = '/rbee-build'

/** The paths of a place as the build sees them. */
export type PlacePaths = Pick<Workplace, 'start' | 'sources' | 'home' | 'temporary'>

export const SANDBOX_PATHS: PlacePaths = {
  start: `${INSIDE}/start`,
  sources: `${INSIDE}/sources`,
  home: `${INSIDE}/home`,
  temporary: '/tmp',
}

/** Programs of the system; those of the user's own folders are not seen by a build. */
export const BUILD_PATH =
  '/usr/local/bin:/usr/bin:/bin:/usr/local/sbin:/usr/sbin:/sbin:/usr/bin/core_perl:/opt/cuda/bin:/opt/homebrew/bin'

/** Folders of the system that are shown as they are; some are links into `/usr`. */
const SYSTEM_FOLDERS = [
  '/usr',
  '/opt',
  '/bin',
  '/sbin',
  '/lib',
  '/lib32',
  '/lib64',
  '/libx32',
  '/nix/store',
] as const

/** Whether a build sees what lies at a path without links. */
export function isSystemPath(path: string): boolean {
  return SYSTEM_FOLDERS.some((folder) => path.startsWith(`${folder}/`))
}

/**
 * Of `/etc` only what programs of the system need to start, compilers to be found and TLS to be checked: nothing of
 * users, hosts, services or secrets. pacman's database says what is installed.
 */
const SYSTEM_FILES = [
  '/etc/alternatives',
  '/etc/ld.so.cache',
  '/etc/ld.so.conf',
  '/etc/ld.so.conf.d',
  '/etc/ssl/certs',
  '/etc/ssl/openssl.cnf',
  '/etc/ca-certificates',
  '/etc/pki/tls',
  '/etc/crypto-policies',
  '/etc/localtime',
  '/etc/makepkg.conf',
  '/etc/makepkg.conf.d',
  '/etc/pacman.conf',
  '/var/lib/pacman',
] as const

/** What names of hosts are looked up with, for a step that may use the network. */
const NETWORK_FILES = ['/etc/resolv.conf', '/etc/hosts', '/etc/nsswitch.conf', '/etc/services'] as const

const SHARED_MEMORY_BYTES = 64 * 2 ** 20

/** A file of this machine that a build sees, read-only, although it lies in no folder of the system. */
export interface ShownFile {
  readonly path: string
  /** Where the build sees it, below `/rbee-build`. */
  readonly at: string
}

export interface Sandbox {
  /** bwrap, started so that the filter of system calls lies at {@link FILTER_DESCRIPTOR}. */
  readonly bwrap: readonly string[]
  /** Whether its bwrap can keep a build from making namespaces of its own, which opens much of the kernel to it. */
  readonly disablesNamespaces: boolean
}

/** What `--seccomp` names. */
const FILTER_DESCRIPTOR = '3'

/** The beginning of a command that runs bwrap under a filter of system calls: needs no file that somebody could change. */
export function filteredBwrap(bash: string, bwrap: string, filter: Uint8Array): readonly string[] {
  const bytes = [...filter].map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')
  const start = `exec ${FILTER_DESCRIPTOR}< <(printf "$1") && shift && exec "$@"`
  return [bash, '-c', start, 'filtered', bytes, bwrap, '--seccomp', FILTER_DESCRIPTOR]
}

/**
 * The command that runs another one in bubblewrap: it sees the system read-only, an empty home, a few devices and its
 * place, no process but its own, and no network unless `network` says so. It ends with this program.
 *
 * @param shown by default the PKGBUILD.
 */
export async function sandboxedCommand(
  sandbox: Sandbox,
  place: Workplace,
  network: boolean,
  environment: Readonly<Record<string, string>>,
  command: readonly string[],
  shown: readonly ShownFile[] = [scriptOf(place)],
): Promise<readonly string[]> {
  return [
    ...sandbox.bwrap,
    ...isolation(sandbox, network),
    ...(await systemMounts(network)),
    ...(await hiddenSockets()),
    ...['--proc', '/proc', '--dev', '/dev'],
    ...['--size', String(SHARED_MEMORY_BYTES), '--tmpfs', '/dev/shm', '--remount-ro', '/dev'],
    ...['--bind', place.temporary, '/tmp', '--symlink', '/tmp', '/var/tmp'],
    ...['--bind', place.start, SANDBOX_PATHS.start],
    ...['--bind', place.sources, SANDBOX_PATHS.sources],
    ...['--bind', place.home, SANDBOX_PATHS.home],
    ...shown.flatMap(({ path, at }) => ['--ro-bind', path, at]),
    ...['--chdir', SANDBOX_PATHS.start, '--remount-ro', '/'],
    '--clearenv',
    ...Object.entries(environment).flatMap(([name, value]) => ['--setenv', name, value]),
    '--',
    ...command,
  ]
}

/** What was shown to the user is what runs, for functions that run later, too. */
function scriptOf({ script }: Workplace): ShownFile {
  return { path: script, at: `${SANDBOX_PATHS.start}/PKGBUILD` }
}

function isolation({ disablesNamespaces }: Sandbox, network: boolean): string[] {
  return [
    ...['--unshare-user', '--unshare-ipc', '--unshare-pid', '--unshare-uts', '--unshare-cgroup-try'],
    ...(network ? [] : ['--unshare-net']),
    ...(disablesNamespaces ? ['--disable-userns'] : []),
    // A first process of bubblewrap's own could be held, or changed, by a build of the same user; and while it ends others live on.
    '--as-pid-1',
    // Without a session of its own it could type into the user's terminal.
    ...['--die-with-parent', '--new-session', '--cap-drop', 'ALL', '--hostname', 'build'],
  ]
}

async function systemMounts(network: boolean): Promise<string[]> {
  const mounts: string[] = []
  for (const path of SYSTEM_FOLDERS) {
    const kind = await kindOf(path)
    if (kind === 'link') mounts.push('--symlink', await readlink(path), path)
    if (kind === 'other') mounts.push('--ro-bind', path, path)
  }
  for (const path of [...SYSTEM_FILES, ...(network ? NETWORK_FILES : [])]) {
    // Some are links out of what is shown: what they lead to is shown in their place.
    if ((await kindOf(path)) !== 'none') mounts.push('--ro-bind-try', await realpathOr(path), path)
  }
  return mounts
}

/** Reading only does not keep anybody from calling a service whose socket lies in a folder of the system. */
async function hiddenSockets(): Promise<string[]> {
  const hidden = new Set<string>()
  for (const line of (await readFile('/proc/net/unix', 'utf8')).split('\n')) {
    // Num, RefCount, Protocol, Flags, Type, St, Inode, Path
    const [, path] = /^(?:\S+\s+){7}(\/.*)$/.exec(line) ?? []
    const real = path === undefined ? '/' : await realpathOr(path)
    if (isSystemPath(real) && (await kindOf(real)) === 'other') hidden.add(real)
  }
  return [...hidden].flatMap((path) => ['--ro-bind', '/dev/null', path])
}

async function kindOf(path: string): Promise<'link' | 'other' | 'none'> {
  try {
    return (await lstat(path)).isSymbolicLink() ? 'link' : 'other'
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'EACCES', 'ENOTDIR')) return 'none'
    throw error
  }
}

async function realpathOr(path: string): Promise<string> {
  try {
    return await realpath(path)
  } catch (error) {
    // It leads nowhere, or nowhere that this user may see; bubblewrap passes it over.
    if (hasCode(error, 'ENOENT', 'EACCES', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP')) return path
    throw error
  }
}
