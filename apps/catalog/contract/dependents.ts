import { dependentsSchema } from '@rbee/schema'
import { aCatalogEntry, aManifest, aReleaseInput, artifactOf } from '@rbee/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { publish, type Samples, syncEntries } from './sample-workers.ts'
import { expectJson, expectProblem, type Opened } from './subject.ts'

const NEEDED = 'needed-worker'

/** Which workers need a worker. */
export function dependents(subject: Opened, samples: () => Samples): void {
  describe('the dependents of a worker', () => {
    const list = async (query = '', id = NEEDED) =>
      expectJson(await subject().fetch(`/v1/workers/${id}/dependents${query}`), 200, dependentsSchema)
    const publishNeeding = (id: string, runtime: string[]) => {
      const manifest = aManifest({
        id,
        name: `<i>${id}</i>`,
        dependencies: { runtime },
        binary_name: 'echo-worker',
      })
      const artifacts = [artifactOf([samples().zstd])]
      return publish(subject(), samples().publishToken, aReleaseInput({ manifest, artifacts }))
    }
    const recipe = aCatalogEntry({
      manifest: aManifest({ id: 'packaged-needing-worker' }),
      source: 'community',
      layout: 'folder',
      pkgbuild: 'pkgname=packaged-needing-worker\n',
      srcinfo: `pkgbase = packaged-needing-worker\n\tmakedepends = ${NEEDED}>=1.0\n`,
    })

    beforeAll(async () => {
      await publishNeeding(NEEDED, [])
      await publishNeeding('first-needing-worker', [`${NEEDED}-cpu >= 1.0`, 'cuda'])
      await publishNeeding('other-needing-worker', [`Something like ${NEEDED}`])
      await syncEntries(subject(), 'needing', [recipe])
    })

    it('name it, one of its variants, or its package', async () => {
      const { worker, total, dependents, next_cursor } = await list()
      expect({ worker, total, next_cursor }).toEqual({ worker: NEEDED, total: 2, next_cursor: null })
      expect(dependents.map(({ id, kinds }) => [id, kinds])).toEqual([
        ['first-needing-worker', ['run']],
        ['packaged-needing-worker', ['build']],
      ])
      expect(await list('', `${NEEDED}-cpu`)).toEqual(await list())
    })

    it('come in pages', async () => {
      const first = await list('?limit=1')
      expect(first.dependents.map(({ id }) => id)).toEqual(['first-needing-worker'])
      const second = await list(`?limit=1&cursor=${first.next_cursor}`)
      expect(second).toMatchObject({ dependents: [{ id: 'packaged-needing-worker' }], next_cursor: null })
    })

    it('are none of a worker because of a word for hardware', async () => {
      expect(await list('', 'cuda')).toMatchObject({ worker: 'llm-worker', dependents: [], total: 0 })
    })

    it('stand on a page of their own', async () => {
      const html = await (await subject().fetch(`/worker/${NEEDED}/dependents`)).text()
      expect(html).toContain('2 workers need it')
      expect(html).toContain('&lt;i&gt;first-needing-worker&lt;/i&gt;')
      expect(html).not.toContain('other-needing-worker')
      const none = await (await subject().fetch('/worker/echo-worker/dependents')).text()
      expect(none).toContain('No dependents')
    })

    it.each([
      ['/v1/workers/nobody/dependents', 404, 'worker_not_found'],
      [`/v1/workers/${NEEDED}/dependents?cursor=%00`, 400, 'invalid_cursor'],
      [`/v1/workers/${NEEDED}/dependents?limit=0`, 400, 'invalid_limit'],
      [`/worker/${NEEDED}/dependents?cursor=nonsense`, 400, 'invalid_cursor'],
    ])('are not at %s: %i %s', async (path, status, code) => {
      await expectProblem(await subject().fetch(path), status, code)
    })

    it('end with the worker that needed it', async () => {
      await syncEntries(subject(), 'needing', [])
      expect((await list()).dependents.map(({ id }) => id)).toEqual(['first-needing-worker'])
    })
  })
}
