import { createHash } from 'node:crypto'
import {
  type ArchiveFormat,
  type ArtifactMetadata,
  artifactMetadataSchema,
  type Digest,
  digestOf,
  type FileList,
  sha256Schema,
  tryParseJson,
} from '@rbee/schema'
import { ARCHIVE_LIMITS, type ArchiveLimits, createArchiveRules } from './archive-rules.ts'
import { decompress } from './decompression.ts'
import { createFileLister } from './file-list.ts'
import { createTarReader } from './tar-reader.ts'

/** What an archive turned out to be. */
export interface ArchiveInspection {
  /** Of the uncompressed tar. */
  readonly digest: Digest
  /** Size of the uncompressed tar, in bytes. */
  readonly unpackedSize: number
  /** Number of files and folders. */
  readonly entries: number
  /** File names of the programs directly inside `bin/`, sorted; those for Windows end with `.exe`. */
  readonly programs: readonly string[]
  /** Null where the archive has no `metadata.json`, or one of another shape: authors may bring their own. */
  readonly metadata: ArtifactMetadata | null
  /** What it unpacks to; bounded, see {@link FileList}. */
  readonly files: FileList
}

const METADATA_NAME = 'metadata.json'
/** A larger `metadata.json` is not one of ours. */
const METADATA_MAX_BYTES = 256 * 1024

/**
 * Reads a compressed archive to its end as a stream, in bounded memory, and judges it by the rules for archives. Runs on
 * Node and on Cloudflare Workers alike.
 *
 * Fails with `archive_invalid` (details: `rule`, `entry`) or, as soon as it unpacks to too much, `archive_too_large`.
 */
export async function inspectArchive(
  body: AsyncIterable<Uint8Array>,
  format: ArchiveFormat,
  limits: ArchiveLimits = ARCHIVE_LIMITS,
): Promise<ArchiveInspection> {
  const rules = createArchiveRules(limits)
  const reader = createTarReader(limits)
  const hash = createHash('sha256')
  const lister = createFileLister()
  const utf8 = new TextDecoder()
  let metadata = ''
  let inMetadata = false
  for await (const chunk of decompress(body, format)) {
    hash.update(chunk)
    for (const event of reader.push(chunk)) {
      if (event.kind === 'entry') {
        const entry = rules.accept(event.claim)
        lister.entry(entry)
        inMetadata = entry.name === METADATA_NAME && entry.size <= METADATA_MAX_BYTES
      } else {
        lister.data(event.bytes)
        if (inMetadata) metadata += utf8.decode(event.bytes, { stream: true })
      }
    }
  }
  reader.finish()
  const digest = digestOf(sha256Schema.parse(hash.digest('hex')))
  return {
    programs: rules.finish(),
    digest,
    unpackedSize: reader.size,
    entries: rules.entries,
    metadata: parseMetadata(metadata),
    files: { digest, ...lister.finish() },
  }
}

function parseMetadata(text: string): ArtifactMetadata | null {
  return artifactMetadataSchema.safeParse(tryParseJson(text)).data ?? null
}
