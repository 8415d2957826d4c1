export { type ByteSource, fileSource, memorySource } from './base/byte-source.ts'
export { rebuiltTar } from './base/rebuilt-tar.ts'
export { applyPatch, type ExpectedTar } from './patch/apply-patch.ts'
export {
  type MakePatchOptions,
  makePatch,
  type NoPatch,
  PATCH_MEMORY_BYTES,
  PATCH_TIME_SECONDS,
  type Patch,
  patchMemory,
} from './patch/make-patch.ts'
