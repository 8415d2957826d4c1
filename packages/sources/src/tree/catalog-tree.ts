/** What stands at a path. Links and submodules are named, never followed; folders only where they cannot be listed. */
export type TreeEntryKind = 'file' | 'link' | 'submodule' | 'unreadable'

/** Why a file gives no text. */
export type UnreadableReason =
  | 'absent'
  | 'link'
  | 'submodule'
  | 'unreadable'
  | 'not-utf8'
  | 'too-large'
  | 'lfs-pointer'
  | 'missing'

export type ReadOutcome =
  | { readonly ok: true; readonly text: string }
  | { readonly ok: false; readonly reason: UnreadableReason }

export type BytesOutcome =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly reason: Exclude<UnreadableReason, 'not-utf8'> }

/**
 * A catalog's files as they are read, wherever they lie: a commit of a repository or a plain folder. Paths are
 * relative to the tree's root, with forward slashes. Nothing in it is ever executed, checked out or followed.
 */
export interface CatalogTree {
  /** Null for a plain folder. */
  readonly commit: string | null
  /** Folder that the catalog is, inside the tree: '' or `some/folder`. Everything else of the tree is context. */
  readonly scope: string
  /** Everything that a catalog's reader may need to know of. */
  readonly entries: ReadonlyMap<string, TreeEntryKind>
  /** Paths that are left out because no catalog can name them: not UTF-8, control characters, `.` and `..`. */
  readonly unusable: readonly string[]
  /** UTF-8 text of at most `maxBytes` bytes, as it lies there. */
  read(path: string, maxBytes: number): Promise<ReadOutcome>
  /** The same of a file that need not be text. */
  readBytes(path: string, maxBytes: number): Promise<BytesOutcome>
  close(): Promise<void>
}

/** A name that can be printed, compared and joined with others without surprises. */
export function isUsablePath(path: string): boolean {
  if (path.length > 1000 || /[\u0000-\u001f\u007f\\\ufffd]/.test(path)) return false
  return path.split('/').every((name) => name !== '' && name !== '.' && name !== '..')
}

/** Strict UTF-8; a byte order mark stays, so that the text equals the bytes. */
export function decodeUtf8(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (error) {
    if (error instanceof TypeError) return null
    throw error
  }
}

/** The text that bytes are, where they are UTF-8. */
export function textOf(outcome: BytesOutcome): ReadOutcome {
  if (!outcome.ok) return outcome
  const text = decodeUtf8(outcome.bytes)
  return text === null ? { ok: false, reason: 'not-utf8' } : { ok: true, text }
}

/** What was read, unless it stands for bytes that lie elsewhere. */
export function bytesOutcome(bytes: Uint8Array): BytesOutcome {
  return isLfsPointer(bytes) ? { ok: false, reason: 'lfs-pointer' } : { ok: true, bytes }
}

/** Git LFS keeps a file's bytes elsewhere and commits this in its place (its specification, version 1). */
function isLfsPointer(bytes: Uint8Array): boolean {
  return bytes.length < 1024 && new TextDecoder().decode(bytes).startsWith(LFS_POINTER)
}

const LFS_POINTER = 'version https://git-lfs.github.com/spec/'

/** `a/b` → `a`, `a` → ''. */
export function parentFolder(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash === -1 ? '' : path.slice(0, slash)
}

export function joinPath(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`
}

/** `folder` and everything around it, from the inside out: `a/b` → `a/b`, `a`, ''. */
export function* foldersUpward(folder: string): Generator<string> {
  let current = folder
  for (;;) {
    yield current
    if (current === '') return
    current = parentFolder(current)
  }
}
