export {
  COMPRESSION_LEVELS,
  type CompressedArchive,
  type CompressedArtifact,
  type CompressionLevel,
  type CompressOptions,
  compressArchive,
  compressor,
} from './archive/compress-archive.ts'
export { decompress } from './archive/decompression.ts'
export {
  type ArchivePart,
  type ExtractedArchive,
  type ExtractOptions,
  extractArchive,
  extractParts,
  extractTar,
} from './archive/extract-archive.ts'
export { CannotResume, type ResumePoint, readJournal, readResumePoint } from './archive/extraction-journal.ts'
export { flushFolder } from './archive/flush-files.ts'
export {
  FRAME_INDEX_MAX_BYTES,
  INDEXED_FILE_BYTES,
  type IndexedFile,
  parseFrameIndex,
} from './archive/frame-index.ts'
export { freeChunk } from './archive/freed-memory.ts'
export { digestTar, packTar } from './archive/pack-tar.ts'
export { PREFERRED_FORMATS } from './archive/preferred-formats.ts'
export { listPackEntries, type PackEntry } from './archive/source-folder.ts'
export { digestOfStructure, type TarStructure } from './archive/tar-structure.ts'
export * from './inspection.ts'
export { type ByteQueue, byteQueue } from './zstd/byte-queue.ts'
