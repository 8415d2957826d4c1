import { chmod, constants, copyFile, lstat, mkdir, readdir, readlink } from 'node:fs/promises'
import { dirname, join, posix } from 'node:path'
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
 * either: links that lead out, devices, programs with more rights than their user, more than a build may write.
 */
export async function collectBuild(
  packages: readonly string[],
  binaryName: string,
  target: string,
  limits: CollectLimits,
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
  await copyFolder(tree, found.prefix, target, 0)
  const program = join(target, 'bin', binaryName)
  await mkdir(dirname(program), { recursive: true })
  await tree.copy(found.program, program, true)
  const { digest } = await digestTar(await listPackEntries(target))
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

/** A link from `usr/bin` into `opt/x/bin` means that everything is in `opt/x`. */
function prefixOf(program: string, prefix: string): string {
  const folder = posix.dirname(program)
  if (posix.basename(folder) === 'bin') return posix.dirname(folder).replace(/^\.$/, '')
  return prefix === 'usr' || prefix === '' ? prefix : folder
}

async function copyFolder(tree: PackageTree, path: string, target: string, depth: number): Promise<void> {
  if (depth > MAX_DEPTH) throw unfit(path, 'lies too deep')
  for (const name of await tree.list(path)) {
    const own = posix.join(path, name)
    const real = await tree.resolve(own)
    if (real === null) throw unfit(own, 'is a link that leads out of the package, or nowhere')
    const info = await tree.stat(real)
    if (info === null) throw unfit(own, 'cannot be read')
    if (info.isFile()) await tree.copy(real, join(target, name), (info.mode & 0o111) !== 0)
    else if (info.isDirectory()) {
      // A link to a folder above it would never end.
      if (own.startsWith(`${real}/`) || real === '') throw unfit(own, 'is a link to a folder that it lies in')
      await tree.makeFolder(real, join(target, name))
      await copyFolder(tree, real, join(target, name), depth + 1)
    } else throw unfit(own, 'is neither a file nor a folder')
  }
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
  async copy(path: string, target: string, executable: boolean): Promise<void> {
    const info = await this.stat(path)
    if (info === null || !info.isFile()) throw unfit(path, 'is no file')
    if ((info.mode & SPECIAL_BITS) !== 0) throw unfit(path, 'has a setuid, setgid or sticky bit')
    this.#count(path)
    this.#bytes += info.size
    if (this.#bytes > this.#limits.disk) throw unfit(path, 'makes it larger than a build may be')
    await copyFile(join(this.#root, path), target, constants.COPYFILE_FICLONE)
    await chmod(target, executable ? 0o755 : 0o644)
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
