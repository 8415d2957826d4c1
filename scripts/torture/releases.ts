import { createHash } from 'node:crypto'
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { sampleFiles } from '../../apps/cli/src/hive/supervise/testing/sample-worker.ts'
import { hostPlatform } from '../../apps/cli/src/publish/host-platform.ts'
import type { RegistryClient } from '../../packages/api-client/src/index.ts'
import { compressArchive, listPackEntries } from '../../packages/packaging/src/index.ts'
import { type ReleaseInput, releaseInputSchema } from '../../packages/schema/src/index.ts'
import type { Stage } from './stage.ts'

/** The platform that this machine's programs are published for. */
export const PLATFORM = hostPlatform(process) ?? 'linux-x86_64'

/** A release that is ready to be sent. */
export interface PackedRelease {
  readonly id: string
  readonly version: string
  readonly input: ReleaseInput
  /** Compressed archives, by their SHA-256. */
  readonly bytes: ReadonlyMap<string, Uint8Array<ArrayBuffer>>
}

/**
 * Writes the files of a worker whose every version has other contents, with `bytes` bytes that do not compress.
 * The worker answers over HTTP with the version it is; see `sampleFiles`.
 */
export async function writeWorker(folder: string, id: string, version: string, bytes: number): Promise<void> {
  await rm(folder, { recursive: true, force: true })
  const noise = noiseOf(`${id} ${version}`, bytes)
  const files = { ...sampleFiles(id, { version }), 'share/noise': noise, 'share/empty': '' }
  for (const [name, contents] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), contents)
  }
  await chmod(join(folder, 'bin', id), 0o755)
}

/** Writes the files of a worker whose program does nothing: it starts in a millisecond. `noise` is what it carries along. */
export async function writeIdleWorker(
  folder: string,
  id: string,
  version: string,
  noise: Uint8Array,
): Promise<void> {
  const files = {
    [`bin/${id}`]: `#!/bin/sh\nexit 0 # ${version}\n`,
    LICENSE: 'Apache-2.0\n',
    'README.md': `# ${id} ${version}\n`,
    'share/noise': noise,
  }
  for (const [name, contents] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), contents)
  }
  await chmod(join(folder, 'bin', id), 0o755)
}

/** The same bytes for the same text; nothing compresses them. */
export function noiseOf(text: string, bytes: number): Buffer {
  return createHash('shake256', { outputLength: bytes }).update(text).digest()
}

export function sha256Of(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Describes this machine once, so that no program has to look. @returns the path of the file. */
export async function writeHostProfile(stage: Stage): Promise<string> {
  const path = join(stage.folder, 'host.json')
  await writeFile(path, await stage.run('rbee-hive', ['detect', '--json']))
  return path
}

/** Packs the files of a worker, in both formats. */
export async function packRelease(folder: string, id: string, version: string): Promise<PackedRelease> {
  const scratch = `${folder}.packed`
  await mkdir(scratch, { recursive: true })
  try {
    const packed = await compressArchive(await listPackEntries(folder), scratch, { level: 'fast' })
    const bytes = new Map<string, Uint8Array<ArrayBuffer>>()
    for (const { sha256, path } of packed.archives) bytes.set(sha256, new Uint8Array(await readFile(path)))
    const archives = packed.archives.map(({ format, sha256, size }) => ({ format, sha256, size }))
    const artifact = {
      platform: PLATFORM,
      variant: 'cpu',
      digest: packed.digest,
      unpacked_size: packed.unpackedSize,
      archives,
    }
    const input = releaseInputSchema.parse({ manifest: manifestOf(id), version, artifacts: [artifact] })
    return { id, version, input, bytes }
  } finally {
    await rm(scratch, { recursive: true, force: true })
  }
}

/** Sends a release as a client does: what the registry has already is not sent again. */
export async function sendRelease(
  client: RegistryClient,
  { id, version, input, bytes }: PackedRelease,
  signal?: AbortSignal,
): Promise<void> {
  for (const { digest, archives } of input.artifacts) {
    for (const { format, sha256, size } of archives) {
      const state = await client.openUpload({ format, sha256, size, digest }, signal)
      const archive = bytes.get(sha256)
      if (state.upload_id === null || archive === undefined) continue
      for (let part = 1; part <= state.parts; part += 1) {
        if (state.received_parts.includes(part)) continue
        const from = (part - 1) * state.part_size
        await client.putPart(state.upload_id, part, archive.slice(from, from + state.part_size), signal)
      }
      await client.completeUpload(state.upload_id, signal)
    }
  }
  await client.publishRelease(id, version, input, signal)
}

/** The same as {@link manifestText} says. */
function manifestOf(id: string) {
  const [os, arch] = PLATFORM.split('-')
  return {
    id,
    name: id,
    description: `Release of ${id}`,
    license: 'Apache-2.0',
    binary_name: id,
    build: { features: ['cpu'], default_feature: 'cpu' },
    capabilities: {},
    platforms: { [`${os}`]: [arch] },
    selftest: { command: [`bin/${id}`, '--self-test'], timeout_seconds: 60 },
    run: { command: [`bin/${id}`], port_flag: '--port', health_path: '/health' },
  }
}

/** A worker.toml of a worker that is published for this machine. */
export function manifestText(id: string, description = `Release of ${id}`): string {
  const [os, arch] = PLATFORM.split('-')
  return `[worker]
id = "${id}"
name = "${id}"
description = "${description}"
license = "Apache-2.0"
binary_name = "${id}"

[build]
features = ["cpu"]

[platforms]
${os} = ["${arch}"]

[selftest]
command = ["bin/${id}", "--self-test"]

[run]
command = ["bin/${id}"]
port_flag = "--port"
health_path = "/health"
`
}
