import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { contentsOf, replaceFile } from '../files/whole-file.ts'
import { blobOf, commitOf, type GitObject, parseCommit, parseTree, treeOf } from './git-object.ts'
import { damaged, type ObjectStore, openObjectStore, type StoreSurroundings } from './object-store.ts'

const BRANCH = 'refs/heads/main'
/** 1980-01-01T00:00:00Z, for a tap that never held anything. */
const EARLIEST_TIME = 315_532_800
/** Changes that a commit's message names. */
const CHANGES_NAMED = 100

/** A formula of a tap. */
export interface TapFormula {
  /** Its name: a worker's id. */
  readonly id: string
  readonly version: string
  readonly text: string
  /** When its release was published, in seconds since the epoch. */
  readonly publishedAt: number
}

export interface TapReport {
  readonly commit: string
  readonly formulas: number
  /** Whether this run made the commit. */
  readonly changed: boolean
}

/**
 * Brings a tap, a bare Git repository that any web server can serve, up to these formulas. A change is a commit upon the one
 * that was there before, so that who pulls is only ever led forward. What is there is replaced last, in one step; the same
 * formulas change nothing.
 *
 * Commits follow from the formulas and from what was there before: their time is that of the newest release.
 *
 * Fails with `state_damaged` where the history that is there cannot be read.
 */
export async function updateTap(
  repository: string,
  formulas: readonly TapFormula[],
  around: StoreSurroundings,
): Promise<TapReport> {
  const sorted = formulas.toSorted((a, b) => (a.id < b.id ? -1 : 1))
  await mkdir(join(repository, 'refs', 'heads'), { recursive: true })
  await mkdir(join(repository, 'info'), { recursive: true })
  const store = await openObjectStore(repository, around)
  const before = await readTip(repository, store)
  const objects = treesOf(sorted)
  const changed = before?.tree !== objects.root.id
  let tip = before?.commit ?? ''
  if (changed) {
    const commit = commitOf({
      tree: objects.root.id,
      parent: before?.commit ?? null,
      time: Math.max(before?.time ?? EARLIEST_TIME, newestOf(sorted)),
      message: messageOf(before?.formulas ?? new Map(), sorted, objects.blobs),
    })
    await store.add([...objects.blobs.values(), ...objects.trees, objects.readme, commit])
    tip = commit.id
  }
  await store.consolidate(() => reachableFrom(repository, store, tip))
  await writeReferences(repository, tip, around)
  return { commit: tip, formulas: formulas.length, changed }
}

interface Tip {
  readonly commit: string
  readonly tree: string
  readonly time: number
  /** Ids of blobs by names of formulas. */
  readonly formulas: ReadonlyMap<string, string>
}

/** What was there before; null for a new repository. */
async function readTip(repository: string, store: ObjectStore): Promise<Tip | null> {
  const reference = await contentsOf(join(repository, BRANCH))
  if (reference === null) return null
  const id = /^([0-9a-f]{40})\n$/.exec(reference.toString('utf8'))?.[1]
  if (id === undefined) throw damaged(repository, `${BRANCH} names no commit`)
  const { tree, time } = await readCommit(repository, store, id)
  const folder = (await readTree(repository, store, tree)).find(({ name }) => name === FORMULAS)
  const files = folder === undefined ? [] : await readTree(repository, store, folder.id)
  return {
    commit: id,
    tree,
    time,
    formulas: new Map(files.map((file) => [file.name.replace(/\.rb$/, ''), file.id])),
  }
}

async function readCommit(repository: string, store: ObjectStore, id: string) {
  const commit = parseCommit((await store.read(id, 'commit')).body)
  if (commit === null) throw damaged(repository, `the commit ${id} is not one of a tap`)
  return commit
}

async function readTree(repository: string, store: ObjectStore, id: string) {
  const entries = parseTree((await store.read(id, 'tree')).body)
  if (entries === null) throw damaged(repository, `the tree ${id} is not one of a tap`)
  return entries
}

const FORMULAS = 'Formula'
const README = `# rbee workers

Formulas of the workers of a catalog, made by the catalog itself.

    brew tap rbee/workers ADDRESS-OF-THIS-REPOSITORY
    brew install rbee/workers/WORKER
`

/** Not by spreading them: a call takes no ten thousands of arguments on every machine. */
function newestOf(formulas: readonly TapFormula[]): number {
  return formulas.reduce((newest, { publishedAt }) => Math.max(newest, publishedAt), EARLIEST_TIME)
}

interface TapObjects {
  readonly root: GitObject
  /** The root and, where there are formulas, their folder: Git has no empty ones. */
  readonly trees: readonly GitObject[]
  readonly readme: GitObject
  /** By names of formulas. */
  readonly blobs: ReadonlyMap<string, GitObject>
}

function treesOf(formulas: readonly TapFormula[]): TapObjects {
  const blobs = new Map(formulas.map(({ id, text }) => [id, blobOf(text)]))
  const readme = blobOf(README)
  const folder = treeOf([...blobs].map(([name, { id }]) => ({ name: `${name}.rb`, kind: 'file', id })))
  const folders = blobs.size === 0 ? [] : [folder]
  const root = treeOf([
    ...folders.map(({ id }) => ({ name: FORMULAS, kind: 'folder', id }) as const),
    { name: 'README.md', kind: 'file', id: readme.id },
  ])
  return { root, trees: [root, ...folders], readme, blobs }
}

function messageOf(
  before: ReadonlyMap<string, string>,
  formulas: readonly TapFormula[],
  blobs: ReadonlyMap<string, GitObject>,
): string {
  const set = formulas
    .filter(({ id }) => before.get(id) !== blobs.get(id)?.id)
    .map(({ id, version }) => `${id} ${version}`)
  const removed = [...before.keys()].filter((id) => !blobs.has(id)).map((id) => `${id}: removed`)
  const changes = [...set, ...removed]
  const [only] = changes
  if (only !== undefined && changes.length === 1) return only
  const named = changes.slice(0, CHANGES_NAMED)
  const rest = changes.length > named.length ? [`and ${changes.length - named.length} more`] : []
  return [`${changes.length} formulas`, '', ...named, ...rest].join('\n').trimEnd()
}

/** Every object of the history. Ids are followed in memory: a history of formulas is small. */
async function reachableFrom(repository: string, store: ObjectStore, tip: string): Promise<GitObject[]> {
  const found = new Map<string, GitObject>()
  const visitTree = async (id: string): Promise<void> => {
    if (found.has(id)) return
    found.set(id, await store.read(id, 'tree'))
    for (const entry of await readTree(repository, store, id)) {
      if (entry.kind === 'folder') await visitTree(entry.id)
      else if (!found.has(entry.id)) found.set(entry.id, await store.read(entry.id, 'blob'))
    }
  }
  for (let id: string | null = tip; id !== null; ) {
    found.set(id, await store.read(id, 'commit'))
    const { tree, parent } = await readCommit(repository, store, id)
    await visitTree(tree)
    id = parent
  }
  return [...found.values()]
}

/** What makes a folder a bare repository, and `info/refs`, from which clients over HTTP learn of the branch, last. */
async function writeReferences(
  repository: string,
  tip: string,
  { scratch, clock }: StoreSurroundings,
): Promise<void> {
  const files = {
    config: '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n',
    HEAD: `ref: ${BRANCH}\n`,
    [BRANCH]: `${tip}\n`,
    'info/refs': `${tip}\t${BRANCH}\n`,
  }
  for (const [name, text] of Object.entries(files)) {
    await replaceFile(join(repository, name), text, { temporary: join(scratch, 'reference'), now: clock() })
  }
}
