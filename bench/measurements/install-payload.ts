import { createHash, randomBytes } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { chmod, mkdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { run } from '../processes.ts'

const MEBIBYTE = 2 ** 20
const LARGE_FILES = 30
const SMALL_FILES = 2_000

/** The folder of a worker that holds nothing but 1 GiB: 30 files of 32 MiB and 2,000 of 32 KiB, half compressible. */
export async function makePayload(folder: string): Promise<void> {
  for (const name of ['bin', 'lib', 'share']) await mkdir(join(folder, name), { recursive: true })
  await writeFile(join(folder, 'bin/payload-worker'), '#!/bin/sh\nexit 0\n')
  await chmod(join(folder, 'bin/payload-worker'), 0o755)
  await writeFile(join(folder, 'LICENSE'), 'MIT\n')
  await writeFile(join(folder, 'README.md'), '# A payload\n')
  for (let file = 0; file < LARGE_FILES; file += 1)
    await writeFile(join(folder, 'lib', `large-${file}`), halfCompressible(32 * MEBIBYTE, file))
  for (let file = 0; file < SMALL_FILES; file += 1)
    await writeFile(join(folder, 'share', `small-${file}`), halfCompressible(32 * 1024, file))
}

function halfCompressible(size: number, seed: number): Buffer {
  return Buffer.concat([
    randomBytes(size / 2),
    Buffer.alloc(size / 2, `line ${seed} of a text that repeats\n`),
  ])
}

/** The description of the worker that the payload is published as. */
export async function makeWorkerFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  await writeFile(
    join(folder, 'worker.toml'),
    [
      '[worker]',
      'id = "payload-worker"',
      'name = "Payload"',
      'description = "A large payload"',
      'license = "MIT"',
      '[build]',
      'features = ["cpu"]',
      '[platforms]',
      'linux = ["x86_64", "aarch64"]',
      'macos = ["x86_64", "aarch64"]',
      '[selftest]',
      'command = ["bin/payload-worker"]',
      '',
    ].join('\n'),
  )
  await writeFile(join(folder, 'package.json'), '{"name": "payload-worker", "version": "1.0.0"}\n')
  await writeFile(join(folder, 'LICENSE'), 'MIT\n')
}

/** The payload as npm packs it: everything below `package/`, with a package.json. @returns the tarball's path. */
export function packForNpm(payload: string, tarball: string): string {
  run('sh', [
    '-c',
    'printf %s \'{"name":"payload","version":"1.0.0"}\' > "$1/package.json" && tar -C "$1" --transform "s,^\\.,package," -cf - . | gzip -1 > "$2"',
    'sh',
    payload,
    tarball,
  ])
  return tarball
}

/** The payload as an OCI image of one layer, in the layout that skopeo reads. */
export async function makeOciLayout(layer: string, layout: string): Promise<void> {
  const blobs = join(layout, 'blobs/sha256')
  await mkdir(blobs, { recursive: true })
  const layerDigest = await sha256Of(layer)
  run('ln', [layer, join(blobs, layerDigest)])
  const put = async (value: unknown) => {
    const text = JSON.stringify(value)
    const digest = createHash('sha256').update(text).digest('hex')
    await writeFile(join(blobs, digest), text)
    return { digest: `sha256:${digest}`, size: Buffer.byteLength(text) }
  }
  const config = await put({
    architecture: 'amd64',
    os: 'linux',
    rootfs: { type: 'layers', diff_ids: [`sha256:${layerDigest}`] },
  })
  const manifest = await put({
    schemaVersion: 2,
    mediaType: 'application/vnd.oci.image.manifest.v1+json',
    config: { mediaType: 'application/vnd.oci.image.config.v1+json', ...config },
    layers: [
      {
        mediaType: 'application/vnd.oci.image.layer.v1.tar+gzip',
        digest: `sha256:${layerDigest}`,
        size: (await stat(layer)).size,
      },
    ],
  })
  await writeFile(join(layout, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}')
  const mediaType = 'application/vnd.oci.image.manifest.v1+json'
  await writeFile(
    join(layout, 'index.json'),
    JSON.stringify({ schemaVersion: 2, manifests: [{ mediaType, ...manifest }] }),
  )
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256')
  for await (const chunk of createReadStream(path)) hash.update(chunk)
  return hash.digest('hex')
}
