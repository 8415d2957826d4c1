import { TemporaryFolder } from '@rbee/testing'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { listBranches, MAX_BRANCH_LENGTH } from './branches.ts'

let folder: TemporaryFolder
let commit: string
beforeAll(async () => {
  folder = await TemporaryFolder.create()
  await folder.init()
  commit = await folder.commit()
})
afterAll(() => folder[Symbol.asyncDispose]())

const list = () => listBranches({ cwd: folder.path, environment: {}, searchPath: process.env.PATH })

/** Puts references where git keeps them, without the checks of its commands. */
const pack = (refs: readonly string[]) =>
  folder.write({ '.git/packed-refs': refs.map((ref) => `${commit} ${ref}\n`).join('') })

it("lists branches by their names, a clone's by those of its origin, and its own before those", async () => {
  await pack(['refs/heads/worker/a', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/b', 'refs/tags/v1'])
  expect([...(await list())]).toEqual([
    ['b', commit],
    ['main', commit],
    ['worker/a', commit],
  ])
})

it('lists names of which each is a branch, in their order, whatever the references are called', async () => {
  const piece = fc.oneof(
    fc.constantFrom('refs/heads/', 'refs/remotes/origin/', 'refs/', '/', '..', '-', '--upload-pack=x', '@{'),
    fc.constantFrom(
      'HEAD',
      ' ',
      '\t',
      '~',
      '^',
      ':',
      '.lock',
      '\\',
      '\u001b[2J',
      'ä',
      '\ud83d\ude00',
      '$(x)',
    ),
    fc.string({ maxLength: 4 }),
    fc.constant('x'.repeat(200)),
  )
  const ref = fc
    .tuple(fc.constantFrom('refs/heads/', 'refs/remotes/origin/'), fc.array(piece, { maxLength: 4 }))
    .map(([start, pieces]) => start + pieces.join(''))
  await fc.assert(
    fc.asyncProperty(fc.array(ref, { maxLength: 5 }), async (refs) => {
      await pack(refs)
      const branches = await list().catch((error: unknown) => error)
      if (!(branches instanceof Map)) {
        expect(branches).toMatchObject({ code: 'catalog_unreadable' })
        return
      }
      const names = [...branches.keys()]
      expect(names).toEqual(names.toSorted((a, b) => (a < b ? -1 : 1)))
      for (const name of names) {
        expect(branches.get(name)).toBe(commit)
        expect(name.length).toBeLessThanOrEqual(MAX_BRANCH_LENGTH)
        const isThere = name === 'main' || refs.some((one) => one.endsWith(`/${name}`))
        expect(isThere, name).toBe(true)
        expect(name).not.toMatch(/[\u0000- ~^:\\\u007f]|\.\./)
      }
    }),
    { numRuns: 60 },
  )
})
