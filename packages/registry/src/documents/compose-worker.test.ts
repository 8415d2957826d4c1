import {
  releaseDocumentSchema,
  versionSchema,
  versionsDocumentSchema,
  workerDocumentSchema,
  workerSummarySchema,
} from '@rbee/schema'
import { aCatalogEntry, aManifest, aReleaseInput, aReleaseRow, aVersion, aWorkerId } from '@rbee/testing'
import { describe, expect, it } from 'vitest'
import { composeWorker } from './compose-worker.ts'
import { composeRelease } from './release-document.ts'
import {
  aRecord,
  aSmallRecord,
  binaryElsewhere,
  branchWorker,
  communityPublished,
  folderWorker,
  hybridOfficial,
  sourceOnly,
} from './samples.ts'
import { summaryOf } from './worker-document.ts'

const SAMPLES = {
  'hybrid-official': hybridOfficial(),
  'folder-worker': folderWorker(),
  'community-published': communityPublished(),
  'source-only': sourceOnly(),
  'binary-elsewhere': binaryElsewhere(),
  'branch-worker': branchWorker(),
}

function composed(record: Parameters<typeof composeWorker>[0]) {
  const documents = composeWorker(record)
  if (documents === null) throw new Error('nothing is visible')
  return documents
}

describe('composeWorker', () => {
  it.each(Object.entries(SAMPLES))('composes %s', async (name, record) => {
    const documents = composed(record)
    await expect(`${JSON.stringify(documents, null, 2)}\n`).toMatchFileSnapshot(`./fixtures/${name}.json`)
  })

  it.each(Object.entries(SAMPLES))('keeps to the schemas, field for field: %s', (_name, record) => {
    const { worker, versions, releases } = composed(record)
    expect(workerDocumentSchema.strict().parse(worker)).toEqual(worker)
    expect(workerSummarySchema.strict().parse(summaryOf(worker))).toEqual(summaryOf(worker))
    expect(versionsDocumentSchema.strict().parse(versions)).toEqual(versions)
    for (const release of releases) expect(releaseDocumentSchema.strict().parse(release)).toEqual(release)
  })

  it('shows nothing of a worker without recipe and releases', () => {
    expect(composeWorker({ ...hybridOfficial(), recipe: null, releases: [] })).toBeNull()
  })

  it('hands out no PKGBUILD of the version that is quarantined, and calls another one the latest', () => {
    const record = hybridOfficial()
    if (record.recipe === null) throw new Error('no recipe')
    const entry = {
      ...record.recipe.entry,
      pkgbuild: 'pkgname=llm-worker\n',
      srcinfo: 'pkgbase = llm-worker\n',
    }
    const withPkgbuild = { ...record, recipe: { ...record.recipe, entry } }
    expect(composed(withPkgbuild)).toMatchObject({ pkgbuild: entry.pkgbuild, worker: { version: '0.2.0' } })
    const releases = record.releases.map((release) =>
      release.version === entry.version ? { ...release, quarantined: 'it harms', quarantinedAt: 0 } : release,
    )
    expect(composed({ ...withPkgbuild, releases })).toMatchObject({
      pkgbuild: null,
      srcinfo: null,
      readme: entry.readme,
      worker: { version: '0.1.0' },
    })
  })

  it('says that a worker is deprecated, whatever its manifest says', () => {
    const deprecation = { reason: 'use the other', successor: aWorkerId('other-worker'), at: 0 }
    const { worker } = composed({ ...hybridOfficial(), deprecation })
    expect(worker).toMatchObject({
      deprecated: true,
      deprecation: {
        message: 'use the other',
        successor: 'other-worker',
        since: '1970-01-01T00:00:00.000Z',
      },
    })
    expect(summaryOf(worker).deprecated).toBe(true)
  })

  it('describes a worker as Git does, and installs it as its release says', () => {
    const { worker, releases } = composed(hybridOfficial())
    expect(worker.description).toBe('Runs language models, as Git tells it')
    expect(worker.variants[0]?.artifacts[0]?.archives.map(({ format }) => format)).toEqual([
      'tar.zst',
      'tar.gz',
    ])
    expect(worker.variants).toEqual(releases.find(({ version }) => version === '0.2.0')?.variants)
  })

  it('shows the version of a recipe that was not published yet as one to build', () => {
    const record = hybridOfficial()
    const recipe = record.recipe && {
      ...record.recipe,
      entry: { ...record.recipe.entry, version: aVersion('0.4.0') },
    }
    const { worker, versions } = composed({ ...record, recipe })
    expect(worker.version).toBe('0.4.0')
    expect(worker.distribution).toMatchObject({ type: 'source', binary_available: false })
    expect(versions.versions).toEqual(['0.4.0', '0.3.0-rc.1', '0.2.0', '0.1.1', '0.1.0'])
    expect(versions.releases[0]?.platforms).toEqual([])
  })

  it('shows the versions of the history as ones to build, and never as the latest', () => {
    const { worker, versions, releases } = composed(branchWorker())
    expect(versions).toMatchObject({
      latest: '1.2.0',
      versions: ['1.2.0', '1.1.0', '1.0.0', '0.9.0'],
    })
    expect(worker).toMatchObject({ version: '1.2.0', git: { commit: 'c'.repeat(40) } })
    expect(
      releases.map(({ git, published_at }) => [git?.commit?.slice(0, 2), published_at.slice(0, 10)]),
    ).toEqual([
      ['cc', '2026-01-01'],
      ['a1', '2025-03-01'],
      // Published, so that artifacts and date are those of the release.
      ['a0', '2026-01-01'],
      ['09', '2025-01-01'],
    ])
    expect(releases[2]?.variants[0]?.artifacts).toHaveLength(1)
    expect(releases[3]).toMatchObject({
      binary_name: 'old-program',
      distribution: { binary_available: true },
      binary_sources: [{ url: 'https://files.example/0.9.0.tar.gz' }],
      git: { url: 'https://git.example/workers.git', branch: 'tune-worker' },
      variants: [{ id: 'tune-worker', artifacts: [] }],
    })
  })

  it('follows a catalog that went on to a pre-release', () => {
    const record = branchWorker()
    const recipe = record.recipe && {
      ...record.recipe,
      entry: { ...record.recipe.entry, version: aVersion('1.2.0-rc.1') },
    }
    expect(composed({ ...record, recipe, releases: [] }).versions.latest).toBe('1.2.0-rc.1')
    expect(composed({ ...record, recipe }).versions.latest).toBe('1.0.0')
  })

  it('serves the PKGBUILD byte for byte, else the PKGBUILD.bin, else none', () => {
    expect(composed(folderWorker()).pkgbuild).toBe('pkgname=sd-worker-rbee-cuda\r\npkgver=0.1.0\n')
    expect(composed(binaryElsewhere()).pkgbuild).toBe('pkgname=premium-worker\n')
    expect(composed(sourceOnly())).toMatchObject({ pkgbuild: null, worker: { pkgbuild_url: null } })
  })

  it('names the address of the PKGBUILD where there is one, of the folder or generated', () => {
    const address = (record: Parameters<typeof composeWorker>[0]) => {
      const { worker } = composed(record)
      expect(summaryOf(worker).pkgbuild_url).toBe(worker.pkgbuild_url)
      return worker.pkgbuild_url
    }
    const binary = aReleaseRow({ input: aReleaseInput({ manifest: aManifest() }) })
    expect(address(folderWorker())).toBe('/v1/workers/sd-worker-rbee-cuda/pkgbuild')
    expect(address(hybridOfficial())).toBe('/v1/workers/llm-worker/pkgbuild')
    expect(address(communityPublished())).toBe('/v1/workers/whisper-worker/pkgbuild')
    expect(address(sourceOnly())).toBeNull()
    expect(address(aRecord('community', null, [{ ...binary, quarantined: 'malware' }]))).toBeNull()
    expect(address({ ...folderWorker(), releases: [{ ...binary, quarantined: 'malware' }] })).not.toBeNull()
  })

  it('serves the .SRCINFO of the PKGBUILD where the recipe has one', () => {
    expect(composed(folderWorker()).srcinfo).toBe('pkgbase = sd-worker-rbee-cuda\n')
    expect(composed(binaryElsewhere()).srcinfo).toBeNull()
    expect(composed(communityPublished()).srcinfo).toBeNull()
  })

  it('takes the README of a worker without a recipe from its latest release', () => {
    const manifest = aManifest()
    const release = (version: string) =>
      aReleaseRow({ input: aReleaseInput({ manifest, version, readme: `# ${version}` }) })
    const record = aRecord('community', null, [release('1.0.0'), release('1.1.0'), release('2.0.0-rc.1')])
    expect(composed(record).readme).toBe('# 1.1.0')
  })
})

describe('the latest version', () => {
  const withdrawn = { yanked: null, quarantined: null }
  const latest = (...releases: [version: string, state?: Partial<typeof withdrawn> | object][]) =>
    composed(
      aRecord(
        'community',
        null,
        releases.map(([version, state]) => ({
          ...aReleaseRow({ input: aReleaseInput({ version }) }),
          ...withdrawn,
          ...state,
        })),
      ),
    ).versions.latest

  it('passes over pre-releases and withdrawn releases while there are others', () => {
    expect(latest(['1.0.0'], ['1.1.0', { yanked: 'broken' }], ['2.0.0-rc.1'])).toBe('1.0.0')
    expect(latest(['1.0.0', { quarantined: 'malware' }], ['1.1.0-rc.1'])).toBe('1.1.0-rc.1')
    expect(latest(['1.0.0', { yanked: 'broken' }], ['1.1.0', { quarantined: 'malware' }])).toBe('1.0.0')
    expect(latest(['1.0.0', { quarantined: 'malware' }])).toBe('1.0.0')
  })
})

describe('the distribution', () => {
  const typeOf = (record: Parameters<typeof composeWorker>[0]) => composed(record).worker.distribution.type

  it('follows from what there is to build and to download', () => {
    expect(typeOf(sourceOnly())).toBe('source')
    expect(typeOf(hybridOfficial())).toBe('hybrid')
    expect(typeOf(folderWorker())).toBe('hybrid')
    expect(typeOf(communityPublished())).toBe('binary')
    expect(typeOf(binaryElsewhere())).toBe('binary-only')
  })

  it('counts a public repository as source', () => {
    const manifest = aManifest({ repository: 'https://git.example/echo' })
    const release = aReleaseRow({ input: aReleaseInput({ manifest }) })
    expect(typeOf(aRecord('community', null, [release]))).toBe('hybrid')
  })

  it('needs a licence where a price stands', () => {
    expect(composed(communityPublished()).worker.distribution.requires_license).toBe(true)
    expect(composed(hybridOfficial()).worker.distribution.requires_license).toBe(false)
  })
})

describe('aliases', () => {
  const addresses = (record: Parameters<typeof composeWorker>[0]) =>
    composed(record).aliases.map(({ name, document }) => `${name} → ${document.variant}`)

  it('are the variants, and for an official worker the forms with -rbee and the backends', () => {
    expect(addresses(hybridOfficial())).toEqual([
      'cpu → cpu',
      'cuda → cuda',
      'llm-worker-cpu → cpu',
      'llm-worker-cuda → cuda',
      'llm-worker-metal → metal',
      'llm-worker-rbee → null',
      'llm-worker-rbee-cpu → cpu',
      'llm-worker-rbee-cuda → cuda',
      'llm-worker-rbee-metal → metal',
      'llm-worker-rbee-vulkan → vulkan',
      'llm-worker-vulkan → vulkan',
      'metal → metal',
      'vulkan → vulkan',
    ])
    expect(addresses(communityPublished())).toEqual(['whisper-worker-cpu → cpu'])
    expect(addresses(folderWorker())).toEqual([])
  })

  it('lead nowhere once no version has the variant any more', () => {
    const record = aSmallRecord('echo-worker')
    const gone = {
      name: 'echo-worker-rocm',
      worker: record.worker.id,
      kind: 'variant',
      variant: 'rocm',
    } as const
    expect(addresses({ ...record, names: [...record.names, gone] })).toEqual(['echo-worker-cpu → cpu'])
  })
})

describe('composeRelease', () => {
  it('composes one version, and takes a version that does not exist for a bug', () => {
    const record = aRecord('official', aCatalogEntry({ version: '1.2.3' }))
    expect(composeRelease(record, aVersion('1.2.3')).version).toBe('1.2.3')
    expect(() => composeRelease(record, versionSchema.parse('9.9.9'))).toThrow('has no version 9.9.9')
  })
})
