import type { Stats } from 'node:fs'
import { chmod, constants, copyFile, lstat, mkdir, readdir, readlink } from 'node:fs/promises'
import { basename, dirname, join, posix } from 'node:path'
import { digestTar, listPackEntries } from '@rbee/packaging'
import { type Digest, hasCode, RbeeError } from '@rbee/schema'
import type { BuildLimits } from './limits.ts'

/** How much of a package is copied. */
export interface CollectLimits extends Pick<BuildLimits, 'disk'> {
  /** Files and folders together. */
  readonly entries?: number
}

/** Limits of what a package may bring. */
const MAX_ENTRIES = 50_000
const MAX_LINKS = 40
const MAX_DEPTH = 40
const SPECIAL_BITS = 0o7000
/** How many entries are looked at, and how many files are copied, at the same time. */
const AT_ONCE = 16

/** What was taken out of a package. */
export interface CollectedBuild {
  /** Of the tar that the build's folder makes. */
  readonly digest: Digest
  /** Top-level folders of the package that are no part of it, such as `etc`. */
  readonly leftOut: readonly string[]
}

/**
 * Lays out what package() made as the hive keeps builds: the folder that holds `bin/<program>` (`usr`, `usr/local`,
 * `opt/<name>`) becomes the build. Links are replaced by what they lead to; the target folder is made.
 *
 * Fails with `build_failed` where the program is missing, and with `archive_invalid` for whatever an archive could not hold
 * either: links that lead out, devices, programs with more rights than their user, more than a build may write; with the
 * reason of `signal` when that is aborted.
 */
export async function collectBuild(
  packages: readonly string[],
  binaryName: string,
  target: string,
  limits: CollectLimits,
  signal: AbortSignal,
): Promise<CollectedBuild> {
  const found = await findProgram(packages, binaryName)
  if (found === null) {
    const places = `usr/bin/${binaryName}, usr/local/bin/${binaryName} or opt/…/bin/${binaryName}`
    throw new RbeeError('build_failed', `package() left no program ${binaryName}`, {
      next: `tell the author of the worker: it is looked for at ${places}`,
    })
  }
  const tree = new PackageTree(found.root, limits)
  await mkdir(target)
  await copyFolder(tree, found.prefix, target, 0, signal)
  const program = join(target, 'bin', binaryName)
  await mkdir(dirname(program), { recursive: true })
  await tree.copy(found.program, await lstat(join(found.root, found.program)), program, true)
  const { digest } = await digestTar(await listPackEntries(target), signal)
  const [taken = ''] = found.prefix.split('/')
  const leftOut = (await readdir(found.root)).filter((name) => name !== taken && !name.startsWith('.'))
  return { digest, leftOut: leftOut.toSorted() }
}

interface FoundProgram {
  /** Folder of the package. */
  readonly root: string
  /** Below it, what becomes the build; empty for all of it. */
  readonly prefix: string
  /** The program's own file, through links. */
  readonly program: string
}

async function findProgram(packages: readonly string[], binaryName: string): Promise<FoundProgram | null> {
  for (const root of packages) {
    await assertFolder(root)
    const tree = new PackageTree(root)
    // Launchers in `usr/bin` of generated packages lead there.
    const own = (await tree.list('usr/lib/rbee')).map((name) => `usr/lib/rbee/${name}`)
    const optional = (await tree.list('opt')).map((name) => `opt/${name}`)
    for (const prefix of [...own, 'usr', 'usr/local', ...optional, '']) {
      for (const path of [posix.join(prefix, 'bin', binaryName), posix.join(prefix, binaryName)]) {
        const program = await tree.resolve(path)
        if (program === null || (await tree.stat(program))?.isFile() !== true) continue
        return { root, prefix: prefixOf(program, prefix), program }
      }
    }
  }
  return null
}

/** Where a build put a link in the place of its package, names in it would mean the files of this machine. */
async function assertFolder(root: string): Promise<void> {
  for (const path of [dirname(root), root])
    if (!(await lstat(path)).isDirectory()) throw unfit(basename(path), 'is no folder')
}

/** A link from `usr/bin` into `opt/x/bin` means that everything is in `opt/x`. */
function prefixOf(program: string, prefix: string): string {
  const folder = posix.dirname(program)
  if (posix.basename(folder) === 'bin') return posix.dirname(folder).replace(/^\.$/, '')
  return prefix === 'usr' || prefix === '' ? prefix : folder
}

/** @param path without any link in it */
async function copyFolder(
  tree: PackageTree,
  path: string,
  target: string,
  depth: number,
  signal: AbortSignal,
): Promise<void> {
  if (depth > MAX_DEPTH) throw unfit(path, 'lies too deep')
  const names = await tree.list(path)
  for (let start = 0; start < names.length; start += AT_ONCE) {
    signal.throwIfAborted()
    const some = names.slice(start, start + AT_ONCE)
    const entries = await Promise.all(some.map((name) => tree.find(posix.join(path, name))))
    const files = entries.filter(({ info }) => info.isFile())
    await settled(
      files.map(({ own, real, info }) =>
        tree.copy(real, info, join(target, posix.basename(own)), (info.mode & 0o111) !== 0),
      ),
    )
    for (const { own, real, info } of entries) {
      if (info.isFile()) continue
      if (!info.isDirectory()) throw unfit(own, 'is neither a file nor a folder')
      // A link to a folder above it would never end.
      if (own.startsWith(`${real}/`) || real === '') throw unfit(own, 'is a link to a folder that it lies in')
      const folder = join(target, posix.basename(own))
      await tree.makeFolder(real, folder)
      await copyFolder(tree, real, folder, depth + 1, signal)
    }
  }
}

/** Waits for all, then fails as the first that failed: nothing writes on while the target is cleared away. */
async function settled(copies: readonly Promise<void>[]): Promise<void> {
  for (const outcome of await Promise.allSettled(copies))
    if (outcome.status === 'rejected') throw outcome.reason
}

/** A name in a package, and what it is or leads to. */
interface FoundEntry {
  readonly own: string
  /** Without any link in it. */
  readonly real: string
  readonly info: Stats
}

/**
 * The files of a package, by names relative to its root. No link is ever followed by the system: absolute ones mean the
 * package's own root, as they will once it is installed.
 */
class PackageTree {
  readonly #root: string
  readonly #limits: Required<CollectLimits>
  #bytes = 0
  #entries = 0

  /** @param limits of all copies together: holes in files and links make more of them than was ever written. */
  constructor(root: string, { disk, entries = MAX_ENTRIES }: CollectLimits = { disk: 0 }) {
    this.#root = root
    this.#limits = { disk, entries }
  }

  async stat(path: string) {
    try {
      return await lstat(join(this.#root, path))
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ENOTDIR')) return null
      throw error
    }
  }

  /** @param own in a folder without any link in it; fails with `archive_invalid` where it leads out of the package */
  async find(own: string): Promise<FoundEntry> {
    const info = await this.stat(own)
    if (info === null) throw unfit(own, 'cannot be read')
    if (!info.isSymbolicLink()) return { own, real: own, info }
    const real = await this.resolve(own)
    const target = real === null ? null : await this.stat(real)
    if (real === null || target === null)
      throw unfit(own, 'is a link that leads out of the package, or nowhere')
    return { own, real, info: target }
  }

  /** Names in a folder, sorted; none where there is no such folder. */
  async list(path: string): Promise<string[]> {
    const real = await this.resolve(path)
    if (real === null || (await this.stat(real))?.isDirectory() !== true) return []
    return (await readdir(join(this.#root, real))).toSorted()
  }

  /** The name of what a name leads to, without any link in it; null where that is not in the package. */
  async resolve(path: string): Promise<string | null> {
    let rest = posix
      .normalize(path)
      .split('/')
      .filter((part) => part !== '' && part !== '.')
    let real: string[] = []
    for (let links = 0; rest.length > 0; ) {
      const [part = '', ...more] = rest
      rest = more
      if (part === '..') {
        if (real.length === 0) return null
        real = real.slice(0, -1)
        continue
      }
      const own = [...real, part].join('/')
      const info = await this.stat(own)
      if (info === null) return null
      if (!info.isSymbolicLink()) {
        real = [...real, part]
        continue
      }
      links += 1
      if (links > MAX_LINKS) return null
      const leadsTo = await readlink(join(this.#root, own))
      if (leadsTo.startsWith('/')) real = []
      rest = [...leadsTo.split('/').filter((step) => step !== '' && step !== '.'), ...rest]
    }
    return real.join('/')
  }

  /** @param path as {@link resolve} gave it */
  async copy(path: string, info: Stats, target: string, executable: boolean): Promise<void> {
    if (!info.isFile()) throw unfit(path, 'is no file')
    if ((info.mode & SPECIAL_BITS) !== 0) throw unfit(path, 'has a setuid, setgid or sticky bit')
    this.#count(path)
    this.#bytes += info.size
    if (this.#bytes > this.#limits.disk) throw unfit(path, 'makes it larger than a build may be')
    await copyFile(join(this.#root, path), target, constants.COPYFILE_FICLONE)
    const mode = executable ? 0o755 : 0o644
    // A copy has the mode of what it is a copy of.
    if ((info.mode & 0o777) !== mode) await chmod(target, mode)
  }

  /** @param path of the folder that is copied */
  async makeFolder(path: string, target: string): Promise<void> {
    this.#count(path)
    await mkdir(target)
  }

  /** Folders as well: two links to one in each of some make more of them than any disk holds. */
  #count(path: string): void {
    this.#entries += 1
    const { entries } = this.#limits
    if (this.#entries > entries) throw unfit(path, `is one of more than ${entries} files and folders`)
  }
}

function unfit(path: string, why: string): RbeeError {
  return new RbeeError('archive_invalid', `${JSON.stringify(path)} of the package ${why}`, {
    next: 'tell the author of the worker; what was installed before stays',
    details: { entry: path },
  })
}
