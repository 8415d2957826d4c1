import { setTimeout as sleep } from 'node:timers/promises'
import {
  type ArtifactDocument,
  RbeeError,
  type ReleaseDocument,
  releaseDocumentSchema,
  sha256Of,
  tryParseJson,
  type Version,
  versionSchema,
  type WorkerId,
  type WorkerIndex,
  workerIdSchema,
} from '@rbee/schema'
import { requireDocument } from '@rbee/trust/client'
import type { CommandContext } from '../../program/command.ts'
import type { RegistryConnection } from '../../registry/connect.ts'
import { networkTimeout } from '../../registry/network-timeout.ts'
import { workerPages } from '../../registry/worker-pages.ts'
import { type RecordedRegistry, recordLog, recordRegistry } from '../collect/record-registry.ts'
import { download } from '../download.ts'
import type { HiveHome } from '../home.ts'
import { fetchEnvelope } from '../provenance/fetch-envelope.ts'
import { connectVerified, type VerifiedConnection } from '../trust/connect-verified.ts'
import { isDisagreement } from '../trust/trust.ts'
import { type MirroredArchive, type MirrorFolder, mirrorFolder } from './mirror-folder.ts'
import { isImmutable } from './mirror-path.ts'

export interface MirrorRequest {
  readonly folder: string
  readonly registry: string
  /** Ids; none for all workers of the registry. */
  readonly workers: readonly string[]
  readonly home: HiveHome
  /** Trust a registry that is not known yet without asking. */
  readonly yes: boolean
  /** What is not needed any more stays for so long, for clients that began before. */
  readonly graceMs: number
}

export interface MirrorResult {
  readonly folder: string
  readonly registry: string
  readonly workers: number
  readonly releases: number
  /** What was downloaded of archives and patches. */
  readonly archives: { readonly downloaded: number; readonly bytes: number; readonly unchanged: number }
  readonly removed: number
}

/** A registry that changes while it is read is read again after these times, in milliseconds: only what changed is fetched anew. */
const PAUSES_MS = [200, 800, 3_000, 10_000] as const

/**
 * Makes a folder with what a registry answers, for any web server to serve. What is there is not fetched again. Documents are
 * compared with what is signed, archives with their digests, and clients see either the mirror as it was or as it is now.
 * Fails as `connectVerified`, as documents and archives do that are not what is signed, and with `worker_not_found`.
 */
export async function syncMirror(context: CommandContext, request: MirrorRequest): Promise<MirrorResult> {
  const { home, yes } = request
  const own = await connectVerified(context, request.registry, home, { yes, allowUnsigned: false })
  const folder = await mirrorFolder(request.folder)
  const archives = noArchives()
  const work = () => fillFolder(context, request, { own, folder, archives })
  const counts = await untilItAgrees(work, context)
  context.signal.throwIfAborted()
  await folder.publish()
  const removed = await folder.removeStale(context.clock(), request.graceMs)
  const { downloaded, bytes, unchanged } = archives
  return {
    ...{ folder: request.folder, registry: own.url, ...counts, removed },
    archives: { downloaded, bytes, unchanged },
  }
}

/** Documents are written before they are signed: in between, and where one is published meanwhile, they do not agree. */
async function untilItAgrees<Result>(
  work: () => Promise<Result>,
  { terminal, signal }: CommandContext,
): Promise<Result> {
  for (const pause of PAUSES_MS) {
    try {
      return await work()
    } catch (error) {
      if (!isDisagreement(error)) throw error
      terminal.step(`${error.message}; it may be changing, so it is read again`)
      await sleep(pause, undefined, { signal })
    }
  }
  return work()
}

type Target = Pick<Sync, 'own' | 'folder' | 'archives'>

/** Puts a registry, as it is at one moment, into the folder. */
async function fillFolder(
  context: CommandContext,
  request: MirrorRequest,
  { own, folder, archives }: Target & { own: VerifiedConnection },
): Promise<Counts> {
  const recorded = await recordRegistry(context, request.home, own, {
    ask: localFirst(own.fetch, own.url, folder),
    keep: (address, bytes) => folder.put(address, bytes),
  })
  const sync: Sync = { context, recorded, folder, own, archives, counts: { workers: 0, releases: 0 } }
  for await (const id of workersOf(request, own)) await syncWorker(id, sync)
  await recorded.trusted.target('revocations.json')
  await recordLog(recorded, context.signal, true)
  await recorded.fetch(`${own.url}/v1/log/key`, { signal: context.signal, redirect: 'manual' })
  return sync.counts
}

interface Counts {
  workers: number
  releases: number
}

interface Sync {
  readonly context: CommandContext
  readonly recorded: RecordedRegistry
  readonly folder: MirrorFolder
  readonly own: Pick<RecordedRegistry, 'fetchBytes' | 'url'>
  readonly counts: Counts
  readonly archives: ReturnType<typeof noArchives>
}

/** Each archive is counted once, however often the registry is read. */
function noArchives() {
  return { counted: new Set<string>(), downloaded: 0, bytes: 0, unchanged: 0 }
}

/** What never changes is not asked for again. */
function localFirst(ask: typeof fetch, registry: string, folder: MirrorFolder): typeof fetch {
  return async (input, init) => {
    const { href } = new URL(input instanceof Request ? input.url : input)
    const address = href.slice(registry.length)
    const there = isImmutable(address) ? await folder.read(address) : null
    if (there === null) return ask(input, init)
    return new Response(new Uint8Array(there))
  }
}

async function* workersOf(
  { workers }: MirrorRequest,
  { client, url }: RegistryConnection,
): AsyncGenerator<WorkerId> {
  for (const name of workers) yield workerIdSchema.parse(name)
  if (workers.length > 0) return
  for await (const page of workerPages(client.listWorkers, url)) for (const { id } of page.workers) yield id
}

async function syncWorker(id: WorkerId, sync: Sync): Promise<void> {
  const { recorded, counts } = sync
  const index = await recorded.trusted.worker(id)
  if (index === null) {
    throw new RbeeError('worker_not_found', `${recorded.url} has no worker ${id}`, {
      next: 'name workers by their ids, or none for all',
    })
  }
  counts.workers += 1
  for (const [address] of Object.entries(index.documents)) {
    const bytes = await syncDocument(address, index, sync)
    const version = versionOf(address, id)
    if (version === null) continue
    const release = releaseDocumentSchema.parse(tryParseJson(bytes.toString('utf8')))
    await syncRelease(release, sync)
    counts.releases += 1
  }
  await syncLatest(id, index, sync)
}

/** Null for a document that is none of a release. */
function versionOf(address: string, id: WorkerId): Version | null {
  return versionSchema.safeParse(address.slice(`/v1/workers/${id}/`.length)).data ?? null
}

/** The document, at the address of the worker and at those of its variants and aliases. */
async function syncDocument(address: string, index: WorkerIndex, sync: Sync): Promise<Buffer> {
  const { folder } = sync
  const there = await folder.read(address)
  const isCurrent = there !== null && isSigned(index, address, there)
  const bytes = isCurrent ? there : await fetchDocument(address, index, sync)
  for (const alias of Object.keys(index.addresses)) {
    const own = address.replace(`/v1/workers/${index.worker}`, `/v1/workers/${alias}`)
    const isThere = isCurrent && (await folder.size(own)) === bytes.length
    if (isThere) folder.keep(own)
    else await folder.put(own, bytes)
  }
  return bytes
}

function isSigned(index: WorkerIndex, address: string, bytes: Uint8Array): boolean {
  try {
    requireDocument(index, address, bytes)
    return true
  } catch (error) {
    if (error instanceof RbeeError) return false
    throw error
  }
}

async function fetchDocument(
  address: string,
  index: WorkerIndex,
  { recorded: { unverified } }: Sync,
): Promise<Buffer> {
  const { worker } = index
  const got: Buffer[] = []
  const check = async (bytes: Uint8Array) => {
    requireDocument(index, address, bytes)
    got.push(Buffer.from(bytes))
  }
  const [name = ''] = address.slice(`/v1/workers/${worker}/`.length).split('/')
  if (name === '') await unverified.getWorker(worker, check)
  else if (name === 'versions') await unverified.listVersions(worker, check)
  else if (name === 'keys') await unverified.workerKeys(worker, check)
  else await unverified.getRelease(worker, decodeURIComponent(name), check)
  return Buffer.concat(got)
}

/** The release that is installed when none is named stands in the list of versions. */
async function syncLatest(id: WorkerId, index: WorkerIndex, { recorded, folder }: Sync): Promise<void> {
  const { latest } = await recorded.unverified.listVersions(id, async (bytes) =>
    requireDocument(index, `/v1/workers/${id}/versions`, bytes),
  )
  const release = `/v1/workers/${id}/${latest}`
  await recorded.unverified.getRelease(id, latest, async (bytes) => {
    requireDocument(index, release, bytes)
    for (const alias of Object.keys(index.addresses)) await folder.put(`/v1/workers/${alias}/latest`, bytes)
  })
}

async function syncRelease(release: ReleaseDocument, sync: Sync): Promise<void> {
  const { recorded, context } = sync
  const { worker, version } = release
  // Of a release that is known as source only, no log tells.
  if (release.variants.every(({ artifacts }) => artifacts.length === 0)) return
  if (recorded.isLogged) await recorded.unverified.releaseLog(worker, version, context.signal)
  // What is blocked is handed out by nobody, and what is sold by its registry alone.
  if (release.quarantined !== null || release.distribution.requires_license) return
  for (const { name: variant, artifacts } of release.variants) {
    for (const artifact of artifacts) {
      const { platform, digest, provenance } = artifact
      if (provenance !== null) {
        const subject = { worker, version, platform, variant, digest }
        await fetchEnvelope(recorded.unverified, subject, provenance, context.signal)
      }
      for (const archive of archivesOf(artifact)) await syncArchive(archive, sync)
    }
  }
}

/** Archives and patches that the registry itself has. */
function archivesOf({ archives, patches }: ArtifactDocument): MirroredArchive[] {
  return [
    ...archives.map(({ checksum, size, download_url }) => ({
      address: download_url,
      sha256: sha256Of(checksum),
      size,
    })),
    ...patches.map(({ sha256, size, download_url }) => ({ address: download_url, sha256, size })),
  ].filter(({ address }) => address.startsWith('/v1/blobs/'))
}

async function syncArchive(
  archive: MirroredArchive,
  { context: { terminal, signal, env }, folder, own, archives }: Sync,
): Promise<void> {
  const { address, size } = archive
  const isNew = !archives.counted.has(address)
  archives.counted.add(address)
  // It got its name when it had its digest.
  if ((await folder.size(address)) === size) {
    folder.keep(address)
    if (isNew) archives.unchanged += 1
    return
  }
  let bar: ReturnType<typeof terminal.progress> | null = null
  try {
    await folder.putArchive(archive, (start) => {
      const shown = terminal.progress({ label: 'downloading', total: size, from: start })
      bar = shown
      return download(new URL(own.url + address), {
        ...{ fetch: own.fetchBytes, signal, start, size, stallMs: networkTimeout(env) },
        onBytes: (count) => {
          archives.bytes += count
          shown.advance(count)
        },
      })
    })
    archives.downloaded += 1
  } finally {
    finish(bar)
  }
}

function finish(bar: { done(): void } | null): void {
  bar?.done()
}
