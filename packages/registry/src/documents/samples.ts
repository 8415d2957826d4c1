import type { CatalogEntry, ManifestInput, ReleaseInput, WorkerId, WorkerManifest } from '@rbee/schema'
import {
  aCatalogEntry,
  aDigest,
  aManifest,
  anArchive,
  anArtifact,
  aRecipeRow,
  aReleaseInput,
  aReleaseRow,
  aSha256,
  aWorkerRow,
  fakeClock,
  memoryDocumentStore,
} from '@rbee/testing'
import { namesOf } from '../names/worker-names.ts'
import type { ReleaseRow, WorkerRecord } from '../ports/database.ts'
import type { DocumentPorts } from './document-ports.ts'

// Workers of every kind, as rows, for the tests of this folder and of the reader.

/** The rows of a worker, with the names that the rules give it. */
export function aRecord(
  source: 'official' | 'community',
  entry: CatalogEntry | null,
  releases: readonly ReleaseRow[] = [],
): WorkerRecord {
  const manifest = entry?.manifest ?? releases[0]?.input.manifest
  if (manifest === undefined) throw new Error('A sample needs a recipe or a release')
  return {
    worker: aWorkerRow({ id: manifest.id, source }),
    recipe: entry && aRecipeRow({ worker: manifest.id, entry }),
    releases,
    names: namesOf(manifest, { source, layout: entry?.layout ?? null }),
  }
}

/** A community worker with nothing but a recipe: the cheapest that has documents. */
export function aSmallRecord(id: string, version = '1.0.0'): WorkerRecord {
  return aRecord('community', aCatalogEntry({ manifest: aManifest({ id }), source: 'community', version }))
}

const llmManifest = (overrides: Partial<ManifestInput> = {}): WorkerManifest =>
  aManifest({
    id: 'llm-worker',
    name: 'LLM Worker',
    description: 'Runs language models',
    tags: ['llm', 'gguf'],
    authors: ['rbee', 'friends'],
    maintainers: ['rbee'],
    homepage: 'https://rbee.example/llm',
    repository: 'https://git.example/workers',
    implementation: 'typescript',
    build: {
      features: ['cpu', 'cuda', 'metal', 'vulkan'],
      default_feature: 'cpu',
      system: 'npm',
    },
    capabilities: {
      supported_formats: ['gguf'],
      max_context_length: 32768,
      supports_streaming: true,
      tasks: ['text-generation'],
    },
    platforms: { linux: ['x86_64', 'aarch64'], macos: ['aarch64'], windows: ['x86_64'] },
    dependencies: { system: ['libgomp.so.1'], runtime: [] },
    requirements: { cuda: { cuda_version: '>=12.0', vram: '4 GiB' }, cpu: { memory: '2 GiB' } },
    selftest: { command: ['bin/llm-worker', '--self-test'] },
    run: { command: ['bin/llm-worker'], port_flag: '--port' },
    ...overrides,
  })

/** Official, out of the monorepo; two versions published, a third one in Git only, one more withdrawn. */
export function hybridOfficial(): WorkerRecord {
  const entry = aCatalogEntry({
    manifest: llmManifest({ description: 'Runs language models, as Git tells it' }),
    version: '0.2.0',
    readme: '# LLM Worker\n',
    git: {
      url: 'https://git.example/workers.git',
      commit: 'a'.repeat(40),
      branch: 'main',
      path: 'llm-worker',
    },
  })
  return aRecord('official', entry, [
    aPublished('0.1.0', 10),
    { ...aPublished('0.1.1', 20), yanked: 'crashes on start' },
    aPublished('0.2.0', 30),
    aPublished('0.3.0-rc.1', 40),
  ])
}

function aPublished(version: string, number: number): ReleaseRow {
  const input: ReleaseInput = aReleaseInput({
    manifest: llmManifest(),
    version,
    artifacts: [
      anArtifact({ digest: aDigest(number), archives: twoFormats(number) }),
      anArtifact({
        variant: 'cuda',
        digest: aDigest(number + 3),
        archives: [anArchive({ sha256: aSha256(number + 4) })],
      }),
    ],
  })
  return aReleaseRow({ input, publishedAt: Date.UTC(2026, 0, number) })
}

/** The gzip one first: documents list zstd first whatever a release says. */
const twoFormats = (number: number) => [
  anArchive({ format: 'tar.gz', sha256: aSha256(number + 2), size: 1200 }),
  anArchive({ format: 'tar.zst', sha256: aSha256(number + 1), size: 1000 }),
]

/** Out of a folder of its own: the id is final. */
export function folderWorker(): WorkerRecord {
  const manifest = aManifest({
    id: 'sd-worker-rbee-cuda',
    name: 'SD Worker',
    implementation: 'rust',
    build: { features: ['cuda'], default_feature: 'cuda', system: 'cargo' },
    platforms: { linux: ['x86_64'] },
  })
  return aRecord(
    'official',
    aCatalogEntry({
      manifest,
      layout: 'folder',
      version: '0.1.0',
      git: { url: null, commit: null, branch: null, path: 'sd-worker-rbee-cuda' },
      pkgbuild: 'pkgname=sd-worker-rbee-cuda\r\npkgver=0.1.0\n',
      pkgbuild_bin: 'pkgname=sd-worker-rbee-cuda-bin\n',
      srcinfo: 'pkgbase = sd-worker-rbee-cuda\n',
      binary_sources: [
        {
          platform: 'linux-x86_64',
          variant: 'cuda',
          url: 'https://files.example/sd.tar.gz',
          sha256: aSha256(5),
        },
      ],
    }),
  )
}

/** Published with a token, known to no catalog. */
export function communityPublished(): WorkerRecord {
  const manifest = aManifest({
    id: 'whisper-worker',
    name: 'Whisper',
    implementation: 'python',
    pricing: { model: 'subscription', price_usd: 9, interval: 'month' },
  })
  return aRecord('community', null, [
    aReleaseRow({ input: aReleaseInput({ manifest, readme: '# Whisper\n' }) }),
  ])
}

/** In a community folder, with nothing but a recipe. */
export function sourceOnly(): WorkerRecord {
  const manifest = aManifest({
    id: 'tts-worker',
    name: 'TTS',
    build: { features: ['cpu', 'rocm'], default_feature: 'rocm', system: 'cmake' },
    deprecation: { message: 'Use another one' },
  })
  return aRecord('community', aCatalogEntry({ manifest, source: 'community', readme: null }))
}

/** Closed: its folder has a PKGBUILD.bin that names files elsewhere, and no source. */
export function binaryElsewhere(): WorkerRecord {
  const manifest = aManifest({
    id: 'premium-worker',
    name: 'Premium',
    license: 'Proprietary',
    pricing: { model: 'one-time', price_usd: 49 },
    build: { features: ['cuda', 'cpu'], default_feature: 'cpu' },
    platforms: { linux: ['x86_64', 'aarch64'] },
  })
  const binary = { variant: 'cpu', sha256: aSha256(6) }
  return aRecord(
    'community',
    aCatalogEntry({
      manifest,
      source: 'community',
      layout: 'folder',
      pkgbuild_bin: 'pkgname=premium-worker\n',
      binary_sources: [
        { ...binary, platform: 'linux-aarch64', url: 'https://files.example/premium-aarch64.tar.gz' },
        { ...binary, platform: 'linux-x86_64', url: 'https://files.example/premium-x86_64.tar.gz' },
      ],
    }),
  )
}

/** On a branch of its own, whose history holds earlier versions; one of them was published. */
export function branchWorker(): WorkerRecord {
  const manifest = aManifest({ id: 'tune-worker', name: 'Tune' })
  const earlier = (version: string, commit: string, month: number) => ({
    version,
    manifest,
    commit: commit.padEnd(40, '0'),
    committed_at: Date.UTC(2025, month, 1),
  })
  const entry = aCatalogEntry({
    manifest,
    layout: 'branch',
    version: '1.2.0',
    git: {
      url: 'https://git.example/workers.git',
      commit: 'c'.repeat(40),
      branch: 'tune-worker',
      path: '.',
    },
    pkgbuild: 'pkgname=tune-worker\n',
    earlier: [
      earlier('1.1.0', 'a1', 2),
      earlier('1.0.0', 'a0', 1),
      {
        ...earlier('0.9.0', '09', 0),
        manifest: aManifest({ id: 'tune-worker', name: 'Tune', binary_name: 'old-program' }),
        binary_sources: [
          {
            platform: 'linux-x86_64',
            variant: 'cpu',
            url: 'https://files.example/0.9.0.tar.gz',
            sha256: aSha256(9),
          },
        ],
      },
    ],
  })
  return aRecord('community', entry, [aReleaseRow({ input: aReleaseInput({ manifest }) })])
}

/** Ports over rows that a test changes as it likes, and an empty store. */
export function documentPorts(records: Map<string, WorkerRecord>) {
  return {
    documents: memoryDocumentStore(),
    clock: fakeClock(),
    database: {
      getWorker: async (id) => records.get(id) ?? null,
      getWorkers: async (ids) => recordsOf(records, ids),
      dueRevisions: async () => new Map(),
      listCatalogStates: async () => [],
      readChangeNumber: async () => 0,
      saveIndexed: async () => false,
      findAlike: async () => [],
      findNamesakes: async () => [],
      listIndexedNames: async () => [],
      resetIndex: async () => {},
      saveNeeds: async () => false,
    },
  } satisfies DocumentPorts
}

function recordsOf(
  records: Map<string, WorkerRecord>,
  ids: readonly WorkerId[],
): Map<WorkerId, WorkerRecord> {
  const found = ids.flatMap((id) => {
    const record = records.get(id)
    return record ? [[id, record] as const] : []
  })
  return new Map(found)
}
