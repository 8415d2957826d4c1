import { createClient, type RegistryClient } from '@rbee/api-client'
import { entryHash } from '@rbee/registry'
import {
  aCatalogEntry,
  aKeyChange,
  aPublisherSigner,
  aReleaseInput,
  artifactOf,
  declarationOf,
  type PackedArchive,
  packedArchive,
  partOf,
  withProvenance,
} from '@rbee/testing'
import { describeWorker, HOST_ARCH, HOST_OS, type PublishedWorker, program } from '../catalog.ts'

/** A registry that is up, whatever it runs on, and a token that may do everything there. */
export interface OpenSite {
  readonly url: string
  readonly token: string
}

const PASSES = '[ "$1" = --self-test ] && exit 0'
/** Reads of a PNG what can be read without a model: its size, which its first chunk holds. */
const READER = `
import { createServer } from 'node:http'
const port = process.argv[process.argv.indexOf('--port') + 1]
createServer(async (request, response) => {
  const picture = Buffer.concat(await request.toArray())
  const isPng = picture.subarray(1, 4).toString() === 'PNG'
  const text = isPng ? \`\${picture.readUInt32BE(16)} by \${picture.readUInt32BE(20)} pixels\` : 'no picture'
  response.end(JSON.stringify({ text }))
}).listen(Number(port), '127.0.0.1')
`

/** Stands in for the official worker, which takes half a minute to build. */
const OCR: PublishedWorker = {
  id: 'ocr-worker',
  official: true,
  variants: {
    cpu: program('ocr-worker', `${PASSES}\nexec "${process.execPath}" "$(dirname "$0")/../server.mjs" "$@"`, {
      'server.mjs': READER,
    }),
  },
  manifest: {
    name: 'OCR Worker',
    description: 'Reads text off pictures',
    tags: ['ocr', 'vision'],
    requirements: { cpu: { memory: '64 MiB' } },
    run: { command: ['bin/ocr-worker'], port_flag: '--port' },
  },
}

/** Two that do the same, on other terms. */
const LANGUAGE_MODELS: readonly PublishedWorker[] = (
  [
    { id: 'llm-small', name: 'Small LLM', vram: '2 GiB', license: 'Apache-2.0', engine: 100_000 },
    { id: 'llm-large', name: 'Large LLM', vram: '48 GiB', license: 'MIT', engine: 3_000_000 },
  ] as const
).map(({ id, name, vram, license, engine }) => {
  const build = program(id, PASSES, { 'lib/engine': noise(engine) })
  return {
    id,
    variants: { cuda: build, cpu: build },
    manifest: {
      name,
      license,
      description: 'Completes text with a language model',
      tags: ['llm'],
      capabilities: { supported_formats: ['gguf'], tasks: ['text-generation'] },
      requirements: { cuda: { vram } },
    },
  }
})

/** A release of a worker whose publisher signs from 1.0.0 on. */
const speech = (version: string): PublishedWorker => ({
  id: 'speech-worker',
  version,
  variants: { cpu: program('speech-worker', `${PASSES}\necho ${version}`) },
  ...(version < '1' ? {} : { signer: aPublisherSigner() }),
  manifest: { name: 'Speech Worker', description: 'Turns speech into text', tags: ['asr'] },
})

export const QUARANTINED = { id: 'speech-worker', version: '1.1.0', reason: 'It sends recordings to others' }

/** Brings the workers of the stories into a fresh registry, over HTTP, as their publishers and its operator would. */
export async function fillShelf(site: OpenSite, { withOcr }: { readonly withOcr: boolean }): Promise<void> {
  const client = createClient({ registry: site.url, token: site.token })
  if (withOcr) await bring(client, OCR)
  for (const worker of LANGUAGE_MODELS) await bring(client, worker)
  await bring(client, speech('0.9.0'))
  const { id } = describeWorker(speech('0.9.0')).manifest
  await client.changeWorkerKeys(id, aKeyChange(id, [], 'bound', aPublisherSigner()))
  await bring(client, speech('1.0.0'))
  await bring(client, speech(QUARANTINED.version))
  await client.changeRelease('quarantine', QUARANTINED, QUARANTINED.reason)
}

async function bring(client: RegistryClient, worker: PublishedWorker): Promise<void> {
  const { manifest, version } = describeWorker(worker)
  if (worker.official) await describe(client, aCatalogEntry({ manifest, version, source: 'official' }))
  const artifacts = []
  for (const [variant, files] of Object.entries(worker.variants)) {
    const archives = [await packedArchive(files, 'tar.zst'), await packedArchive(files, 'tar.gz')] as const
    for (const archive of archives) await send(client, archive)
    artifacts.push(artifactOf(archives, { platform: `${HOST_OS}-${HOST_ARCH}`, variant }))
  }
  const input = aReleaseInput({ manifest, version, artifacts })
  const { signer } = worker
  const release = signer === undefined ? input : withProvenance(input, signer)
  await client.publishRelease(manifest.id, version, release)
}

/** Syncs a catalog of one worker. */
async function describe(client: RegistryClient, entry: ReturnType<typeof aCatalogEntry>): Promise<void> {
  const { sync_id } = await client.beginSync({
    catalog: 'official',
    commit: 'c'.repeat(40),
    entries: [{ id: entry.manifest.id, hash: entryHash(entry) }],
  })
  await client.addSyncEntries(sync_id, [entry])
  await client.finishSync(sync_id, [])
}

/** Archives that the registry has already, of another variant, are not sent again. */
async function send(client: RegistryClient, archive: PackedArchive): Promise<void> {
  const { upload_id, parts } = await client.openUpload(declarationOf(archive))
  if (upload_id === null) return
  for (let part = 1; part <= parts; part += 1)
    await client.putPart(upload_id, part, new Uint8Array(partOf(archive, part)))
  await client.completeUpload(upload_id)
}

/** Bytes that do not compress, and are the same in every run. */
function noise(length: number): Uint8Array {
  const bytes = new Uint8Array(length)
  for (let at = 0, value = length; at < length; at += 1) {
    value = (Math.imul(value, 1_103_515_245) + 12_345) >>> 0
    bytes[at] = value >>> 16
  }
  return bytes
}
