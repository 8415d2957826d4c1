import { mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { RbeeError } from '@rbee/schema'
import { contentsOf, replaceFile } from '../files/whole-file.ts'
import type { GitObject, GitObjectType } from './git-object.ts'
import { packOf, readIndex, readPacked } from './pack.ts'

/** Whoever clones asks for the index of every pack, so that there are put together to one beyond this number. */
const PACKS_MAX = 24

export interface StoreSurroundings {
  /** For files that are not complete yet; on the same file system. */
  readonly scratch: string
  readonly clock: () => number
}

/** The objects of a bare repository, all of which lie in packs. */
export interface ObjectStore {
  /** Fails with `state_damaged` where it is not there as it should be. */
  read(id: string, type: GitObjectType): Promise<GitObject>
  /** Adds objects in one pack; those that are there already are passed over. They can be read by clients at once. */
  add(objects: readonly GitObject[]): Promise<void>
  /** Puts everything that `reachable` names into one pack, if there are many packs. */
  consolidate(reachable: () => Promise<readonly GitObject[]>): Promise<void>
}

interface OpenPack {
  readonly offsets: ReadonlyMap<string, number>
  contents: Buffer | null
}

/**
 * Opens the objects of a repository, and makes the folders of a new one. Packs that the list of packs does not name any more
 * are removed: they were put together before, and who was reading them then has finished.
 */
export async function openObjectStore(repository: string, around: StoreSurroundings): Promise<ObjectStore> {
  const folder = join(repository, 'objects', 'pack')
  const list = join(repository, 'objects', 'info', 'packs')
  await mkdir(folder, { recursive: true })
  await mkdir(join(repository, 'objects', 'info'), { recursive: true })
  const packs = new Map<string, OpenPack>()
  const listed = new Set((await contentsOf(list))?.toString('utf8').match(/pack-[0-9a-f]{40}/g))
  for (const file of await readdir(folder)) {
    const name = file.replace(/\.(?:pack|idx)$/, '')
    if (!listed.has(name)) await rm(join(folder, file))
    else if (file.endsWith('.idx')) packs.set(name, { offsets: await offsetsOf(file), contents: null })
  }

  async function offsetsOf(file: string): Promise<ReadonlyMap<string, number>> {
    const index = await contentsOf(join(folder, file))
    const offsets = index && readIndex(index)
    if (!offsets) throw damaged(repository, `${file} is not an index`)
    return offsets
  }

  async function write(name: string, bytes: Uint8Array | string, path: string): Promise<void> {
    await replaceFile(path, bytes, { temporary: join(around.scratch, name), now: around.clock() })
  }

  async function addPack(objects: readonly GitObject[]): Promise<string> {
    const { name, pack, index } = await packOf(objects)
    // The index last: a pack is looked for where there is an index.
    await write('pack', pack, join(folder, `${name}.pack`))
    await write('index', index, join(folder, `${name}.idx`))
    packs.set(name, { offsets: readIndex(index) ?? new Map(), contents: pack })
    return name
  }

  async function writeList(): Promise<void> {
    const names = [...packs.keys()].toSorted()
    await write('packs', `${names.map((name) => `P ${name}.pack\n`).join('')}\n`, list)
  }

  const has = (id: string) => [...packs.values()].some(({ offsets }) => offsets.has(id))

  return {
    async read(id, type) {
      for (const [name, pack] of packs) {
        const offset = pack.offsets.get(id)
        if (offset === undefined) continue
        pack.contents ??= await contentsOf(join(folder, `${name}.pack`))
        const object = pack.contents && readPacked(pack.contents, offset)
        if (object?.id === id && object.type === type) return object
      }
      throw damaged(repository, `the ${type} ${id} is missing or damaged`)
    },
    async add(objects) {
      const added = new Map(objects.filter(({ id }) => !has(id)).map((object) => [object.id, object]))
      if (added.size > 0) await addPack([...added.values()])
      await writeList()
    },
    async consolidate(reachable) {
      if (packs.size <= PACKS_MAX) return
      const whole = await addPack(await reachable())
      for (const name of [...packs.keys()]) if (name !== whole) packs.delete(name)
      await writeList()
    },
  }
}

export function damaged(repository: string, what: string): RbeeError {
  return new RbeeError('state_damaged', `${repository} is damaged: ${what}`, {
    next: `remove ${repository}; the next build begins a new history, and users have to untap and tap again`,
  })
}
