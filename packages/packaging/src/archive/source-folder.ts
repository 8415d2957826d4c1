import { lstat, readdir, realpath, stat } from 'node:fs/promises'
import { basename, join, relative, sep } from 'node:path'
import { ARCHIVE_MAX_ENTRIES, RbeeError } from '@rbee/schema'
import { type ArchiveEntry, broken, createArchiveRules, type EntryClaim } from './archive-rules.ts'

/** Where the bytes of an entry come from: a file on the disk, or text made for the archive. */
type EntrySource = { readonly path: string } | { readonly bytes: Uint8Array }

/** An entry that will be packed. */
export interface PackEntry extends ArchiveEntry {
  /** Null for a folder. */
  readonly source: EntrySource | null
}

/** An entry before it was judged. */
interface FoundEntry extends EntryClaim {
  readonly source: EntrySource | null
}

/** Archives nest no deeper; a link that leads back up would never end. */
const DEPTH_MAX = 40

/**
 * Lists what a folder brings into an archive, in the archive's order and judged by its rules. `additions` are files made
 * for the archive, by name; the folder's own file of that name wins.
 *
 * A link to something inside the folder is packed as what it leads to; one that leads out is refused (rule `link`).
 * Fails with `file_not_found` or `archive_invalid`.
 */
export async function listPackEntries(
  folder: string,
  additions: ReadonlyMap<string, Uint8Array> = new Map(),
): Promise<PackEntry[]> {
  const found = await readFolder(folder)
  const names = new Set(found.map(({ name }) => name))
  for (const [name, bytes] of additions) {
    if (!names.has(name))
      found.push({ name, type: 'file', size: bytes.length, mode: 0o644, source: { bytes } })
  }
  const rules = createArchiveRules()
  const entries = found.map((entry): PackEntry => ({ ...rules.accept(entry), source: entry.source }))
  rules.finish()
  return entries.toSorted(byArchiveOrder)
}

/**
 * Folders first, then files by their own name and only then by their folder: equal kinds of files stand together, and a
 * version in a folder's name moves nothing, so that the bytes of successive releases line up and patches stay small.
 */
function byArchiveOrder(a: ArchiveEntry, b: ArchiveEntry): number {
  if (a.type !== b.type) return a.type === 'directory' ? -1 : 1
  if (a.type === 'directory') return compareText(a.name, b.name)
  return compareText(basename(a.name), basename(b.name)) || compareText(a.name, b.name)
}

/** By code units: the same everywhere, whatever the locale. */
function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}

async function readFolder(folder: string): Promise<FoundEntry[]> {
  let root: string
  try {
    root = await realpath(folder)
  } catch (cause) {
    throw new RbeeError('file_not_found', `there is no folder ${folder}`, { cause })
  }
  const found: FoundEntry[] = []
  const visit = async (path: string, name: string, depth: number): Promise<void> => {
    if (depth > DEPTH_MAX) throw broken(name, 'too_deep', `lies deeper than ${DEPTH_MAX} folders`)
    const info = await statInside(root, path, name)
    // Links in circles would multiply the entries without end.
    if (found.length > ARCHIVE_MAX_ENTRIES) {
      throw broken(name, 'too_many_entries', `is one of more than ${ARCHIVE_MAX_ENTRIES} files and folders`)
    }
    // Names of macOS come decomposed; archives hold the composed form.
    const common = { name: name.normalize('NFC'), mode: info.mode & 0o777 }
    if (info.isFile()) {
      found.push({ ...common, type: 'file', size: info.size, source: { path } })
      return
    }
    if (!info.isDirectory()) throw broken(name, 'entry_type', 'is neither a file nor a folder')
    if (name !== '') found.push({ ...common, type: 'directory', size: 0, source: null })
    for (const child of await readdir(path)) {
      await visit(join(path, child), name === '' ? child : `${name}/${child}`, depth + 1)
    }
  }
  await visit(root, '', 0)
  return found
}

/** What stands at a path, through links, as long as they stay inside the root. */
async function statInside(root: string, path: string, name: string) {
  const own = await lstat(path)
  if (!own.isSymbolicLink()) return own
  let target: string
  try {
    target = await realpath(path)
  } catch (cause) {
    throw broken(name, 'link', 'is a link that leads nowhere', cause)
  }
  const inner = relative(root, target)
  if (inner === '' || inner === '..' || inner.startsWith(`..${sep}`)) {
    throw broken(name, 'link', 'is a link that leads out of the folder')
  }
  return stat(target)
}
