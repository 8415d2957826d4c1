// The part of this package that needs no file system: what a Cloudflare Worker imports.
export { ARCHIVE_LIMITS, type ArchiveLimits, type ArchiveRule } from './archive/archive-rules.ts'
export { type ArchiveInspection, inspectArchive } from './archive/inspect-archive.ts'
