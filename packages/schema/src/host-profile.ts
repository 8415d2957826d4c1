import { z } from 'zod'
import { GPU_VENDORS } from './gpu-vendors.ts'

const bytes = z.number().int().nonnegative().max(Number.MAX_SAFE_INTEGER)
const text = z.string().max(300)

export const gpuSchema = z.object({
  vendor: z.enum(GPU_VENDORS),
  name: text.nullable().default(null),
  /** Total memory of the card, in bytes. */
  vram_bytes: bytes.nullable().default(null),
  unified_memory: z.boolean().nullable().default(null),
  driver_version: text.nullable().default(null),
  /** The newest CUDA version that the driver supports; never a toolkit's. */
  cuda_version: text.nullable().default(null),
  compute_capability: text.nullable().default(null),
  gfx_target: text.nullable().default(null),
  vulkan_version: text.nullable().default(null),
  usable: z.boolean(),
  /** Why it is not usable and what cures that; null when it is usable. */
  problem: z.string().max(1000).nullable().default(null),
})
export type Gpu = z.infer<typeof gpuSchema>

/**
 * What `rbee-hive detect --json` prints and `--host-profile FILE` reads. Unknown is null, never a guess.
 * `os` and `arch` outside the supported lists are kept as the system names them: nothing fits such a host.
 */
export const hostProfileSchema = z.object({
  os: z.string().min(1).max(100),
  arch: z.string().min(1).max(100),
  libc: z
    .object({ name: z.enum(['glibc', 'musl', 'none']), version: text.nullable().default(null) })
    .nullable()
    .default(null),
  cpu: z.object({
    model: text.nullable().default(null),
    cores: z.number().int().positive().nullable().default(null),
    /** Flag names as in Linux cpuinfo, on every operating system; null when they could not be read. */
    features: z.array(z.string().max(60)).max(1000).nullable().default(null),
  }),
  memory_bytes: bytes.nullable().default(null),
  disk_free_bytes: bytes.nullable().default(null),
  container: z.enum(['docker', 'podman', 'kubernetes', 'lxc']).nullable().default(null),
  wsl: z
    .union([z.literal(1), z.literal(2)])
    .nullable()
    .default(null),
  gpus: z.array(gpuSchema).max(64),
})
export type HostProfile = z.infer<typeof hostProfileSchema>
