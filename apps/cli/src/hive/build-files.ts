import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { join, relative } from 'node:path'
import {
  digestOfStructure,
  digestTar,
  listPackEntries,
  type PackEntry,
  type TarStructure,
} from '@rbee/packaging'
import { hasCode, RbeeError } from '@rbee/schema'
import { readStructure } from './archive-structure.ts'
import { programOf, programSize } from './build-program.ts'
import type { HiveHome } from './home.ts'
import type { InstalledBuild, InstalledWorker } from './installed.ts'

/** How the files of a build compare with the archive that they came from. */
export type FilesOutcome =
  /** All of them were read, and are those of the archive. */
  | { readonly kind: 'same'; readonly files: number; readonly bytes: number }
  /** `file` names the first that differs, where that can be told. */
  | { readonly kind: 'changed'; readonly message: string; readonly file: string | null }
  /** Archives that other programs packed cannot be made again where nothing was kept of their structure. */
  | { readonly kind: 'unknown'; readonly message: string }

type Build = Pick<InstalledBuild, 'build' | 'binary_name' | 'digest' | 'installed_at' | 'built_from'>

/**
 * Makes the archive of an installed build again in memory and compares digests: with what was kept of its structure; else as
 * publishing packs it.
 */
export async function compareFiles(
  home: HiveHome,
  id: InstalledWorker['id'],
  build: Build,
): Promise<FilesOutcome> {
  const folder = join(home.worker(id).builds, build.build)
  try {
    if ((await programSize(folder, build.binary_name)) === null) {
      const file = relative(folder, programOf(folder, build.binary_name))
      return changed(`its file ${file} is missing`, file)
    }
    const entries = await listPackEntries(folder)
    const structure = await readStructure(home, id, build.build)
    if (structure !== null) return await compareStructure(structure, entries, folder, build)
    const { digest } = await digestTar(entries)
    if (digest === build.digest) return same(entries)
    if (build.built_from !== undefined)
      return { kind: 'changed', message: 'its files are not those that were built here', file: null }
    return {
      kind: 'unknown',
      message:
        'its files are not those that were published, unless the archive was packed by other means than rbee-publish',
    }
  } catch (error) {
    // What was unpacked was an archive that kept the rules.
    if (error instanceof RbeeError)
      return changed(`its files are not those of an archive: ${error.message}`, null)
    if (hasCode(error, 'ENOENT')) return changed('its files are not all there', null)
    if (!hasCode(error, 'EACCES', 'EPERM')) throw error
    return { kind: 'unknown', message: `its files cannot be read (${error.code})` }
  }
}

async function compareStructure(
  structure: TarStructure,
  entries: readonly PackEntry[],
  folder: string,
  build: Build,
): Promise<FilesOutcome> {
  const found = new Map(entries.flatMap((entry) => (entry.type === 'file' ? [[entry.name, entry]] : [])))
  for (const { name, size, executable } of structure.files) {
    const entry = found.get(name)
    if (entry === undefined) return changed(`its file ${name} is missing`, name)
    if (entry.size !== size) return changed(`its file ${name} is not the one that was published`, name)
    if (entry.executable !== executable) return changed(`the mode of its file ${name} was changed`, name)
    found.delete(name)
  }
  const [extra] = found.keys()
  if (extra !== undefined) return changed(`its file ${extra} was not published with it`, extra)
  const now = await digestOfStructure(structure, (name) => createReadStream(join(folder, name)))
  if (now === build.digest) return same(entries)
  const file = await changedSince(structure, folder, build.installed_at)
  return file === null
    ? changed('its files are not those that were published', null)
    : changed(`its file ${file} is not the one that was published`, file)
}

/**
 * The one file that was written to after it was installed. Sizes are the same, and nothing is kept that would tell files apart
 * otherwise; null where there are more or none, as in a home that was copied.
 */
async function changedSince(
  { files }: TarStructure,
  folder: string,
  installedAt: string,
): Promise<string | null> {
  const later: string[] = []
  for (const { name } of files) {
    const { ctimeMs } = await stat(join(folder, name))
    if (ctimeMs > Date.parse(installedAt)) later.push(name)
  }
  const [file] = later
  return later.length === 1 ? (file ?? null) : null
}

function same(entries: readonly PackEntry[]): FilesOutcome {
  const files = entries.flatMap((entry) => (entry.type === 'file' ? [entry.size] : []))
  return { kind: 'same', files: files.length, bytes: files.reduce((sum, size) => sum + size, 0) }
}

function changed(message: string, file: string | null): FilesOutcome {
  return { kind: 'changed', message, file }
}
