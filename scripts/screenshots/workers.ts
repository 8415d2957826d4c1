import { type PublishedWorker, program, type TestCatalog } from '../../apps/cli/src/hive/e2e/catalog.ts'
import type { Platform } from '../../packages/schema/src/index.ts'
import { aCatalogEntry, aManifest } from '../../packages/testing/src/index.ts'

const EVERYWHERE: readonly Platform[] = ['linux-x86_64', 'linux-aarch64', 'macos-aarch64']
/** As long as a manifest allows. */
const LONG_NAME = `Worker with a name of a hundred characters ${'that goes on '.repeat(6)}`.slice(0, 100)
const README = `# Whisper

Turns speech into text, with times for every word.

| Model | Memory | Words a second |
|---|---|---|
| tiny | 1 GiB | 40 |
| large | 10 GiB | 4 |

\`\`\`sh
rbee-hive run whisper-worker --model ggml-base.bin --port 8080 --threads 8 --language auto --timestamps word
\`\`\`

- reads WAV, FLAC and MP3
- [its documentation](https://example.org/)
`

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
  worker(
    'rtl-worker',
    'عامل الترجمة',
    'يترجم النصوص بين العربية ولغات أخرى',
    { cpu: 1 },
    { tags: ['translation'] },
  ),
]

/** Fills a catalog with workers in every state that pages have to show. */
export async function bringWorkers(catalog: TestCatalog): Promise<void> {
  await catalog.publish({ ...LLM, official: true, version: '0.1.0' })
  await catalog.publish({ ...LLM, version: '0.2.0', manifest: { ...LLM.manifest, license: 'MIT' } })
  await catalog.publish({ ...LLM, version: '0.3.0-rc.1' })
  await catalog.publish(PREMIUM)
  for (const one of OTHERS) await catalog.publish(one)
  await catalog.publish({ ...PREMIUM, version: '1.1.0' })
  await catalog.change('llm-worker', '0.1.0', 'yank', 'It answers slowly on machines with many processors')
  await catalog.change('tts-worker', '0.1.0', 'quarantine', 'It opens a connection that it does not name')
  const git = { url: null, commit: 'b'.repeat(40), branch: 'main', path: 'whisper-worker' }
  const manifest = aManifest({
    id: 'whisper-worker',
    name: 'Whisper',
    description: 'Turns speech into text, with times for every word',
    tags: ['speech', 'asr'],
    build: { features: ['cpu', 'cuda'], default_feature: 'cpu' },
  })
  await catalog.describe([
    aCatalogEntry({ manifest, version: '2.0.0', source: 'community', readme: README, git }),
  ])
}
