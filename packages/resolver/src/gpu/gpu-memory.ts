import type { Gpu, HostProfile } from '@rbee/schema'

/**
 * The memory a GPU can work with, in bytes. A GPU that shares the host's memory can use more than what firmware sets
 * aside for it, so the larger of both counts; null when nothing is known.
 */
export function gpuMemory(gpu: Gpu, profile: HostProfile): number | null {
  const known = [gpu.vram_bytes, gpu.unified_memory === true ? profile.memory_bytes : null]
  return known.reduce((most, bytes) => (bytes !== null && bytes > (most ?? -1) ? bytes : most), null)
}
