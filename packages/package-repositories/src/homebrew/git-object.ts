import { createHash } from 'node:crypto'

export type GitObjectType = 'commit' | 'tree' | 'blob'

/** An object of Git with its name: the SHA-1 of its type, length and contents (gitformat-pack, "git hash-object"). */
export interface GitObject {
  readonly id: string
  readonly type: GitObjectType
  readonly body: Uint8Array
}

export function gitObject(type: GitObjectType, body: Uint8Array): GitObject {
  const id = createHash('sha1').update(`${type} ${body.length}\0`).update(body).digest('hex')
  return { id, type, body }
}

export function blobOf(text: string): GitObject {
  return gitObject('blob', new TextEncoder().encode(text))
}

/** A file or a folder inside a tree. */
export interface TreeEntry {
  readonly name: string
  readonly kind: 'file' | 'folder'
  readonly id: string
}

const MODES = { file: '100644', folder: '40000' } as const

export function treeOf(entries: readonly TreeEntry[]): GitObject {
  const sorted = entries.toSorted((a, b) => Buffer.compare(sortKey(a), sortKey(b)))
  return gitObject(
    'tree',
    Buffer.concat(
      sorted.flatMap(({ name, kind, id }) => [
        Buffer.from(`${MODES[kind]} ${name}\0`),
        Buffer.from(id, 'hex'),
      ]),
    ),
  )
}

/** Git compares names of folders as if a slash stood behind them (`base_name_compare`). */
function sortKey({ name, kind }: TreeEntry): Buffer {
  return Buffer.from(kind === 'folder' ? `${name}/` : name)
}

/** @returns null for a tree that {@link treeOf} does not write. */
export function parseTree(body: Uint8Array): TreeEntry[] | null {
  const bytes = Buffer.from(body)
  const entries: TreeEntry[] = []
  for (let start = 0; start < bytes.length; ) {
    const end = bytes.indexOf(0, start)
    const head = end === -1 ? null : /^(100644|40000) (.+)$/s.exec(bytes.toString('utf8', start, end))
    if (head === null || end + 21 > bytes.length) return null
    const id = bytes.toString('hex', end + 1, end + 21)
    entries.push({ name: `${head[2]}`, kind: head[1] === MODES.file ? 'file' : 'folder', id })
    start = end + 21
  }
  return entries
}

export interface Commit {
  readonly tree: string
  readonly parent: string | null
  /** In seconds since the epoch. */
  readonly time: number
  readonly message: string
}

const AUTHOR = 'rbee Worker Catalog <catalog@rbee.invalid>'

export function commitOf({ tree, parent, time, message }: Commit): GitObject {
  const lines = [
    `tree ${tree}`,
    ...(parent === null ? [] : [`parent ${parent}`]),
    `author ${AUTHOR} ${time} +0000`,
    `committer ${AUTHOR} ${time} +0000`,
  ]
  return gitObject('commit', new TextEncoder().encode(`${lines.join('\n')}\n\n${message}\n`))
}

/** @returns null for a commit that {@link commitOf} does not write. */
export function parseCommit(body: Uint8Array): Commit | null {
  const text = Buffer.from(body).toString('utf8')
  const found =
    /^tree ([0-9a-f]{40})\n(?:parent ([0-9a-f]{40})\n)?author [^\n]* \d+ \+0000\ncommitter [^\n]* (\d+) \+0000\n\n(.*)\n$/s.exec(
      text,
    )
  if (found === null) return null
  return {
    tree: `${found[1]}`,
    parent: found[2] ?? null,
    time: Number(found[3]),
    message: `${found[4]}`,
  }
}
