/** The compressions in which an artifact's tar archive is stored. */
export const ARCHIVE_FORMATS = ['tar.zst', 'tar.gz'] as const
