import { execFile } from 'node:child_process'
import { access, constants } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { RbeeError } from '@rbee/schema'

/** How a package manager asks for and installs a package. */
interface PackageManager {
  readonly query: readonly string[]
  readonly install: string
}

/** The first one found on the PATH is the system's. */
const PACKAGE_MANAGERS: ReadonlyMap<string, PackageManager> = new Map([
  ['dpkg-query', { query: ['-W', '-f=${Status}'], install: 'sudo apt-get install' }],
  ['rpm', { query: ['-q', '--whatprovides'], install: 'sudo dnf install' }],
  ['pacman', { query: ['-Q'], install: 'sudo pacman -S' }],
  ['apk', { query: ['info', '-e'], install: 'sudo apk add' }],
  ['brew', { query: ['list', '--versions'], install: 'brew install' }],
])

/** Where a library's package is known on Debian and Ubuntu, for the sentence that names the cure. */
const DEBIAN_PACKAGE_OF: ReadonlyMap<string, string> = new Map([
  ['libgomp.so.1', 'libgomp1'],
  ['libstdc++.so.6', 'libstdc++6'],
  ['libvulkan.so.1', 'libvulkan1'],
  ['libgcc_s.so.1', 'libgcc-s1'],
])

/**
 * Fails with `system_dependency_missing` and the command that installs them when a declared system dependency is not
 * there. A name with `.so` is a shared library; any other name is met by a command on the PATH or an installed package.
 */
export async function checkSystemDependencies(
  names: readonly string[],
  path: string | undefined,
): Promise<void> {
  const missing: string[] = []
  const manager = await findPackageManager(path)
  for (const name of names) {
    const present = /\.so(\.|$)/.test(name)
      ? await hasLibrary(name)
      : await hasCommandOrPackage(name, path, manager)
    if (!present) missing.push(name)
  }
  if (missing.length === 0) return
  const packages = missing.map((name) => DEBIAN_PACKAGE_OF.get(name) ?? name)
  throw new RbeeError('system_dependency_missing', `the worker needs ${missing.join(', ')} on this system`, {
    next: manager
      ? `${manager.install} ${packages.join(' ')}`
      : `install ${packages.join(', ')} with your system's package manager`,
    details: { missing },
  })
}

async function hasLibrary(name: string): Promise<boolean> {
  if (process.platform !== 'linux') return true
  const cache = await output('ldconfig', ['-p'])
  const listing = cache ?? (await output('/sbin/ldconfig', ['-p']))
  if (listing?.split('\n').some((line) => line.trim().startsWith(`${name} `))) return true
  const folders = [
    '/lib',
    '/usr/lib',
    '/lib64',
    '/usr/lib64',
    `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`,
  ]
  for (const folder of folders) if (await exists(join(folder, name), constants.F_OK)) return true
  return false
}

async function hasCommandOrPackage(
  name: string,
  path: string | undefined,
  manager: (PackageManager & { command: string }) | null,
) {
  // Names come from a manifest: they are passed as one argument, never as an option.
  if (!/^[A-Za-z0-9][A-Za-z0-9._+-]*$/.test(name)) return false
  if (await findOnPath(name, path)) return true
  if (manager === null) return false
  const answer = await output(manager.command, [...manager.query, name])
  if (answer === null) return false
  return manager.command === 'dpkg-query' ? answer.includes('install ok installed') : true
}

async function findPackageManager(
  path: string | undefined,
): Promise<(PackageManager & { command: string }) | null> {
  for (const [command, manager] of PACKAGE_MANAGERS) {
    if (await findOnPath(command, path)) return { command, ...manager }
  }
  return null
}

async function findOnPath(name: string, path: string | undefined): Promise<boolean> {
  for (const folder of (path ?? '').split(delimiter)) {
    if (folder !== '' && (await exists(join(folder, name), constants.X_OK))) return true
  }
  return false
}

async function exists(path: string, mode: number): Promise<boolean> {
  try {
    await access(path, mode)
    return true
  } catch (error) {
    if (error instanceof Error && 'code' in error) return false
    throw error
  }
}

/** What a command prints, or null when it is not there or fails. */
function output(command: string, args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(command, [...args], { timeout: 10_000, maxBuffer: 16 * 2 ** 20 }, (error, stdout) => {
      resolve(error ? null : stdout)
    })
  })
}
