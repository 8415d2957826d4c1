import { decodeUtf8, isUsablePath } from '../tree/catalog-tree.ts'
import { type GitEntry, kindOfMode } from './listing.ts'
import type { ObjectReader } from './object-reader.ts'

/** In bytes; messages of commits are seldom longer than a few KiB. */
const COMMIT_MAX_BYTES = 256 * 1024
/** In bytes: some ten thousand entries of one folder. */
const TREE_MAX_BYTES = 1024 * 1024

/** What a commit says, as far as it is needed. */
export interface Commit {
  readonly hash: string
  readonly tree: string
  /** The first parent; null for the first commit of a history. */
  readonly parent: string | null
  /** In milliseconds since the epoch. */
  readonly committedAt: number
}

/** Reads a commit; null where it is missing (a shallow clone), is no commit, or is too large. */
export async function readCommit(objects: ObjectReader, hash: string): Promise<Commit | null> {
  const bytes = await objects.read('commit', hash, COMMIT_MAX_BYTES)
  if (typeof bytes === 'string') return null
  const headerEnd = bytes.indexOf('\n\n')
  const header = bytes.toString('latin1', 0, headerEnd === -1 ? bytes.length : headerEnd)
  const tree = /^tree ([0-9a-f]{40,64})$/m.exec(header)?.[1]
  if (tree === undefined) return null
  const seconds = Number(/^committer .* (\d{1,12}) [+-]\d{4}$/m.exec(header)?.[1] ?? 0)
  return {
    hash,
    tree,
    parent: /^parent ([0-9a-f]{40,64})$/m.exec(header)?.[1] ?? null,
    committedAt: seconds * 1000,
  }
}

/** Reads what lies directly in a tree, folders left out; null where the tree is missing, damaged or too large. */
export async function readTree(
  objects: ObjectReader,
  hash: string,
): Promise<ReadonlyMap<string, GitEntry> | null> {
  const records = await readRecords(objects, hash)
  if (records === null) return null
  const files = records.filter(({ mode }) => mode !== FOLDER_MODE)
  return new Map(files.map(({ mode, name, hash }) => [name, { kind: kindOfMode(mode), hash }]))
}

/** Finds what a commit holds at a path of several names, by its folders; undefined where that is nothing, or a folder. */
export async function findInFolders(
  objects: ObjectReader,
  commit: string,
  path: string,
): Promise<GitEntry | undefined> {
  const names = path.split('/')
  const name = names.pop()
  let tree = (await readCommit(objects, commit))?.tree
  for (const folder of names) {
    const records = tree === undefined ? null : await readRecords(objects, tree)
    tree = records?.find((record) => record.mode === FOLDER_MODE && record.name === folder)?.hash
  }
  const entries = tree === undefined ? null : await readTree(objects, tree)
  return name === undefined ? undefined : entries?.get(name)
}

interface TreeRecord {
  readonly mode: string
  readonly name: string
  readonly hash: string
}

/** Names that no catalog can name are left out. */
async function readRecords(objects: ObjectReader, hash: string): Promise<readonly TreeRecord[] | null> {
  const bytes = await objects.read('tree', hash, TREE_MAX_BYTES)
  if (typeof bytes === 'string') return null
  const hashLength = hash.length / 2
  const records: TreeRecord[] = []
  for (let start = 0; start < bytes.length; ) {
    const blank = bytes.indexOf(0x20, start)
    const nul = bytes.indexOf(0x00, blank)
    const end = nul + 1 + hashLength
    if (blank === -1 || nul === -1 || end > bytes.length) return null
    const mode = bytes.toString('latin1', start, blank).padStart(6, '0')
    const name = decodeUtf8(bytes.subarray(blank + 1, nul))
    if (name !== null && isUsablePath(name)) {
      records.push({ mode, name, hash: bytes.toString('hex', nul + 1, end) })
    }
    start = end
  }
  return records
}

const FOLDER_MODE = '040000'
