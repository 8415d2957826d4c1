import { mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type CompressedArtifact, type CompressionLevel, compressArchive, digestTar } from '@rbee/packaging'
import type { PublisherSigner } from '@rbee/provenance'
import {
  type Archive,
  type Artifact,
  type Digest,
  type Platform,
  RbeeError,
  type ReleaseDocument,
  type VariantName,
} from '@rbee/schema'
import type { CommandContext } from '../program/command.ts'
import type { RegistryConnection } from '../registry/connect.ts'
import { findLicense, listArtifactFiles } from './artifact-files.ts'
import { buildVariant } from './build.ts'
import { type AddedPatch, addPatches, type PatchSettings } from './patches/add-patches.ts'
import {
  composePlan,
  type PlannedRelease,
  type PreparedArtifact,
  type PublishPlan,
  type PublishWarning,
  warningsOf,
} from './plan.ts'
import { putRelease } from './provenance/put-release.ts'
import { type PlannedSigning, planSigning, prepareSigning, type Signing } from './provenance/signing.ts'
import { artifactsOfRelease, findRelease } from './published-release.ts'
import { connectPublisher } from './publisher-connection.ts'
import { makeScratchFolder } from './scratch-folder.ts'
import { proveArtifact } from './self-test.ts'
import { chooseTargets, type Target, targetName } from './targets.ts'
import { uploadArchive } from './upload.ts'
import { type DescriptionOptions, describeWorker, type WorkerDescription } from './worker-description.ts'

export interface PublishRequest extends DescriptionOptions {
  /** The worker's folder, absolute. */
  readonly folder: string
  /** Variants to build here; empty means the default one, unless artifacts were given. */
  readonly variants: readonly VariantName[]
  readonly host: Platform | null
  readonly compression: CompressionLevel
  readonly dryRun: boolean
  readonly skipSelfTest: boolean
  /** Whether a build's output is shown as it comes. */
  readonly verbose: boolean
  /** Null where nothing is signed. */
  readonly signer: PublisherSigner | null
  readonly patches: PatchSettings
}

export interface PublishResult {
  readonly worker: string
  readonly version: string
  /** `unchanged`: the registry had this very release already. */
  readonly status: 'published' | 'unchanged'
  /** Address of the release. */
  readonly url: string
  readonly artifacts: readonly {
    readonly platform: Platform
    readonly variant: VariantName
    readonly digest: Digest
    readonly unpacked_size: number
    readonly archives: readonly Archive[]
  }[]
  /** The key that signed, and what was signed of where it comes from; null where nothing was. */
  readonly signing: PlannedSigning | null
  /** What was added to the release for who has an earlier one. */
  readonly patches: readonly AddedPatch[]
  readonly warnings: readonly PublishWarning[]
}

/**
 * Describes, builds, checks and publishes a worker. With `dryRun` nothing is built or changed, and the plan is returned.
 * Nothing is left on this machine, whatever happens, and what a killed run left is removed; on the registry at most an upload that the next run goes on with.
 */
export async function publish(
  request: PublishRequest,
  registry: RegistryConnection,
  context: CommandContext,
): Promise<PublishPlan | PublishResult> {
  const scratch = await makeScratchFolder(tmpdir(), 'publish')
  try {
    const worker = await describeWorker(request.folder, request, context.terminal)
    const publisher = request.dryRun
      ? registry
      : await connectPublisher(registry, worker.manifest.id, context)
    const targets = chooseTargets({ ...request, manifest: worker.manifest, cwd: context.cwd })
    const signing = await prepareSigning({ ...request, worker: worker.manifest.id }, registry, context)
    const license = await findLicense(request.folder)
    const prepared = await prepareArtifacts({ request, worker, targets, license, scratch }, context)
    const document = await findRelease(registry, worker, request.dryRun)
    const plan = composePlan(worker, registry.url, targets, prepared, document)
    const planned = signing && planSigning(signing)
    const reachable = document !== undefined
    const warnings = warningsOf(worker, targets, { license, prepared, reachable, signing: planned })
    if (request.dryRun) return { ...plan, signing: planned, warnings }
    if (plan.release !== 'identical')
      for (const { message } of warnings) context.terminal.info(`note: ${message}`)
    const job = { request, worker, prepared, scratch, registry: publisher, signing }
    const published =
      plan.release === 'identical' && document
        ? await confirmRelease(job, document, context)
        : await publishRelease(job, plan, context)
    const url = `${registry.url}/v1/workers/${plan.worker}/${encodeURIComponent(plan.version)}`
    const patches = await patchEarlier(job, context)
    return {
      worker: plan.worker,
      version: plan.version,
      url,
      ...published,
      signing: planned,
      patches,
      warnings,
    }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** Also of a release that was there already: what an interrupted publish left out is added. */
async function patchEarlier(
  { request, worker, prepared, scratch, registry }: Job,
  context: CommandContext,
): Promise<AddedPatch[]> {
  if (request.patches.count === 0) return []
  const { manifest, version } = worker
  const local = prepared.map(({ target: { platform, variant }, entries }) => ({ platform, variant, entries }))
  return addPatches({ worker: manifest.id, version }, local, request.patches, registry, scratch, context)
}

interface Preparation {
  readonly request: PublishRequest
  readonly worker: WorkerDescription
  readonly targets: readonly Target[]
  readonly license: string | null
  readonly scratch: string
}

/** Builds what is to be built, unless it is a dry run, and finds the digest of everything that is there. */
async function prepareArtifacts(
  preparation: Preparation,
  context: CommandContext,
): Promise<PreparedArtifact[]> {
  const { request, worker, targets, license } = preparation
  const prepared: PreparedArtifact[] = []
  for (const target of targets) {
    if (target.origin === 'build' && request.dryRun) continue
    const folder = target.origin === 'build' ? await build(preparation, target, context) : target.path
    const entries = await listArtifactFiles(folder, target, worker, license)
    prepared.push({ target, entries, ...(await digestTar(entries)) })
    context.signal.throwIfAborted()
  }
  return prepared
}

async function build(
  { request, worker, scratch }: Preparation,
  { platform, variant }: Target,
  { terminal, env, signal }: CommandContext,
): Promise<string> {
  terminal.step(`building ${worker.manifest.id} ${worker.version} for ${targetName({ platform, variant })}`)
  const onLine = request.verbose ? (line: string) => terminal.info(`  ${line}`) : undefined
  try {
    return await buildVariant(
      { ...worker, folder: request.folder, platform, variant, scratch },
      { env, signal, onLine },
    )
  } catch (error) {
    const log = error instanceof RbeeError ? error.details.log : undefined
    if (typeof log === 'string' && log !== '' && !request.verbose)
      terminal.error(`the end of the build's output:\n${log}`)
    throw error
  }
}

interface Job {
  readonly request: PublishRequest
  readonly worker: WorkerDescription
  readonly prepared: readonly PreparedArtifact[]
  readonly scratch: string
  readonly registry: RegistryConnection
  readonly signing: Signing | null
}

type Published = Pick<PublishResult, 'status' | 'artifacts'>

/** Asks the registry to publish what it has, without sending bytes: it alone knows whether the manifest is the same, too. */
async function confirmRelease(
  job: Job,
  document: ReleaseDocument,
  context: CommandContext,
): Promise<Published> {
  const artifacts = artifactsOfRelease(document)
  // A release may hold artifacts that were published from elsewhere; then there is nothing to compare as a whole.
  if (artifacts.length > job.prepared.length) return { status: 'unchanged', artifacts }
  return { status: (await sendRelease(job, artifacts, context)) ? 'published' : 'unchanged', artifacts }
}

async function publishRelease(job: Job, plan: PlannedRelease, context: CommandContext): Promise<Published> {
  if (plan.release === 'different') throw conflict(plan)
  const compressed: { prepared: PreparedArtifact; packed: CompressedArtifact }[] = []
  for (const [index, prepared] of job.prepared.entries()) {
    const packed = await pack(
      prepared,
      join(job.scratch, `packed-${index}`),
      job.request.compression,
      context,
    )
    if (prepared.target.origin === 'build' && !job.request.skipSelfTest) {
      await proveArtifact(packed, job.worker.manifest, job.scratch, context)
    }
    compressed.push({ prepared, packed })
  }
  context.terminal.step(`uploading to ${job.registry.url}`)
  const artifacts: Artifact[] = []
  for (const { prepared, packed } of compressed) {
    const { platform, variant } = prepared.target
    for (const archive of packed.archives) {
      const label = `${targetName(prepared.target)}.${archive.format}`
      await uploadArchive(archive, packed.digest, label, { ...context, client: job.registry.client })
    }
    const archives = packed.archives.map(({ format, sha256, size }) => ({ format, sha256, size }))
    artifacts.push({ platform, variant, digest: packed.digest, unpacked_size: packed.unpackedSize, archives })
  }
  context.signal.throwIfAborted()
  return { status: (await sendRelease(job, artifacts, context)) ? 'published' : 'unchanged', artifacts }
}

async function pack(
  { target, entries, digest, unpackedSize }: PreparedArtifact,
  folder: string,
  level: CompressionLevel,
  { terminal, signal }: CommandContext,
): Promise<CompressedArtifact> {
  await mkdir(folder)
  const bar = terminal.progress({ label: `packing ${targetName(target)}`, total: unpackedSize })
  const packed = await compressArchive(entries, folder, {
    level,
    signal,
    onProgress: (bytes) => bar.advance(bytes),
  })
  bar.done()
  if (packed.digest === digest) return packed
  throw new RbeeError('busy', `the files of ${targetName(target)} changed while they were packed`, {
    next: 'publish when nothing else writes to the folder, such as another build',
  })
}

/** @returns whether the release is new. */
function sendRelease(
  { registry, worker, signing, prepared }: Job,
  artifacts: readonly Artifact[],
  context: CommandContext,
): Promise<boolean> {
  const { manifest, version, readme, changelog } = worker
  const release = { manifest, version, artifacts: [...artifacts], readme, changelog }
  const targets = prepared.map(({ target }) => target)
  return putRelease(release, signing, targets, registry, context)
}

function conflict({ worker, version, artifacts }: PlannedRelease): RbeeError {
  const changed = artifacts.filter(({ digest, published_digest }) => digest !== published_digest)
  const names = changed.map(targetName).join(', ')
  return new RbeeError(
    'version_conflict',
    `${worker} ${version} is published with other contents (${names})`,
    {
      next: 'a release is never changed: publish under a new version',
      details: {
        artifacts: changed.map(({ platform, variant, digest, published_digest }) => ({
          platform,
          variant,
          digest,
          published_digest,
        })),
      },
    },
  )
}
