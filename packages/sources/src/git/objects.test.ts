import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { TemporaryFolder } from '@rbee/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { isUsablePath } from '../tree/catalog-tree.ts'
import { ObjectReader } from './object-reader.ts'
import { readCommit, readTree } from './objects.ts'

let folder: TemporaryFolder
let objects: ObjectReader
beforeAll(async () => {
  folder = await TemporaryFolder.create()
  await folder.init()
  objects = new ObjectReader({ cwd: folder.path, environment: {}, searchPath: process.env.PATH })
})
afterAll(async () => {
  objects.close()
  await folder[Symbol.asyncDispose]()
})

/** Puts an object into the repository as no command of git would: whatever its bytes are. */
async function store(type: 'tree' | 'commit', bytes: Uint8Array): Promise<string> {
  const object = Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes])
  const hash = createHash('sha1').update(object).digest('hex')
  await folder.write({ [`.git/objects/${hash.slice(0, 2)}/${hash.slice(2)}`]: deflateSync(object) })
  return hash
}

const HASH = 'ab'.repeat(20)
const mode = fc.constantFrom('100644', '100755', '120000', '160000', '40000', '040000', '0', '', '9', '1e5')
const name = fc.oneof(
  fc.constantFrom('worker.toml', '..', '.', '', 'a/b', '../x', 'a\n', 'a\\b', '__proto__', 'ä', '.git'),
  fc.string(),
)
const entries = fc.array(fc.tuple(mode, name), { maxLength: 6 })
const treeBytes = (list: readonly (readonly [string, string])[]) =>
  Buffer.concat(
    list.map(([bits, file]) => Buffer.concat([Buffer.from(`${bits} ${file}\0`), Buffer.from(HASH, 'hex')])),
  )

/** Some of the bytes, and others in their place. */
const damage = fc.tuple(
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.nat(30),
  fc.uint8Array({ maxLength: 8 }),
)
function damaged(bytes: Buffer, [where, cut, put]: [number, number, Uint8Array]): Buffer {
  const at = Math.floor(where * bytes.length)
  return Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + cut)])
}

describe('a tree', () => {
  it('shows the files whose names a catalog can use, and no others', async () => {
    await fc.assert(
      fc.asyncProperty(
        entries.filter((list) => list.every(([, file]) => !file.includes('\0'))),
        async (list) => {
          const read = await readTree(objects, await store('tree', treeBytes(list)))
          const files = list.filter(
            ([bits, file]) => bits.padStart(6, '0') !== '040000' && isUsablePath(file),
          )
          expect([...(read?.keys() ?? [])].toSorted()).toEqual(
            [...new Set(files.map(([, file]) => file))].toSorted(),
          )
          for (const entry of read?.values() ?? []) expect(entry.hash).toBe(HASH)
        },
      ),
    )
  })

  it('that is damaged is none, or has usable names and whole hashes', async () => {
    await fc.assert(
      fc.asyncProperty(entries, damage, async (list, change) => {
        const read = await readTree(objects, await store('tree', damaged(treeBytes(list), change)))
        for (const [path, entry] of read ?? []) {
          expect(isUsablePath(path)).toBe(true)
          expect(entry.hash).toMatch(/^[0-9a-f]{40}$/)
        }
      }),
    )
  })
})

describe('a commit', () => {
  const WHOLE = Buffer.from(
    `tree ${HASH}\nparent ${'cd'.repeat(20)}\nauthor a <a> 1 +0000\ncommitter c <c> 1767225600 +0000\n\ntree ${'ef'.repeat(20)}\n`,
  )

  it('tells its tree, its parent and its time', async () => {
    expect(await readCommit(objects, await store('commit', WHOLE))).toMatchObject({
      tree: HASH,
      parent: 'cd'.repeat(20),
      committedAt: 1_767_225_600_000,
    })
  })

  it('that is damaged is none, or tells hashes and a time that a date can hold', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      damage.map((change) => damaged(WHOLE, change)),
    )
    await fc.assert(
      fc.asyncProperty(bytes, async (hostile) => {
        const read = await readCommit(objects, await store('commit', hostile))
        if (read === null) return
        expect(read.tree).toMatch(/^[0-9a-f]{40,64}$/)
        expect(read.parent ?? HASH).toMatch(/^[0-9a-f]{40,64}$/)
        expect(Number.isNaN(new Date(read.committedAt).getTime())).toBe(false)
      }),
    )
  })
})
