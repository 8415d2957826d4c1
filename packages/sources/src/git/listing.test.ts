import { createHash } from 'node:crypto'
import { deflateSync } from 'node:zlib'
import { TemporaryFolder } from '@rbee/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isUsablePath } from '../tree/catalog-tree.ts'
import { listCommit, listNames } from './listing.ts'
import { openRepository } from './repository.ts'

let folder: TemporaryFolder
beforeAll(async () => {
  folder = await TemporaryFolder.create()
  await folder.init()
})
afterAll(() => folder[Symbol.asyncDispose]())

async function store(type: string, bytes: Uint8Array): Promise<string> {
  const object = Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes])
  const hash = createHash('sha1').update(object).digest('hex')
  await folder.write({ [`.git/objects/${hash.slice(0, 2)}/${hash.slice(2)}`]: deflateSync(object) })
  return hash
}

/** A commit of files with these very names, which git itself would refuse to make. */
async function commitNamed(names: readonly Buffer[]): Promise<string> {
  const blob = await store('blob', Buffer.from('x'))
  const rows = names.flatMap((name) => [
    Buffer.from('100644 '),
    name,
    Buffer.from([0]),
    Buffer.from(blob, 'hex'),
  ])
  const tree = await store('tree', Buffer.concat(rows))
  const who = 'a <a@example.com> 1767225600 +0000'
  return store('commit', Buffer.from(`tree ${tree}\nauthor ${who}\ncommitter ${who}\n\nx\n`))
}

it('tells names that a catalog can use from all others, whatever bytes they are', async () => {
  const name = fc
    .oneof(
      fc.uint8Array({ minLength: 1, maxLength: 12 }).map((bytes) => Buffer.from(bytes)),
      fc.string({ minLength: 1 }).map((text) => Buffer.from(text)),
      fc
        .constantFrom(
          'worker.toml',
          '..',
          '.',
          '.git',
          'a\tb',
          'a\nb',
          '"q"',
          'a b',
          '\ufeffx',
          'ä',
          '../../x',
        )
        .map((text) => Buffer.from(text)),
    )
    .filter((bytes) => bytes.length > 0 && !bytes.includes(0))
  await fc.assert(
    fc.asyncProperty(fc.array(name, { maxLength: 5 }), async (names) => {
      const commit = await commitNamed(names)
      const repository = await openRepository(folder.path, commit, { searchPath: process.env.PATH })
      if (repository === null) throw new Error('there is a repository')
      try {
        const { entries, unusable } = await listCommit(repository, [])
        for (const path of entries.keys()) expect(isUsablePath(path)).toBe(true)
        const told = [...[...entries.keys()].map((path) => Buffer.from(path).toString('latin1')), ...unusable]
        const stored = names.map((bytes) => bytes.toString('latin1'))
        expect([...new Set(told)].toSorted()).toEqual([...new Set(stored)].toSorted())
        const listed = (await listNames(repository)).toString('latin1').split('\0').slice(0, -1)
        expect(listed.toSorted()).toEqual(stored.toSorted())
      } finally {
        await repository.close()
      }
    }),
    { numRuns: 25 },
  )
})
