import { z } from 'zod'
import { parseLibc, parseSize, parseVersionRange } from './ranges.ts'

/** Texts that are too long are not read at all: this stands before what a stranger may make work. */
const shortText = (max: number) => z.string().max(max, { abort: true })

const rangeText = shortText(200).refine(
  (text) => parseVersionRange(text) !== null,
  'must be a range such as ">=12.0" or ">=7.0 <12.0"',
)
const sizeText = shortText(40).refine(
  (text) => parseSize(text) !== null,
  'must be a number and KiB, MiB, GiB or TiB, such as "4 GiB"',
)
const libcText = shortText(200).refine(
  (text) => parseLibc(text) !== null,
  'must be "glibc" or "musl" with a range, such as "glibc >=2.31"',
)

/** What one variant needs of a host. A missing key is no requirement. */
export const requirementsSchema = z.object({
  libc: z
    .union([libcText, z.array(libcText).min(1).max(8)])
    .optional()
    .describe('C library, or a list of which one is enough; on Linux only'),
  cpu_features: z
    .array(z.string().regex(/^[a-z0-9_.]+$/, 'must be a flag name of Linux cpuinfo'))
    .max(64)
    .optional()
    .describe('Flag names as in Linux cpuinfo, on every operating system'),
  memory: sizeText.optional().describe('Memory of the host'),
  disk: sizeText.optional().describe('Free space where workers are installed'),
  driver_version: rangeText.optional().describe("Version of the GPU's driver"),
  cuda_version: rangeText.optional().describe("CUDA version that the driver supports; never a toolkit's"),
  compute_capability: rangeText.optional().describe('Compute capability of the NVIDIA GPU'),
  gfx_targets: z
    .array(z.string().regex(/^gfx[0-9a-f]+$/, 'must be a target such as gfx1100'))
    .min(1)
    .max(64)
    .optional()
    .describe('Targets of AMD GPUs, of which one has to match'),
  vulkan_version: rangeText.optional().describe('Vulkan version that the driver supports'),
  vram: sizeText
    .optional()
    .describe('Total memory of the chosen GPU; with unified memory that of the host counts, too'),
  priority: z
    .number()
    .int()
    .min(-1000)
    .max(1000)
    .optional()
    .describe(
      'Preference among the variants that fit; by default cuda 40, rocm 30, metal 30, vulkan 20, cpu 10',
    ),
})
export type Requirements = z.infer<typeof requirementsSchema>

/** Preference of a backend where the manifest states none; a backend outside this table has to state one. */
export const DEFAULT_PRIORITY: ReadonlyMap<string, number> = new Map([
  ['cuda', 40],
  ['rocm', 30],
  ['metal', 30],
  ['vulkan', 20],
  ['cpu', 10],
])
