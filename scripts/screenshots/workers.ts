import { type PublishedWorker, program, type TestCatalog } from '../../apps/cli/src/hive/e2e/catalog.ts'
import type { Platform } from '../../packages/schema/src/index.ts'
import { aCatalogEntry, aManifest } from '../../packages/testing/src/index.ts'
import { LLM_README, RTL_README, WHISPER_README } from './readmes.ts'

const EVERYWHERE: readonly Platform[] = ['linux-x86_64', 'linux-aarch64', 'macos-aarch64']
/** As long as a manifest allows. */
const LONG_NAME = `Worker with a name of two hundred characters ${'that goes on '.repeat(13)}`.slice(0, 200)
/** A word that no line holds, and breaks nowhere by itself. */
const LONG_ID = 'w'.repeat(64)
/** A build of a few megabytes, different for every variant. */
function build(id: string, megabytes: number) {
  const engine = new Uint8Array(megabytes * 2 ** 20)
  for (let at = 0, value = megabytes + id.length; at < engine.length; at += 1) {
    value = (Math.imul(value, 1_103_515_245) + 12_345) >>> 0
    engine[at] = value >>> 16
  }
  return program(id, 'exit 0', { 'lib/engine': engine })
}

function worker(
  id: string,
  name: string,
  description: string,
  sizes: Readonly<Record<string, number>>,
  manifest: PublishedWorker['manifest'],
): PublishedWorker {
  const variants = Object.fromEntries(
    Object.entries(sizes).map(([variant, megabytes]) => [variant, build(id, megabytes)]),
  )
  return { id, variants, platforms: EVERYWHERE, manifest: { name, description, ...manifest } }
}

const CUDA = { vram: '8 GiB', cuda_version: '>=12.0', driver_version: '>=525.60' }

const LLM = worker(
  'llm-worker',
  'LLM Worker',
  'Serves GGUF language models with llama.cpp through an OpenAI-compatible API',
  { cuda: 4, vulkan: 3, metal: 2, cpu: 1 },
  {
    tags: ['llm', 'chat', 'embeddings', 'gguf'],
    requirements: { cuda: CUDA, cpu: { memory: '2 GiB', libc: 'glibc >=2.31' } },
    capabilities: {
      supported_formats: ['gguf'],
      supports_streaming: true,
      max_context_length: 131_072,
      tasks: ['text-generation', 'embeddings'],
    },
    authors: ['The rbee authors <workers@example.org>'],
    repository: 'https://git.example/rbee/llm-worker',
    documentation: 'https://docs.example/llm-worker/configuration',
    dependencies: { system: ['libgomp.so.1'], runtime: ['llama.cpp'] },
    run: { command: ['bin/llm-worker'], port_flag: '--port', model_flag: '--model' },
  },
)

const PREMIUM = worker(
  'sdxl-pro-worker',
  'SDXL Pro',
  'Draws pictures from words, twice as fast, with upscaling',
  { cuda: 3 },
  {
    tags: ['image-generation', 'stable-diffusion'],
    license: 'LicenseRef-Commercial',
    pricing: { model: 'subscription', price_usd: 29, interval: 'month', trial_days: 14 },
  },
)

const RTL = { name: 'عامل الترجمة', description: 'يترجم النصوص بين العربية ولغات أخرى' }

const OTHERS: readonly PublishedWorker[] = [
  worker(
    'vision-worker',
    'Vision Worker',
    'Describes pictures in sentences',
    { cuda: 2, cpu: 1 },
    { tags: ['vision'] },
  ),
  worker(
    'tts-worker',
    'Speaking Worker',
    'Reads text aloud in twelve voices',
    { cpu: 1 },
    { tags: ['speech', 'tts'] },
  ),
  worker(
    'embed-worker',
    'Embeddings',
    'Turns texts into vectors for search',
    { cpu: 1 },
    { tags: ['embeddings'] },
  ),
  worker('long-worker', LONG_NAME, LONG_NAME.repeat(2), { cpu: 1 }, { tags: ['llm'] }),
  worker(LONG_ID, 'N'.repeat(200), 'd'.repeat(500), { cpu: 1 }, { tags: ['llm', 't'.repeat(40)] }),
  worker('rtl-worker', RTL.name, RTL.description, { cpu: 1 }, { tags: ['translation'] }),
  worker(
    'old-worker',
    'Old Worker',
    'Completes sentences, as was done before there was chat',
    { cpu: 1 },
    { tags: ['llm'], deprecation: { message: 'Nobody mends it any more', successor: 'llm-worker' } },
  ),
]

const COMMUNITY = { url: 'https://git.example/workers.git', commit: 'b'.repeat(40), branch: 'main' }

/** Workers that stand in a Git catalog, of which some have no build. */
const DESCRIBED = [
  aCatalogEntry({
    manifest: aManifest({
      ...{ id: LLM.id, ...LLM.manifest },
      build: { features: Object.keys(LLM.variants), default_feature: 'cpu' },
    }),
    version: '0.2.0',
    readme: LLM_README,
  }),
  aCatalogEntry({
    manifest: aManifest({
      id: 'whisper-worker',
      name: 'Whisper',
      description: 'Turns speech into text, with times for every word',
      tags: ['speech', 'asr'],
      build: { features: ['cpu', 'cuda'], default_feature: 'cpu' },
    }),
    version: '2.0.0',
    source: 'community',
    readme: WHISPER_README,
    git: { ...COMMUNITY, path: 'whisper-worker' },
  }),
  aCatalogEntry({
    manifest: aManifest({ ...RTL, id: 'rtl-worker', tags: ['translation'] }),
    version: '0.1.0',
    source: 'community',
    readme: RTL_README,
    git: { ...COMMUNITY, path: 'rtl-worker' },
  }),
  aCatalogEntry({
    manifest: aManifest({
      id: 'bare-worker',
      name: 'Bare Worker',
      description: 'Says nothing of itself',
      capabilities: {},
    }),
    version: '0.0.1',
    source: 'community',
    readme: null,
    git: { url: null, commit: null, branch: null, path: 'bare-worker' },
  }),
]

/** Fills a catalog with workers in every state that pages have to show. */
export async function bringWorkers(catalog: TestCatalog): Promise<void> {
  await catalog.describe(DESCRIBED)
  await catalog.publish({ ...LLM, version: '0.1.0' })
  await catalog.publish({ ...LLM, version: '0.2.0', manifest: { ...LLM.manifest, license: 'MIT' } })
  await catalog.publish({ ...LLM, version: '0.3.0-rc.1' })
  await catalog.publish(PREMIUM)
  for (const one of OTHERS) await catalog.publish(one)
  await catalog.publish({ ...PREMIUM, version: '1.1.0' })
  await catalog.change('llm-worker', '0.1.0', 'yank', 'It answers slowly on machines with many processors')
  await catalog.change('old-worker', '0.1.0', 'yank', 'Its output changed without notice')
  await catalog.change('tts-worker', '0.1.0', 'quarantine', 'It opens a connection that it does not name')
}
