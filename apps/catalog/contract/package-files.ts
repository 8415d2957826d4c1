import { problemSchema, workerDocumentSchema, workerListSchema } from '@rbee/schema'
import {
  aCatalogEntry,
  aManifest,
  aReleaseInput,
  artifactOf,
  packedArchive,
  readAsEarlierClient,
} from '@rbee/testing'
import { beforeAll, describe, expect, it } from 'vitest'
import { publish, type Samples, sendArchive, syncEntries } from './sample-workers.ts'
import { expectJson, expectProblem, type Opened } from './subject.ts'

const git = {
  url: 'https://git.example/rbee/workers.git',
  commit: 'd'.repeat(40),
  branch: 'main',
}

const BUILT_BY_CARGO = aCatalogEntry({
  manifest: aManifest({
    id: 'packed-worker',
    name: "Packer's `worker` $HOME",
    description: 'It\'s "packed" #{for} $(everybody)',
    build: { features: ['cpu', 'cuda'], default_feature: 'cpu', system: 'cargo' },
    platforms: { linux: ['x86_64'], macos: ['aarch64'] },
  }),
  version: '1.0.0',
  git: { ...git, path: 'workers/packed-worker' },
})
const OWN = 'pkgname=own-pkgbuild\npkgver=1.0.0\npkgrel=1\nbuild() {\n  make\n}\n'
const WITH_OWN_PKGBUILD = aCatalogEntry({
  manifest: aManifest({ id: 'own-pkgbuild' }),
  source: 'community',
  layout: 'folder',
  pkgbuild: OWN,
  srcinfo: 'pkgbase = own-pkgbuild\n',
  git: { ...git, path: 'own-pkgbuild' },
})
const SCRIPT = 'pkgname=own-script\nsource=(git+https://git.example/script.git)\npackage() {\n  true\n}\n'
const WITH_GIT_SOURCE = aCatalogEntry({
  manifest: aManifest({ id: 'own-script' }),
  source: 'community',
  layout: 'folder',
  pkgbuild: SCRIPT,
  git: { ...git, path: 'own-script' },
})
const WITH_PKGBUILD_BIN = aCatalogEntry({
  manifest: aManifest({ id: 'own-binary' }),
  source: 'community',
  layout: 'folder',
  pkgbuild_bin: 'pkgname=own-binary-bin\npackage() {\n  true\n}\n',
  git: { ...git, path: 'own-binary' },
})

/** Made for another system, and built by nobody knows what. */
const WITHOUT_PKGBUILD = [
  aCatalogEntry({
    manifest: aManifest({
      id: 'mac-worker',
      build: { features: ['metal'], default_feature: 'metal', system: 'cargo' },
      platforms: { macos: ['aarch64'] },
    }),
    git: { ...git, path: 'workers/mac-worker' },
  }),
  aCatalogEntry({
    manifest: aManifest({ id: 'systemless-worker' }),
    git: { ...git, path: 'workers/systemless-worker' },
  }),
]

/** PKGBUILDs, .SRCINFOs and formulas: the files of the folder, and those that are made of documents. */
export function packageFiles(subject: Opened, samples: () => Samples): void {
  const get = (path: string, init?: RequestInit) => subject().fetch(path, init)
  const text = async (path: string, type = 'text/plain; charset=utf-8') => {
    const response = await get(path)
    const body = await response.text()
    expect(response.status, body).toBe(200)
    expect(response.headers.get('content-type')).toBe(type)
    return body
  }

  describe('package files', () => {
    let archive = ''

    beforeAll(async () => {
      const { publishToken } = samples()
      const entries = [
        BUILT_BY_CARGO,
        WITH_OWN_PKGBUILD,
        WITH_GIT_SOURCE,
        WITH_PKGBUILD_BIN,
        ...WITHOUT_PKGBUILD,
      ]
      await syncEntries(subject(), 'package files', entries)
      const packed = await packedArchive({ 'bin/packed-worker': 'packed', LICENSE: 'x' })
      archive = packed.sha256
      await sendArchive(subject(), publishToken, packed)
      const artifacts = [
        artifactOf([packed]),
        artifactOf([packed], { platform: 'macos-aarch64' }),
        artifactOf([packed], { variant: 'cuda' }),
      ]
      for (const version of ['0.9.0-rc.1', '1.0.0']) {
        const input = aReleaseInput({ manifest: BUILT_BY_CARGO.manifest, version, artifacts })
        await publish(subject(), subject().operatorToken, input)
      }
    })

    it('name the archives of the registry, with their sums', async () => {
      for (const path of [
        '/v1/workers/packed-worker/pkgbuild',
        '/v1/workers/packed-worker/pkgbuild?build=prod',
        '/workers/packed-worker/PKGBUILD/arch/prod',
        '/pkgbuilds/arch/packed-worker-bin.PKGBUILD',
      ]) {
        const pkgbuild = await text(path)
        expect(pkgbuild, path).toContain('\npkgname=packed-worker-bin\npkgver=1.0.0\n')
        expect(pkgbuild).toMatch(
          new RegExp(
            `^source_x86_64=\\(packed-worker-1\\.0\\.0-cpu-x86_64\\.tar\\.gz::https?://[^ ]+/v1/blobs/sha256/${archive}\\)$`,
            'm',
          ),
        )
        expect(pkgbuild).toContain(`\nsha256sums_x86_64=(${archive})\n`)
        expect(pkgbuild).not.toContain('build()')
      }
    })

    it('name archives that are there', async () => {
      const pkgbuild = await text('/v1/workers/packed-worker/pkgbuild?build=prod')
      const [, path] = /:\/\/[^/ ]+(\/v1\/blobs\/[^ )]+)/.exec(pkgbuild) ?? []
      expect((await get(`${path}`)).status).toBe(200)
    })

    it('build from the commit of the catalog', async () => {
      for (const [path, name] of [
        ['/v1/workers/packed-worker/pkgbuild?build=dev', 'packed-worker-git'],
        ['/workers/packed-worker/PKGBUILD/arch/dev', 'packed-worker-git'],
        ['/pkgbuilds/arch/packed-worker-git.PKGBUILD', 'packed-worker'],
        ['/workers/packed-worker/PKGBUILD', 'packed-worker'],
      ] as const) {
        const pkgbuild = await text(path)
        expect(pkgbuild, path).toContain(`\npkgname=${name}\n`)
        expect(pkgbuild).toContain(`\nsource=('git+${git.url}#commit=${git.commit}')\n`)
        expect(pkgbuild).toContain('\nbuild() {\n')
      }
    })

    it('are for clients of earlier catalogs what those can read', async () => {
      for (const path of [
        '/workers/packed-worker-cuda/PKGBUILD',
        '/pkgbuilds/arch/packed-worker-cuda-git.PKGBUILD',
      ]) {
        const { pkgname, arrays } = readAsEarlierClient(await text(path))
        expect(pkgname).toBe('packed-worker-cuda')
        expect(arrays.get('source')).toEqual([`git+${git.url}#commit=${git.commit}`])
      }
    })

    it('are of the version and variant that are asked for', async () => {
      const older = await text(
        '/v1/workers/packed-worker/pkgbuild?build=prod&version=0.9.0-rc.1&variant=cuda',
      )
      expect(older).toContain('\npkgname=packed-worker-cuda-bin\npkgver=0.9.0_rc.1\n')
      expect(await text('/v1/workers/packed-worker/pkgbuild?build=prod&version=latest')).toContain(
        'pkgver=1.0.0\n',
      )
      for (const address of ['packed-worker-cuda', 'packed-worker-rbee-cuda']) {
        expect(await text(`/v1/workers/${address}/pkgbuild`)).toContain('\npkgname=packed-worker-cuda-bin\n')
        expect(await text(`/pkgbuilds/arch/${address}-git.PKGBUILD`)).toContain(
          '\npkgname=packed-worker-cuda\n',
        )
      }
    })

    it('are formulas', async () => {
      for (const [path, name] of [
        ['/v1/workers/packed-worker/formula', 'PackedWorker'],
        ['/workers/packed-worker/PKGBUILD/homebrew/prod', 'PackedWorker'],
        ['/pkgbuilds/homebrew/packed-worker-bin.rb', 'PackedWorkerBin'],
        ['/v1/workers/packed-worker/formula?build=dev', 'PackedWorkerGit'],
        ['/workers/packed-worker/PKGBUILD/homebrew/dev', 'PackedWorkerGit'],
        ['/pkgbuilds/homebrew/packed-worker-git.rb', 'PackedWorkerGit'],
      ] as const) {
        const formula = await text(path)
        expect(formula, path).toContain(`\nclass ${name} < Formula\n`)
        expect(formula).toContain('  desc "It\'s \\"packed\\" \\#{for} $(everybody)"\n')
      }
    })

    it('are there where the worker and the list name one, and nowhere else', async () => {
      const { workers, next_cursor } = await expectJson(
        await get('/v1/workers?limit=200'),
        200,
        workerListSchema,
      )
      expect(next_cursor).toBeNull()
      for (const { id, pkgbuild_url } of workers) {
        const worker = await expectJson(await get(`/v1/workers/${id}`), 200, workerDocumentSchema)
        expect(worker.pkgbuild_url, id).toBe(pkgbuild_url)
        const answer = await get(`/v1/workers/${id}/pkgbuild`)
        expect(pkgbuild_url, id).toBe(answer.status === 200 ? `/v1/workers/${id}/pkgbuild` : null)
        if (answer.status !== 200) await expectProblem(answer, 404, 'no_pkgbuild')
        expect((await get(`/workers/${id}/PKGBUILD`)).status, id).toBe(answer.status)
      }
      const without = workers.filter(({ pkgbuild_url }) => pkgbuild_url === null).map(({ id }) => id)
      expect(without).toEqual(expect.arrayContaining(['llm-worker', 'mac-worker', 'systemless-worker']))
      expect(without).not.toContain('echo-worker')
      for (const { id, pkgbuild_url } of workers) {
        const page = await text(`/worker/${id}`, 'text/html; charset=utf-8')
        expect(page.includes('-o PKGBUILD &amp;&amp; makepkg -si'), id).toBe(pkgbuild_url !== null)
      }
    })

    it('of a folder come first, byte for byte, and build where that is meant', async () => {
      for (const path of [
        '/v1/workers/own-pkgbuild/pkgbuild',
        '/v1/workers/own-pkgbuild/pkgbuild?build=dev',
        '/v1/workers/own-pkgbuild/pkgbuild?version=1.0.0',
        '/workers/own-pkgbuild/PKGBUILD',
        '/workers/own-pkgbuild/PKGBUILD/arch/dev',
        '/pkgbuilds/arch/own-pkgbuild-git.PKGBUILD',
      ]) {
        expect(await text(path), path).toBe(OWN)
      }
      expect(await text('/v1/workers/own-script/pkgbuild?build=dev')).toBe(SCRIPT)
      expect(await text('/v1/workers/own-binary/pkgbuild')).toBe(WITH_PKGBUILD_BIN.pkgbuild_bin)
    })

    it('have a .SRCINFO', async () => {
      expect(await text('/v1/workers/own-pkgbuild/srcinfo')).toBe('pkgbase = own-pkgbuild\n')
      expect(await text('/v1/workers/packed-worker/srcinfo?version=0.9.0-rc.1')).toMatch(
        /^pkgbase = packed-worker-bin\n\tpkgdesc = It's "packed" #\{for\} \$\(everybody\)\n\tpkgver = 0.9.0_rc.1\n/,
      )
      expect(await text('/v1/workers/packed-worker/srcinfo?build=dev')).toContain('\n\tmakedepends = cargo\n')
      await expectProblem(await get('/v1/workers/own-binary/srcinfo'), 404, 'no_srcinfo')
    })

    it.each([
      ['/v1/workers/nobody/pkgbuild', 404, 'worker_not_found'],
      ['/v1/workers/nobody/srcinfo', 404, 'worker_not_found'],
      ['/v1/workers/nobody/formula', 404, 'worker_not_found'],
      ['/v1/workers/NOBODY/formula', 400, 'invalid_id'],
      ['/v1/workers/packed-worker/pkgbuild?version=9.9.9', 404, 'release_not_found'],
      ['/v1/workers/packed-worker/pkgbuild?version=v1', 400, 'invalid_version'],
      ['/v1/workers/packed-worker/pkgbuild?build=test', 400, 'bad_request'],
      ['/v1/workers/packed-worker/pkgbuild?build=dev&build=prod', 400, 'bad_request'],
      ['/v1/workers/packed-worker/pkgbuild?variant=$(x)', 400, 'invalid_variant'],
      ['/v1/workers/packed-worker/pkgbuild?build=prod&variant=rocm', 404, 'no_artifact'],
      ['/v1/workers/packed-worker/formula?variant=cuda', 404, 'no_artifact'],
      ['/v1/workers/llm-worker/pkgbuild?build=prod', 404, 'no_binary'],
      ['/v1/workers/llm-worker/pkgbuild?build=dev', 404, 'no_repository'],
      ['/v1/workers/llm-worker/srcinfo', 404, 'no_pkgbuild'],
      ['/v1/workers/llm-worker/formula', 404, 'no_binary'],
      ['/v1/workers/llm-worker/formula?build=dev', 404, 'no_artifact'],
      ['/v1/workers/own-pkgbuild/pkgbuild?build=prod', 404, 'no_binary'],
      ['/v1/workers/echo-worker/formula', 404, 'no_artifact'],
      ['/v1/workers/own-binary/pkgbuild?build=dev', 404, 'no_repository'],
      ['/workers/packed-worker/PKGBUILD/arch/test', 404, 'not_found'],
      ['/workers/packed-worker/PKGBUILD/debian/prod', 404, 'not_found'],
      ['/workers/nobody/PKGBUILD/arch/prod', 404, 'worker_not_found'],
      ['/workers/llm-worker/PKGBUILD/arch/prod', 404, 'no_binary'],
      ['/workers/echo-worker/PKGBUILD/homebrew/prod', 404, 'no_artifact'],
      ['/pkgbuilds/arch/packed-worker.PKGBUILD', 404, 'not_found'],
      ['/pkgbuilds/arch/packed-worker-bin.rb', 404, 'not_found'],
      ['/pkgbuilds/homebrew/packed-worker-bin.PKGBUILD', 404, 'not_found'],
      ['/pkgbuilds/arch/PACKED-bin.PKGBUILD', 400, 'invalid_id'],
      ['/pkgbuilds/arch/nobody-bin.PKGBUILD', 404, 'worker_not_found'],
      ['/pkgbuilds/arch/..%2f..%2fpackage-git.PKGBUILD', 400, 'invalid_id'],
    ])('answers %s with %i %s', async (path, status, code) => {
      await expectProblem(await get(path), status, code)
    })

    it('say what there is where a binary is missing', async () => {
      const problem = problemSchema.parse(await (await get('/v1/workers/echo-worker/formula')).json())
      expect(problem.detail).toContain('macOS')
      expect(problem).toMatchObject({ available: [{ platform: 'linux-x86_64', variant: 'cpu' }] })
    })

    it('are asked for again by their tags, and by HEAD', async () => {
      const path = '/v1/workers/packed-worker/pkgbuild?build=prod'
      const first = await get(path)
      const etag = `${first.headers.get('etag')}`
      expect(etag).toMatch(/^"[^"]+"$/)
      expect(first.headers.get('cache-control')).toContain('max-age=60')
      const head = await get(path, { method: 'HEAD' })
      expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, etag, ''])
      expect((await get(path, { headers: { 'if-none-match': etag } })).status).toBe(304)
      expect((await get(path, { method: 'POST' })).status).toBe(405)
      expect(await first.text()).not.toBe('')
    })

    it('are made without a single query', async () => {
      const before = subject().queries()
      for (const path of [
        '/v1/workers/packed-worker/pkgbuild',
        '/v1/workers/packed-worker/srcinfo?build=dev',
        '/v1/workers/packed-worker-cuda/formula',
        '/pkgbuilds/arch/packed-worker-git.PKGBUILD',
        '/workers/packed-worker/PKGBUILD/homebrew/dev',
      ]) {
        await (await get(path)).arrayBuffer()
      }
      expect(subject().queries() - before).toBe(0)
    })
  })
}
