import { legacyWorkerListSchema, workerDocumentSchema } from '@rbee/schema'
import { aCatalogEntry, aManifest, artifactOf, EARLIER_READERS, packedArchive } from '@rbee/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { cloneUrlSchema } from '../src/routes/workers/clone-url.ts'
import { publish, releaseOf, type Samples, sendArchive, syncEntries } from './sample-workers.ts'
import { expectJson, expectProblem, type Opened } from './subject.ts'

const git = { url: 'https://git.example/earlier.git', commit: 'c'.repeat(40), branch: "it's/main", path: 'x' }

/** One worker of every kind that a catalog can hold; between them they have every layout, system and backend. */
const EARLIER_WORKERS = [
  aCatalogEntry({
    manifest: aManifest({
      id: 'earlier-monorepo',
      implementation: 'typescript',
      build: {
        features: ['vulkan', 'cuda', 'metal', 'rocm', 'cpu', 'cpu-avx512'],
        default_feature: 'cpu',
        system: 'npm',
      },
      platforms: { linux: ['x86_64', 'aarch64'], macos: ['aarch64'], windows: ['x86_64'] },
      capabilities: { supported_formats: ['gguf', 'safetensors'], max_context_length: 32_768 },
      dependencies: { system: ['libgomp.so.1'], runtime: ['cuda-runtime'] },
    }),
    git: { ...git, branch: 'main', path: 'earlier-monorepo' },
  }),
  aCatalogEntry({
    manifest: aManifest({
      id: 'earlier-folder-cuda',
      build: { features: ['cuda'], default_feature: 'cuda' },
      implementation: 'go',
    }),
    source: 'community',
    layout: 'folder',
    pkgbuild: 'pkgname=earlier-folder-cuda\n',
    readme: null,
    git: { ...git, url: null, path: 'earlier-folder-cuda' },
  }),
  aCatalogEntry({
    manifest: aManifest({
      id: 'earlier-branch',
      build: { features: ['cpu', 'rocm'], default_feature: 'rocm', system: 'make' },
    }),
    source: 'community',
    layout: 'branch',
    pkgbuild: 'pkgname=earlier-branch\n',
    git: { ...git, path: '' },
  }),
  aCatalogEntry({
    manifest: aManifest({
      id: 'earlier-premium',
      license: 'Proprietary',
      pricing: { model: 'subscription', price_usd: 9, interval: 'month' },
      platforms: { windows: ['x86_64'] },
    }),
    source: 'community',
    layout: 'folder',
    pkgbuild_bin: 'pkgname=earlier-premium-bin\n',
    git: { url: null, commit: null, branch: null, path: 'earlier-premium' },
  }),
  aCatalogEntry({
    manifest: aManifest({
      id: 'earlier-vulkan-only',
      build: { features: ['vulkan'], default_feature: 'vulkan' },
    }),
    source: 'community',
    layout: 'folder',
    pkgbuild: 'pkgname=earlier-vulkan-only\n',
    git: { ...git, path: 'earlier-vulkan-only' },
  }),
]

const PUBLISHED = 'earlier-published'
/** Every address by which clients may ask for one of these workers. */
const ADDRESSES = [
  'earlier-monorepo',
  'earlier-monorepo-cpu',
  'earlier-monorepo-cpu-avx512',
  'earlier-monorepo-rbee',
  'earlier-monorepo-rbee-cuda',
  'earlier-folder-cuda',
  'earlier-branch',
  'earlier-premium',
  PUBLISHED,
  `${PUBLISHED}-cpu`,
  'llm-worker',
  'llm-worker-rbee-cpu',
  'cpu',
  'cuda',
]

/** What clients of earlier servers and documents rely on. */
export function earlierClients(subject: Opened, samples: () => Samples): void {
  const get = (path: string) => subject().fetch(path)
  const listed = async () => (await expectJson(await get('/workers'), 200, legacyWorkerListSchema)).workers

  describe('clients of earlier servers', () => {
    beforeAll(async () => {
      await syncEntries(subject(), 'earlier', EARLIER_WORKERS)
      const packed = await packedArchive({ [`bin/${PUBLISHED}`]: 'x' })
      await sendArchive(subject(), samples().publishToken, packed)
      const input = releaseOf(PUBLISHED, [artifactOf([packed])])
      await publish(subject(), samples().publishToken, input)
    })

    describe.each(Object.entries(EARLIER_READERS))('%s', (_reader, schema) => {
      it('reads the list of all workers', async () => {
        const body = await expectJson(await get('/workers'), 200, z.object({ workers: z.array(schema) }))
        expect(body.workers.map(({ id }) => id)).toEqual(
          expect.arrayContaining([
            'earlier-monorepo-cpu',
            'earlier-folder-cuda',
            'earlier-branch',
            'earlier-premium',
            'earlier-published-cpu',
          ]),
        )
      })

      it.each(ADDRESSES)('reads /workers/%s', async (address) => {
        await expectJson(await get(`/workers/${address}`), 200, schema)
      })
    })

    it('see each variant once, and no backend that they do not know', async () => {
      const workers = await listed()
      expect(new Set(workers.map(({ id }) => id)).size).toBe(workers.length)
      expect(workers.map(({ id }) => id).filter((id) => id.startsWith('earlier-monorepo'))).toEqual([
        'earlier-monorepo-cuda',
        'earlier-monorepo-metal',
        'earlier-monorepo-rocm',
        'earlier-monorepo-cpu',
        'earlier-monorepo-cpu-avx512',
      ])
      expect(JSON.stringify(workers)).not.toContain('vulkan')
    })

    it('do not find a worker of which they know no backend, while /v1 has it', async () => {
      const problem = await expectProblem(await get('/workers/earlier-vulkan-only'), 404, 'worker_not_found')
      expect(problem.error).toBe('Worker not found')
      const worker = await expectJson(await get('/v1/workers/earlier-vulkan-only'), 200, workerDocumentSchema)
      expect(worker.variants.map(({ backend }) => backend)).toEqual(['vulkan'])
    })

    it('find the PKGBUILD under the address that the entry names, or a problem with a code', async () => {
      for (const { pkgbuild_url, id } of await listed()) {
        const response = await get(pkgbuild_url)
        if (response.status === 200) expect(await response.text(), id).toContain('pkgname=')
        else await expectProblem(response, 404, 'no_pkgbuild')
      }
    })

    it.each(['cpu', 'cuda'])('find the official LLM worker at the bare word %s', async (word) => {
      for (const path of [`/workers/${word}`, `/v1/workers/${word}`]) {
        expect((await get(path)).status, path).toBe(200)
      }
      await expectProblem(await get(`/workers/${word}/PKGBUILD`), 404, 'no_pkgbuild')
      await expectProblem(await get(`/v1/workers/${word}/pkgbuild`), 404, 'no_pkgbuild')
      for (const rest of ['versions', 'readme', 'stats', 'clone-url', 'latest', '0.2.0']) {
        expect((await get(`/v1/workers/${word}/${rest}`)).status, rest).not.toBe(400)
      }
    })

    it.each(['metal', 'rocm', 'vulkan'])(
      'do not find %s where the LLM worker has no such variant',
      async (word) => {
        for (const path of [`/workers/${word}`, `/workers/${word}/PKGBUILD`, `/v1/workers/${word}`]) {
          await expectProblem(await get(path), 404, 'worker_not_found')
        }
      },
    )
  })

  describe('the repository of a worker', () => {
    it.each(['/workers/earlier-branch/clone-url', '/v1/workers/earlier-branch/clone-url'])(
      'is told at %s, with a command that a shell can run',
      async (path) => {
        expect(await expectJson(await get(path), 200, cloneUrlSchema)).toEqual({
          git_url: git.url,
          branch: git.branch,
          path: '',
          commit: git.commit,
          clone_command: `git clone --branch 'it'\\''s/main' --single-branch ${git.url}`,
        })
      },
    )

    it('is told at the address of a variant', async () => {
      const at = async (address: string) => (await get(`/v1/workers/${address}/clone-url`)).json()
      expect(await at('earlier-monorepo-rbee-cuda')).toEqual(await at('earlier-monorepo'))
    })

    it.each(['earlier-premium', PUBLISHED])('of %s is not public', async (id) => {
      await expectProblem(await get(`/v1/workers/${id}/clone-url`), 404, 'no_repository')
      await expectProblem(await get('/workers/nobody/clone-url'), 404, 'worker_not_found')
      await expectProblem(await get('/workers/NOBODY/clone-url'), 400, 'invalid_id')
    })
  })
}
