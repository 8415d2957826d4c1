import {
  type HostProfile,
  RbeeError,
  type ReleaseDocument,
  type Sha256,
  sha256Of,
  sha256Schema,
  variantNameSchema,
} from '@rbee/schema'
import { sha256Of as hashOf } from '@rbee/trust'
import type { CommandContext } from '../../program/command.ts'
import { fetchThroughMirror } from '../../registry/mirrors.ts'
import { networkTimeout } from '../../registry/network-timeout.ts'
import { parseWorkerAddress, variantOfAddress } from '../address.ts'
import { chooseRelease } from '../choose-release.ts'
import {
  type RecordedRegistry,
  recordLog,
  recordRegistry,
  recordRevocations,
} from '../collect/record-registry.ts'
import { download } from '../download.ts'
import { vouchAt } from '../evidence/vouch.ts'
import type { HiveHome } from '../home.ts'
import { type InstallRequest, nothingLeft, plan } from '../install.ts'
import { markQuarantined } from '../revocations/mark-release.ts'
import { connectVerified, type VerifiedConnection } from '../trust/connect-verified.ts'
import { BUNDLE_FORMAT, type BundledFile, type BundledWorker, type BundleIndex } from './bundle-index.ts'
import { writeBundle } from './write-bundle.ts'

export interface BundleRequest {
  /** As users name them: `llm-worker`, `llm-worker-cuda@0.1.0`. */
  readonly workers: readonly string[]
  /** What they are installed on. */
  readonly profiles: readonly HostProfile[]
  /** The user's own choice of a variant, for every worker. */
  readonly variant?: string | undefined
  readonly registry: string
  readonly home: HiveHome
  /** Trust a registry that is not known yet without asking. */
  readonly yes: boolean
  readonly output: string
}

export interface CreatedBundle {
  readonly index: BundleIndex
  /** Of all files in it, in bytes. */
  readonly bytes: number
}

interface Archive {
  readonly sha256: Sha256
  readonly size: number
  readonly url: URL
}

/**
 * Puts all that an install of workers needs into one file: each is planned for each host and verified as when it is installed
 * here, and what the registry answered meanwhile is kept beside the archives. Until the file is whole there is none. Fails as an
 * install does, and with `nothing_fits` for a host that none of a worker's variants fits.
 */
export async function createBundle(context: CommandContext, request: BundleRequest): Promise<CreatedBundle> {
  const { home, yes } = request
  const own = await connectVerified(context, request.registry, home, { yes, allowUnsigned: false })
  const created = new Date(context.clock()).toISOString()
  const answers = new Map<string, Uint8Array>()
  const keep = async (address: string, bytes: Uint8Array) => void answers.set(address, bytes)
  // What a mirror answers is kept as of the registry, which is whose it is.
  const { mirror } = context
  const ask = mirror === undefined ? own.fetch : fetchThroughMirror(own.fetch, own.url, mirror)
  const recorded = await recordRegistry(context, home, own, { ask, keep })
  const archives = new Map<Sha256, Archive>()
  const workers: BundledWorker[] = []
  for (const name of request.workers) {
    const worker = await collectWorker(context, name, request, recorded, archives)
    if (workers.some((one) => one.worker === worker.worker)) throw namedTwice(worker)
    workers.push(worker)
  }
  await recordLog(recorded, context.signal)
  const files = filesOf(answers, archives, recorded.url)
  const { version, sha256 } = recorded.root
  const index: BundleIndex = {
    format: BUNDLE_FORMAT,
    registry: recorded.url,
    created_at: created,
    root: { version, sha256: sha256Schema.parse(sha256) },
    workers,
    files: files.map(({ file }) => file),
  }
  await write(context, request.output, index, { answers, archives, own })
  return { index, bytes: index.files.reduce((sum, { size }) => sum + size, 0) }
}

async function collectWorker(
  context: CommandContext,
  name: string,
  { profiles, variant: wanted, home }: BundleRequest,
  recorded: RecordedRegistry,
  archives: Map<Sha256, Archive>,
): Promise<BundledWorker> {
  const { client, url, trust } = recorded
  const { address, version } = parseWorkerAddress(name)
  const chosen = await chooseRelease(client, address, version)
  const { worker } = chosen.release
  // By its id and version is how it is asked for when it is installed.
  const release = markQuarantined(
    await client.getRelease(worker, chosen.release.version),
    await recordRevocations(recorded),
  )
  if (release.distribution.requires_license) throw sold(release)
  const variant = wanted ?? variantOfAddress(address, release) ?? undefined
  const vouch = vouchAt({ ...context, home, registry: url, client, trust })
  const builds: BundledWorker['builds'] = []
  for (const profile of profiles) {
    const request = { release, profile, registry: url, variant, allowYanked: version !== null, home }
    const planned = await plannedBuild(request)
    if (builds.some((one) => one.variant === planned.variant && one.platform === planned.platform)) continue
    builds.push({ variant: planned.variant, platform: planned.platform })
    await vouch({ release, artifact: planned, signal: context.signal })
    const { checksum, size, download_url } = planned.artifact
    const sha256 = sha256Of(checksum)
    const address = new URL(download_url)
    if (!address.href.startsWith(`${url}/`)) throw elsewhere(release, address)
    archives.set(sha256, { sha256, size, url: address })
  }
  const own = variant === undefined ? null : variantNameSchema.parse(variant)
  return { worker, version: release.version, variant: own, builds }
}

/** Fails with `nothing_fits` and `quarantined`. */
async function plannedBuild(request: InstallRequest) {
  const chosen = plan(request)
  const { variant, artifact } = chosen
  if (variant === null || artifact === null) throw await nothingLeft(chosen, [], request)
  const { platform, name } = namedBuild(request.release, chosen.platform, variant)
  return { platform, variant: name, artifact }
}

/** The names as the release has them. */
function namedBuild({ variants }: ReleaseDocument, platform: string, variant: string) {
  const found = variants.find(({ name }) => name === variant)
  const artifact = found?.artifacts.find((one) => one.platform === platform)
  if (found === undefined || artifact === undefined) throw new Error('what was planned is not in the release')
  return { name: found.name, platform: artifact.platform }
}

/** Each file once, in the order of their digests. */
function filesOf(
  answers: ReadonlyMap<string, Uint8Array>,
  archives: ReadonlyMap<Sha256, Archive>,
  registry: string,
): { readonly file: BundledFile; readonly bytes: Uint8Array | null }[] {
  const files = new Map<Sha256, { file: BundledFile; bytes: Uint8Array | null }>()
  for (const [address, bytes] of answers) {
    const sha256 = sha256Schema.parse(hashOf(bytes))
    const addresses = [...(files.get(sha256)?.file.addresses ?? []), address]
    files.set(sha256, { file: { sha256, size: bytes.length, addresses }, bytes })
  }
  for (const { sha256, size, url } of archives.values()) {
    files.set(sha256, { file: { sha256, size, addresses: [url.href.slice(registry.length)] }, bytes: null })
  }
  return [...files.values()].toSorted((a, b) => (a.file.sha256 < b.file.sha256 ? -1 : 1))
}

interface Contents {
  readonly answers: ReadonlyMap<string, Uint8Array>
  readonly archives: ReadonlyMap<Sha256, Archive>
  readonly own: VerifiedConnection
}

async function write(
  { terminal, signal, env }: CommandContext,
  output: string,
  index: BundleIndex,
  { answers, archives, own }: Contents,
): Promise<void> {
  const total = [...archives.values()].reduce((sum, { size }) => sum + size, 0)
  const bar = terminal.progress({ label: 'downloading', total })
  try {
    await writeBundle(output, index, {
      signal,
      open: ({ sha256, addresses: [address = ''] }) => {
        const archive = archives.get(sha256)
        if (archive === undefined) return once(answers.get(address) ?? new Uint8Array())
        return download(archive.url, {
          fetch: own.fetchBytes,
          signal,
          size: archive.size,
          stallMs: networkTimeout(env),
          onBytes: (count) => bar.advance(count),
        })
      },
    })
  } finally {
    bar.done()
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes
}

function namedTwice({ worker }: BundledWorker): RbeeError {
  return new RbeeError('usage', `${worker} is named twice`, {
    next: 'a bundle holds one release of a worker, with builds for all hosts that are given',
  })
}

function sold({ worker, version }: ReleaseDocument): RbeeError {
  return new RbeeError(
    'license_required',
    `${worker} ${version} is for who has a licence: no bundle holds it`,
    {
      next: 'install it where the registry is in reach',
    },
  )
}

function elsewhere({ worker, version }: ReleaseDocument, { origin }: URL): RbeeError {
  return new RbeeError(
    'bundle_incomplete',
    `the archives of ${worker} ${version} lie with ${origin}, not with the registry`,
    {
      next: 'ask the publisher of the worker to publish them at the registry',
    },
  )
}
