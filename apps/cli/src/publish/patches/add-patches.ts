import { createWriteStream } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { fileSource, makePatch, PATCH_MEMORY_BYTES, type Patch, patchMemory } from '@rbee/deltas'
import { decompress, type PackEntry, PREFERRED_FORMATS, packTar } from '@rbee/packaging'
import { absoluteUrl } from '@rbee/resolver'
import {
  type ArchiveDocument,
  type ArtifactDocument,
  PATCH_MAX_BYTES,
  type Platform,
  RbeeError,
  type ReleaseDocument,
  sha256Of,
  type VariantName,
  type WorkerId,
} from '@rbee/schema'
import { translateDiskError } from '../../hive/disk-errors.ts'
import { download } from '../../hive/download.ts'
import type { CommandContext } from '../../program/command.ts'
import { formatBytes } from '../../program/terminal.ts'
import type { RegistryConnection } from '../../registry/connect.ts'
import { artifactOf, type EarlierArtifact, earlierArtifacts, earlierReleases } from './earlier-archives.ts'

export interface PatchSettings {
  /** How many earlier releases are patched at most; 0 for no patches. */
  readonly count: number
  /** How long one patch may take to be made. */
  readonly seconds: number
}

/** What of a published artifact lies on this machine. */
export interface LocalArtifact {
  readonly platform: Platform
  readonly variant: VariantName
  readonly entries: readonly PackEntry[]
}

/** A patch that was added to the release. */
export interface AddedPatch {
  readonly platform: Platform
  readonly variant: VariantName
  readonly from_version: string
  /** In bytes. */
  readonly size: number
  /** Bytes of the smallest archive that it stands for. */
  readonly instead_of: number
}

/** The hive does not use a patch that is larger than this share of the archive. */
const WORTH_SHARE = 0.7
/** A smaller archive comes with the answer that a patch would begin with, in bytes. */
const ARCHIVE_MIN_BYTES = 64 * 1024

/**
 * Makes and sends patches from the last releases to the one that is published now. A patch that cannot be made or sent is told
 * of and keeps nobody from having the release. Fails when it is interrupted, or with `disk_full`.
 */
export async function addPatches(
  { worker, version }: { readonly worker: WorkerId; readonly version: string },
  local: readonly LocalArtifact[],
  { count, seconds }: PatchSettings,
  registry: RegistryConnection,
  scratch: string,
  context: CommandContext,
): Promise<AddedPatch[]> {
  const { client } = registry
  const added: AddedPatch[] = []
  try {
    const release = await client.getRelease(worker, version)
    const large = local.filter((one) => isLarge(artifactOf(release, one.platform, one.variant)))
    if (large.length === 0) return []
    const releases = await earlierReleases(client, release)
    for (const one of large) {
      const artifact = artifactOf(release, one.platform, one.variant)
      if (artifact === null) continue
      const bases = earlierArtifacts(releases, one, count).filter((base) => isMissing(artifact, base))
      const job = { release, artifact, local: one, seconds, registry, scratch }
      if (bases.length > 0) added.push(...(await addPatchesOf(job, bases, context)))
    }
  } catch (error) {
    tell(error, 'no further patches', context)
  }
  return added
}

function isLarge(artifact: ArtifactDocument | null): boolean {
  return artifact?.archives.every(({ size }) => size >= ARCHIVE_MIN_BYTES) ?? false
}

function isMissing({ digest, patches }: ArtifactDocument, { artifact: base }: EarlierArtifact): boolean {
  return base.digest !== digest && !patches.some((patch) => patch.from_digest === base.digest)
}

interface Job {
  readonly release: ReleaseDocument
  readonly artifact: ArtifactDocument
  readonly local: LocalArtifact
  readonly seconds: number
  readonly registry: RegistryConnection
  readonly scratch: string
}

async function addPatchesOf(
  job: Job,
  bases: readonly EarlierArtifact[],
  context: CommandContext,
): Promise<AddedPatch[]> {
  const { platform, variant, entries } = job.local
  const target = join(job.scratch, 'patched.tar')
  const added: AddedPatch[] = []
  await pipeline(packTar(entries), createWriteStream(target), { signal: context.signal })
  for (const base of bases) {
    const label = `${platform}/${variant} from ${base.version}`
    try {
      const size = await addPatch(job, target, base, label, context)
      const insteadOf = Math.min(...job.artifact.archives.map((archive) => archive.size))
      if (size !== null)
        added.push({ platform, variant, from_version: base.version, size, instead_of: insteadOf })
    } catch (error) {
      tell(error, `no patch of ${label}`, context)
    }
  }
  await rm(target)
  return added
}

/** @returns the size of the patch; null where there is none, which is told. */
async function addPatch(
  { release, artifact, local, seconds, registry, scratch }: Job,
  target: string,
  base: EarlierArtifact,
  label: string,
  context: CommandContext,
): Promise<number | null> {
  const { terminal, signal } = context
  const none = (why: string) => {
    terminal.info(`  ${label}  no patch: ${why}`)
    return null
  }
  // Before megabytes are downloaded for nothing.
  if (patchMemory(base.artifact.unpacked_size, artifact.unpacked_size) > PATCH_MEMORY_BYTES)
    return none(`it would take more than ${formatBytes(PATCH_MEMORY_BYTES)} of memory to make`)
  terminal.step(`making a patch of ${label}`)
  const path = join(scratch, 'base.tar')
  try {
    await fetchTar(base.artifact, path, registry, context)
    const patch = await patchFiles(path, target, seconds, context)
    if (typeof patch === 'string') return none(patch)
    const smallest = Math.min(...artifact.archives.map(({ size }) => size))
    if (patch.bytes.length > Math.min(smallest * WORTH_SHARE, PATCH_MAX_BYTES))
      return none(`it would have ${formatBytes(patch.bytes.length)}, the archive ${formatBytes(smallest)}`)
    const { platform, variant } = local
    const name = { id: release.worker, version: release.version, platform, variant }
    const { size } = await registry.client.putPatch(
      { ...name, from: sha256Of(base.artifact.digest) },
      new Uint8Array(patch.bytes),
      signal,
    )
    terminal.info(`  ${label}  ${formatBytes(size)} instead of ${formatBytes(smallest)}`)
    return size
  } finally {
    await rm(path, { force: true })
  }
}

/** Why there is none, or the patch. */
async function patchFiles(
  base: string,
  target: string,
  seconds: number,
  { clock, signal }: CommandContext,
): Promise<Patch | string> {
  const sources = await Promise.all([fileSource(base), fileSource(target)])
  try {
    const patch = await makePatch(...sources, { seconds, now: clock, signal })
    switch (patch) {
      case 'memory':
        return 'it would take too much memory to make'
      case 'runtime':
        return 'this version of Node has no zstd; take Node 22.15 or a newer one'
      case 'time':
        return `it takes longer than ${seconds} s to make; give it more time with --patch-time`
    }
    return patch
  } finally {
    await Promise.all(sources.map((source) => source.close()))
  }
}

async function fetchTar(
  artifact: ArtifactDocument,
  path: string,
  registry: RegistryConnection,
  { terminal, signal }: CommandContext,
): Promise<void> {
  const archive = preferred(artifact)
  const bar = terminal.progress({ label: 'downloading the earlier release', total: archive.size })
  try {
    const bytes = download(new URL(absoluteUrl(archive.download_url, registry.url)), {
      fetch: registry.fetchOwnBytes,
      signal,
      size: archive.size,
      onBytes: (count) => bar.advance(count),
    })
    await pipeline(
      limited(decompress(bytes, archive.format), artifact.unpacked_size),
      createWriteStream(path),
      { signal },
    )
  } catch (error) {
    throw translateDiskError(error, path)
  } finally {
    bar.done()
  }
}

function preferred({ archives }: ArtifactDocument): ArchiveDocument {
  const [archive] = PREFERRED_FORMATS.flatMap((format) => archives.filter((one) => one.format === format))
  if (archive === undefined) throw new RbeeError('no_artifact', 'the release names no archive of this build')
  return archive
}

/** What a registry unpacks to must not fill the disk. */
async function* limited(chunks: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let left = size
  for await (const chunk of chunks) {
    left -= chunk.length
    if (left < 0) throw new RbeeError('size_mismatch', `an archive unpacks to more than ${size} bytes`)
    yield chunk
  }
}

/** The release is there: what became of its patches is for who publishes to know, and no failure. */
function tell(error: unknown, what: string, { terminal, signal }: CommandContext): void {
  signal.throwIfAborted()
  if (!(error instanceof RbeeError) || error.code === 'disk_full') throw error
  terminal.warn(`${what}: ${error.message}`)
}
