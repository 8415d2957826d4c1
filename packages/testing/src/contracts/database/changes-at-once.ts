import type { Database } from '@rbee/registry'
import { expect, it } from 'vitest'
import { aManifest, aReleaseInput, aSha256, aWorkerId } from '../../builders.ts'
import { aNameRow, aRecipeRow, aReleaseRow, aWorkerRow, saveRecipe } from '../../rows.ts'

const MANY = Array.from({ length: 10 }, (_, index) => index)

export function changesAtOnce(fresh: () => Promise<Database>): void {
  it('give a name to exactly one of many workers', async () => {
    const db = await fresh()
    const answers = await Promise.all(
      MANY.map((index) => {
        const id = aWorkerId(`worker-${index}`)
        const names = [aNameRow({ worker: id }), aNameRow({ name: 'wanted', worker: id, kind: 'alias' })]
        return saveRecipe(db, aWorkerRow({ id }), names, aRecipeRow({ worker: id }))
      }),
    )
    const winner = answers.findIndex(({ conflict }) => conflict === null)
    expect(answers.filter(({ conflict }) => conflict === null)).toHaveLength(1)
    expect((await db.findNames(['wanted']))[0]?.worker).toBe(`worker-${winner}`)
    expect(await db.listWorkerNames()).toHaveLength(1)
  })

  it('insert exactly one of many releases of the same version', async () => {
    const db = await fresh()
    const answers = await Promise.all(
      MANY.map((index) => {
        const input = aReleaseInput({ readme: `release ${index}` })
        const release = aReleaseRow({ input, identity: aSha256(index) })
        return db.insertRelease(aWorkerRow({ owner: `token:${index}` }), [aNameRow()], release)
      }),
    )
    const winner = answers.findIndex(({ outcome }) => outcome === 'inserted')
    expect(answers.filter(({ outcome }) => outcome === 'inserted')).toHaveLength(1)
    const record = await db.getWorker(aWorkerId())
    expect(record?.worker.owner).toBe(`token:${winner}`)
    expect(record?.releases.map(({ identity }) => identity)).toEqual([aSha256(winner)])
    expect(record?.releases[0]?.input.readme).toBe(`release ${winner}`)
  })

  it('let a recipe and a release compete for one name', async () => {
    const db = await fresh()
    const other = aWorkerId('other-worker')
    const input = aReleaseInput({ manifest: aManifest({ id: other }) })
    const contested = (worker: ReturnType<typeof aWorkerId>) => [
      aNameRow({ worker }),
      aNameRow({ name: 'contested', worker, kind: 'alias' }),
    ]
    const [recipe, release] = await Promise.all([
      saveRecipe(db, aWorkerRow(), contested(aWorkerId()), aRecipeRow()),
      db.insertRelease(aWorkerRow({ id: other }), contested(other), aReleaseRow({ input })),
    ])
    expect([recipe.conflict, release.conflict].filter((conflict) => conflict === null)).toHaveLength(1)
    expect(release.outcome).toBe(release.conflict === null ? 'inserted' : 'exists')
  })
}
