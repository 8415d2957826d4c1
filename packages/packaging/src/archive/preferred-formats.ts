import zlib from 'node:zlib'
import { ARCHIVE_FORMATS, type ArchiveFormat } from '@rbee/schema'

/** The formats in which this runtime unpacks archives, quickest first: zstd, unless it is unpacked in JavaScript. */
export const PREFERRED_FORMATS: readonly ArchiveFormat[] =
  'createZstdDecompress' in zlib ? ARCHIVE_FORMATS : ['tar.gz', 'tar.zst']
