import { execFile } from 'node:child_process'
import { constants } from 'node:fs/promises'
import { join } from 'node:path'
import { RbeeError } from '@rbee/schema'
import { canAccess } from './can-access.ts'
import { findOnPath } from './find-on-path.ts'

/** How a package manager asks for and installs a package. */
interface PackageManager {
  readonly query: readonly string[]
  readonly install: string
  /** What to install for a shared library, where the manager has a rule for that. */
  readonly libraryPackage?: (library: string) => string | null
}

/** The first one found on the PATH is the system's. */
const PACKAGE_MANAGERS: ReadonlyMap<string, PackageManager> = new Map<string, PackageManager>([
  [
    'dpkg-query',
    { query: ['-W', '-f=${Status}'], install: 'apt-get install', libraryPackage: debianLibraryPackage },
  ],
  [
    'rpm',
    {
      query: ['-q', '--whatprovides'],
      install: 'dnf install',
      libraryPackage: (library) => `'${library}()(64bit)'`,
    },
  ],
  ['pacman', { query: ['-Q'], install: 'pacman -S' }],
  ['apk', { query: ['info', '-e'], install: 'apk add', libraryPackage: (library) => `so:${library}` }],
  ['brew', { query: ['list', '--versions'], install: 'brew install' }],
])

/** `libgomp.so.1` → `libgomp1`, `libgcc_s.so.1` → `libgcc-s1` (Debian Policy 8.1). */
function debianLibraryPackage(library: string): string | null {
  const [, name, version] = /^(lib[a-z0-9+._-]+?)\.so\.(\d+)/i.exec(library) ?? []
  if (name === undefined || version === undefined) return null
  const hyphen = /\d$/.test(name) ? '-' : ''
  return `${name.toLowerCase().replaceAll('_', '-')}${hyphen}${version}`
}

/**
 * Fails with `system_dependency_missing` and the command that installs them when a declared system dependency is not
 * there. A name with `.so` is a shared library; any other name is met by a command on the PATH or an installed package.
 */
export async function checkSystemDependencies(
  { worker, dependencies }: { worker: string; dependencies: { system: readonly string[] } },
  path: string | undefined,
): Promise<void> {
  const manager = await findPackageManager(path)
  const missing = await missingAmong(dependencies.system, path, manager)
  if (missing.length === 0) return
  const what = missing.join(', ')
  throw new RbeeError('system_dependency_missing', `${worker} needs ${what}, which this system lacks`, {
    next: howToInstall(missing, manager),
    details: { missing },
  })
}

/** Those of the names that are neither a command on the PATH, nor a shared library, nor an installed package here. */
export async function missingDependencies(
  names: readonly string[],
  path: string | undefined,
): Promise<readonly string[]> {
  return missingAmong(names, path, await findPackageManager(path))
}

async function missingAmong(
  names: readonly string[],
  path: string | undefined,
  manager: (PackageManager & { command: string }) | null,
): Promise<string[]> {
  const missing: string[] = []
  for (const name of names) {
    const present = isLibrary(name) ? await hasLibrary(name) : await hasCommandOrPackage(name, path, manager)
    if (!present) missing.push(name)
  }
  return missing
}

function howToInstall(missing: readonly string[], manager: PackageManager | null): string {
  if (manager === null) return `install ${missing.join(', ')} with your system's package manager`
  const packages = missing.map((name) => (isLibrary(name) ? (manager.libraryPackage?.(name) ?? null) : name))
  const known = packages.filter((name) => name !== null && INSTALLABLE.test(name))
  const unknown = missing.filter((_, index) => !known.includes(packages[index] ?? null))
  const sudo = process.getuid?.() === 0 || manager.install.startsWith('brew') ? '' : 'sudo '
  return [
    known.length === 0 ? null : `run: ${sudo}${manager.install} ${known.join(' ')}`,
    unknown.length === 0 ? null : `install the package that holds ${unknown.join(', ')}`,
  ]
    .filter((part) => part !== null)
    .join('; ')
}

/** Names come from a manifest, and users paste what they are told to run: nothing a shell would take for more. */
const INSTALLABLE = /^(?:[A-Za-z0-9][A-Za-z0-9._+:@-]*|'[A-Za-z0-9][A-Za-z0-9._+-]*\(\)\(64bit\)')$/

function isLibrary(name: string): boolean {
  return /\.so(\.|$)/.test(name)
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
  for (const folder of folders) if (await canAccess(join(folder, name), constants.F_OK)) return true
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

/** What a command prints, or null when it is not there or fails. */
function output(command: string, args: readonly string[]): Promise<string | null> {
  return new Promise((resolve) => {
    execFile(command, [...args], { timeout: 10_000, maxBuffer: 16 * 2 ** 20 }, (error, stdout) => {
      resolve(error ? null : stdout)
    })
  })
}
