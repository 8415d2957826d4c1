import type { Database, NeededName } from '@rbee/registry'
import { expect, it } from 'vitest'
import { aWorkerId } from '../../builders.ts'
import { aNameRow, aReleaseRow, aWorkerRow } from '../../rows.ts'

const TARGET = aWorkerId('echo-worker')

export function workerNeeds(fresh: () => Promise<Database>): void {
  async function published(): Promise<Database> {
    const db = await fresh()
    const variant = aNameRow({ name: 'echo-worker-cpu', kind: 'variant', variant: 'cpu' })
    await db.insertRelease(aWorkerRow(), [aNameRow(), variant], aReleaseRow())
    return db
  }
  const needing = (id: string, ...needs: NeededName[]) => ({ worker: aWorkerId(id), revision: 1, needs })
  const run = (name: string): NeededName => ({ name, kind: 'run' })

  it('lead from a worker to those that need it by any of its names, once each', async () => {
    const db = await published()
    const saved = await db.saveNeeds([
      needing('b-worker', run('echo-worker-cpu'), { name: 'echo-worker', kind: 'build' }),
      needing('a-worker', run('echo-worker'), run('python')),
      needing('c-worker', run('python')),
      needing('echo-worker', run('echo-worker')),
    ])
    expect(saved).toBe(true)
    expect(await db.listDependents(TARGET, 10, null)).toEqual({
      dependents: [
        { worker: 'a-worker', kinds: ['run'] },
        { worker: 'b-worker', kinds: ['run', 'build'] },
      ],
      total: 2,
    })
    expect(await db.listDependents(TARGET, 1, aWorkerId('a-worker'))).toMatchObject({
      dependents: [{ worker: 'b-worker' }],
      total: 2,
    })
  })

  it('are replaced as a whole, and say whether anything changed', async () => {
    const db = await published()
    await db.saveNeeds([needing('a-worker', run('echo-worker')), needing('b-worker', run('echo-worker'))])
    expect(await db.saveNeeds([needing('a-worker', run('echo-worker'))])).toBe(false)
    expect(await db.saveNeeds([needing('a-worker')])).toBe(true)
    const { dependents } = await db.listDependents(TARGET, 10, null)
    expect(dependents).toEqual([{ worker: 'b-worker', kinds: ['run'] }])
    expect(await db.saveNeeds([])).toBe(false)
  })

  it('find a worker that comes later', async () => {
    const db = await fresh()
    await db.saveNeeds([needing('a-worker', run('echo-worker'))])
    expect((await db.listDependents(TARGET, 10, null)).total).toBe(0)
    await db.insertRelease(aWorkerRow(), [aNameRow()], aReleaseRow())
    expect((await db.listDependents(TARGET, 10, null)).total).toBe(1)
  })
}
