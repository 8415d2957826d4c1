import { Buffer } from 'node:buffer'
import { gzipSync, zstdCompressSync } from 'node:zlib'
import {
  type ArchiveFormat,
  type Artifact,
  artifactSchema,
  type Digest,
  digestOf,
  type Sha256,
  type UploadInput,
} from '@rbee/schema'
import { sha256Hex } from './sha256.ts'

/** A packed artifact: real bytes, and what is true of them. */
export interface PackedArchive {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly format: ArchiveFormat
  readonly sha256: Sha256
  readonly size: number
  /** Of the tar inside. */
  readonly digest: Digest
  readonly unpackedSize: number
}

/** Packs files into an archive; names inside `bin/` become executable. */
export async function packedArchive(
  files: Readonly<Record<string, string | Uint8Array>> = { 'bin/echo-worker': 'echo' },
  format: ArchiveFormat = 'tar.gz',
): Promise<PackedArchive> {
  const tar = tarOf(files)
  const bytes = compress(tar, format)
  return {
    bytes,
    format,
    sha256: await sha256Hex(bytes),
    size: bytes.length,
    digest: digestOf(await sha256Hex(tar)),
    unpackedSize: tar.length,
  }
}

/** What the upload of an archive declares. */
export function declarationOf({ format, sha256, size, digest }: PackedArchive): UploadInput {
  return { format, sha256, size, digest }
}

/** The artifact of a release that these archives, compressions of one tar, are the bytes of. */
export function artifactOf(
  archives: readonly [PackedArchive, ...PackedArchive[]],
  overrides: Partial<Record<'platform' | 'variant', string>> = {},
): Artifact {
  return artifactSchema.parse({
    platform: 'linux-x86_64',
    variant: 'cpu',
    digest: archives[0].digest,
    unpacked_size: archives[0].unpackedSize,
    archives: archives.map(({ format, sha256, size }) => ({ format, sha256, size })),
    ...overrides,
  })
}

function compress(tar: Uint8Array, format: ArchiveFormat): Uint8Array<ArrayBuffer> {
  switch (format) {
    case 'tar.gz':
      return new Uint8Array(gzipSync(tar))
    case 'tar.zst':
      return new Uint8Array(Buffer.concat(inPieces(tar, FRAME_BYTES).map((piece) => zstdCompressSync(piece))))
  }
}

/** As the archives of real releases, large ones have several frames. */
const FRAME_BYTES = 31.5 * 2 ** 20

function inPieces(bytes: Uint8Array, size: number): Uint8Array[] {
  const count = Math.ceil(bytes.length / size)
  return Array.from({ length: count }, (_, n) => bytes.subarray(n * size, (n + 1) * size))
}

const BLOCK = 512

/** A ustar archive (POSIX.1-2017, pax utility) of files with short names. */
function tarOf(files: Readonly<Record<string, string | Uint8Array>>): Uint8Array<ArrayBuffer> {
  const blocks: Uint8Array[] = []
  for (const [name, content] of Object.entries(files)) {
    const body = typeof content === 'string' ? new TextEncoder().encode(content) : content
    blocks.push(tarHeader(name, body.length), body, new Uint8Array((BLOCK - (body.length % BLOCK)) % BLOCK))
  }
  blocks.push(new Uint8Array(2 * BLOCK))
  const tar = new Uint8Array(blocks.reduce((size, block) => size + block.length, 0))
  let offset = 0
  for (const block of blocks) {
    tar.set(block, offset)
    offset += block.length
  }
  return tar
}

function tarHeader(name: string, size: number): Uint8Array {
  const header = new Uint8Array(BLOCK)
  const write = (offset: number, text: string) => header.set(new TextEncoder().encode(text), offset)
  const octal = (number: number, digits: number) => `${number.toString(8).padStart(digits, '0')}\0`
  write(0, name)
  write(100, octal(name.startsWith('bin/') ? 0o755 : 0o644, 7))
  write(108, octal(0, 7))
  write(116, octal(0, 7))
  write(124, octal(size, 11))
  write(136, octal(0, 11))
  write(156, '0')
  write(257, 'ustar\x0000')
  write(148, ' '.repeat(8))
  write(
    148,
    `${octal(
      header.reduce((sum, byte) => sum + byte, 0),
      6,
    )} `,
  )
  return header
}
