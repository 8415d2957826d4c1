import {
  catalogStatusSchema,
  legacyWorkerListSchema,
  legacyWorkerSchema,
  releaseDocumentSchema,
  versionsDocumentSchema,
  workerChecksSchema,
  workerDocumentSchema,
  workerListSchema,
} from '@rbee/schema'
import { describe, expect, it } from 'vitest'
import { ECHO_WORKER, SOURCE_WORKER } from './sample-workers.ts'
import { expectJson, expectProblem, type Opened } from './subject.ts'

export function documentReads(subject: Opened): void {
  const json = async <Schema extends Parameters<typeof expectJson>[2]>(path: string, schema: Schema) =>
    expectJson(await subject().fetch(path), 200, schema)

  describe('lists of workers', () => {
    it('are sorted and complete', async () => {
      const list = await json('/v1/workers', workerListSchema)
      expect(list.workers.map(({ id }) => id)).toEqual(
        expect.arrayContaining(['echo-worker', 'llm-worker', 'source-worker']),
      )
      expect(list.workers.map(({ id }) => id)).toEqual(list.workers.map(({ id }) => id).toSorted())
      expect(list.total).toBe(list.workers.length)
      expect(list.next_cursor).toBeNull()
    })

    it('come in pages', async () => {
      const all = await json('/v1/workers', workerListSchema)
      const seen: string[] = []
      let cursor: string | null = null
      do {
        const page: typeof all = await json(
          `/v1/workers?limit=1${cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`}`,
          workerListSchema,
        )
        expect(page.workers).toHaveLength(1)
        seen.push(...page.workers.map(({ id }) => id))
        cursor = page.next_cursor
      } while (cursor !== null)
      expect(seen).toEqual(all.workers.map(({ id }) => id))
    })

    it('hold one entry per variant for clients of earlier catalogs', async () => {
      const { workers } = await json('/workers', legacyWorkerListSchema)
      expect(workers.map(({ id }) => id)).toEqual(
        expect.arrayContaining(['llm-worker-cpu', 'llm-worker-cuda', 'source-worker']),
      )
    })

    it.each([
      ['/v1/workers?limit=0', 'invalid_limit'],
      ['/v1/workers?limit=201', 'invalid_limit'],
      ['/v1/workers?limit=1.5', 'invalid_limit'],
      ['/v1/workers?limit=', 'invalid_limit'],
      ['/v1/workers?limit=1&limit=2', 'invalid_limit'],
      ['/v1/workers?cursor=', 'invalid_cursor'],
      ['/v1/workers?cursor=%00', 'invalid_cursor'],
      [`/v1/workers?cursor=${'a'.repeat(400)}`, 'invalid_cursor'],
    ])('refuse %s', async (path, code) => {
      await expectProblem(await subject().fetch(path), 400, code)
    })
  })

  describe('a worker', () => {
    it('is described with its latest release', async () => {
      const worker = await json('/v1/workers/llm-worker', workerDocumentSchema)
      expect(worker).toMatchObject({
        id: 'llm-worker',
        version: '0.2.0',
        source: 'official',
        platforms: [
          { os: 'linux', arch: 'x86_64' },
          { os: 'linux', arch: 'aarch64' },
        ],
        versions_url: '/v1/workers/llm-worker/versions',
        pkgbuild_url: null,
      })
      expect(worker.variants.map(({ id }) => id)).toEqual(['llm-worker-cuda', 'llm-worker-cpu'])
    })

    it.each(['llm-worker-cuda', 'llm-worker-rbee', 'llm-worker-rbee-cpu', 'cpu', 'cuda'])(
      'is found as %s',
      async (address) => {
        const worker = await json(`/v1/workers/${address}`, workerDocumentSchema)
        expect(worker.id).toBe('llm-worker')
      },
    )

    it('is found through the address of a variant by clients of earlier catalogs', async () => {
      const entry = await json('/workers/llm-worker-rbee-cuda', legacyWorkerSchema)
      expect(entry).toMatchObject({ id: 'llm-worker-cuda', worker_type: 'cuda', workerType: 'cuda' })
      expect(await json('/workers/llm-worker', legacyWorkerSchema)).toMatchObject({ worker_type: 'cpu' })
    })

    it('lists its releases', async () => {
      const versions = await json(`/v1/workers/${ECHO_WORKER}/versions`, versionsDocumentSchema)
      expect(versions).toMatchObject({ worker: ECHO_WORKER, latest: '1.0.0', versions: ['1.0.0'] })
    })

    it('gives its latest release under that name', async () => {
      const latest = await json(`/v1/workers/${ECHO_WORKER}/latest`, releaseDocumentSchema)
      expect(latest).toEqual(await json(`/v1/workers/${ECHO_WORKER}/1.0.0`, releaseDocumentSchema))
    })

    it('gives its README as Markdown', async () => {
      const response = await subject().fetch('/v1/workers/llm-worker/readme')
      expect(response.headers.get('content-type')).toBe('text/markdown; charset=utf-8')
      expect(await response.text()).toBe('# LLM worker\n')
    })

    it('says who stands behind it, as far as the registry itself knows', async () => {
      const of = async (id: string) => (await json(`/v1/workers/${id}`, workerDocumentSchema)).publisher
      expect(await of('llm-worker')).toEqual({
        ...{ id: 'official', name: 'rbee', kind: 'official', verified: true },
      })
      expect(await of('source-worker')).toMatchObject({ kind: 'catalog', name: 'samples', verified: false })
      const token = await of(ECHO_WORKER)
      expect(token).toMatchObject({ kind: 'token', verified: false })
      const answer = await subject().fetch(`/v1/publishers/${token?.id}`)
      expect(await answer.text()).toContain(ECHO_WORKER)
      const page = await (await subject().fetch(`/worker/${ECHO_WORKER}`)).text()
      expect(page).toContain(`<a href="/publisher/${token?.id}">${token?.name}</a>`)
    })

    it('gives its changelog as Markdown, also under the id of a variant', async () => {
      const worker = await json('/v1/workers/llm-worker', workerDocumentSchema)
      expect(worker.changelog_url).toBe('/v1/workers/llm-worker/changelog')
      for (const id of ['llm-worker', 'llm-worker-cuda']) {
        const response = await subject().fetch(`/v1/workers/${id}/changelog`)
        expect(response.headers.get('content-type')).toBe('text/markdown; charset=utf-8')
        expect(await response.text()).toContain('## [0.2.0] - 2026-10-01')
      }
    })

    it('gives what the checker found in its texts', async () => {
      const checks = await json('/v1/workers/source-worker/checks', workerChecksSchema)
      expect(checks).toMatchObject({ worker: 'source-worker', version: '1.0.0', checker: 'rbee-checker/1' })
      expect(checks.findings).toEqual(SOURCE_WORKER.checks?.findings)
    })

    it.each(['/v1/workers/source-worker/pkgbuild', '/workers/source-worker/PKGBUILD'])(
      'gives its PKGBUILD byte for byte at %s',
      async (path) => {
        const response = await subject().fetch(path)
        expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
        expect(await response.text()).toBe(SOURCE_WORKER.pkgbuild)
      },
    )

    it.each([
      ['/v1/workers/nobody', 404, 'worker_not_found'],
      ['/v1/workers/nobody/versions', 404, 'worker_not_found'],
      ['/v1/workers/nobody/1.0.0', 404, 'worker_not_found'],
      ['/v1/workers/nobody/latest', 404, 'worker_not_found'],
      ['/workers/nobody/PKGBUILD', 404, 'worker_not_found'],
      ['/v1/workers/echo-worker/9.9.9', 404, 'release_not_found'],
      ['/v1/workers/echo-worker/v1', 400, 'invalid_version'],
      ['/v1/workers/echo-worker/%2e%2e%2f1.0.0', 400, 'invalid_version'],
      ['/v1/workers/source-worker/readme', 404, 'no_readme'],
      ['/v1/workers/echo-worker/changelog', 404, 'no_changelog'],
      ['/v1/workers/echo-worker/checks', 404, 'no_checks'],
      ['/v1/workers/llm-worker/checks', 404, 'no_checks'],
      ['/workers/llm-worker/PKGBUILD', 404, 'no_pkgbuild'],
      ['/v1/workers/Echo', 400, 'invalid_id'],
      [`/v1/workers/${'a'.repeat(101)}`, 400, 'invalid_id'],
      ['/workers/a%00b', 400, 'invalid_id'],
      ['/workers/%ff', 400, 'invalid_id'],
    ])('answers %s with %i %s', async (path, status, code) => {
      await expectProblem(await subject().fetch(path), status, code)
    })

    it('is missing in the words that earlier clients compare', async () => {
      const problem = await expectProblem(await subject().fetch('/workers/nobody'), 404, 'worker_not_found')
      expect(problem.error).toBe('Worker not found')
    })
  })

  it('says what the catalogs brought', async () => {
    const { catalogs } = await json('/v1/catalog/status', catalogStatusSchema)
    expect(catalogs.find(({ catalog }) => catalog === 'samples')?.accepted.map(({ id }) => id)).toEqual([
      'llm-worker',
      'source-worker',
    ])
  })

  it('reads documents and archives without a single query', async () => {
    const release = await json('/v1/workers/echo-worker/1.0.0', releaseDocumentSchema)
    const blob = release.variants[0]?.artifacts[0]?.archives[0]?.download_url
    const before = subject().queries()
    for (const path of [
      '/worker/llm-worker',
      '/worker/echo-worker/versions',
      '/worker/echo-worker/security',
      '/worker/llm-worker/changelog',
      '/worker/echo-worker/1.0.0',
      '/worker/echo-worker/diff/1.0.0...1.0.0',
      '/workers',
      '/workers/llm-worker',
      '/workers/source-worker/PKGBUILD',
      '/v1/workers?limit=2',
      '/v1/workers/cuda',
      '/v1/workers/nobody',
      '/v1/workers/echo-worker/versions',
      '/v1/workers/echo-worker/latest',
      '/v1/workers/llm-worker/readme',
      '/v1/workers/llm-worker/changelog',
      '/v1/workers/source-worker/pkgbuild',
      '/v1/workers/echo-worker/1.0.0/download?platform=linux-x86_64',
      '/v1/catalog/status',
      '/v1/openapi.json',
      '/docs/api',
      `${blob}`,
    ]) {
      await (await subject().fetch(path)).arrayBuffer()
    }
    expect(subject().queries() - before).toBe(0)
    // The counter counts: a check of the database is seen.
    await subject().fetch('/ready')
    expect(subject().queries()).toBeGreaterThan(before)
  })
}
