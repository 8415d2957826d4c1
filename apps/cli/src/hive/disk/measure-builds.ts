import type { HiveHome } from '../home.ts'
import { type BuildFolder, filesBelow, type InstalledFile, listBuildFolders } from './installed-files.ts'

/** What a build takes on the disk, in bytes. */
export interface BuildSize extends BuildFolder {
  /** With everything that it shares. */
  readonly bytes: number
  /** Of that, what other builds hold as well. */
  readonly shared_bytes: number
}

export interface DiskUse {
  readonly builds: readonly BuildSize[]
  /** What all builds take together: a file that several share counts once. */
  readonly bytes: number
  /** What they would take if none shared anything, less `bytes`. */
  readonly saved_bytes: number
}

/** Measures every build. Copies that share blocks look like files of their own, so that they are counted as such. */
export async function measureBuilds(home: HiveHome): Promise<DiskUse> {
  const holders = new Map<string, { readonly allocated: number; readonly builds: Set<string> }>()
  const folders: { readonly folder: BuildFolder; readonly files: readonly InstalledFile[] }[] = []
  for (const folder of await listBuildFolders(home)) {
    const files = await filesBelow(folder.folder)
    folders.push({ folder, files })
    for (const { inode, allocated } of files) {
      const holder = holders.get(inode) ?? { allocated, builds: new Set() }
      holders.set(inode, holder)
      holder.builds.add(folder.folder)
    }
  }
  const builds = folders.map(({ folder, files }): BuildSize => {
    const own = new Map(files.map(({ inode, allocated }) => [inode, allocated]))
    const shared = [...own].filter(([inode]) => (holders.get(inode)?.builds.size ?? 0) > 1)
    return {
      ...folder,
      bytes: sum(own.values()),
      shared_bytes: sum(shared.map(([, allocated]) => allocated)),
    }
  })
  const bytes = sum([...holders.values()].map(({ allocated }) => allocated))
  return { builds, bytes, saved_bytes: sum(builds.map((build) => build.bytes)) - bytes }
}

function sum(values: Iterable<number>): number {
  let total = 0
  for (const value of values) total += value
  return total
}
