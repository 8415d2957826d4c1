/** Of one file, in bytes: lock files of large projects have some hundred KiB. */
export const FILE_MAX_BYTES = 1024 * 1024
/** Of one worker's folder. */
export const MAX_FILES = 2_000
