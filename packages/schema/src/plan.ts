import { z } from 'zod'
import { digestSchema } from './ids.ts'
import { archiveFormatSchema } from './release.ts'

/** Why a variant was not chosen. */
export const REJECTION_CODES = [
  'os',
  'arch',
  'libc',
  'cpu_feature',
  'memory',
  'disk',
  'no_gpu',
  'gpu_vendor',
  'driver_version',
  'cuda_version',
  'compute_capability',
  'gfx_target',
  'vulkan_version',
  'vram',
  'no_artifact',
  'yanked',
  'quarantined',
  'license',
  'self_test',
  'lower_preference',
] as const
export const rejectionCodeSchema = z.enum(REJECTION_CODES)
export type RejectionCode = z.infer<typeof rejectionCodeSchema>

export const rejectionSchema = z.object({
  variant: z.string(),
  code: rejectionCodeSchema,
  /** What the variant needs, as text: `>=12.0`, `a GPU of nvidia`. */
  need: z.string(),
  /** What the host has; `unknown` where it could not be found out. */
  have: z.string(),
  /** One sentence for people. */
  reason: z.string(),
})
export type Rejection = z.infer<typeof rejectionSchema>

export const planWarningSchema = z.object({ code: z.string(), message: z.string() })
export type PlanWarning = z.infer<typeof planWarningSchema>

/** What `rbee-hive install --dry-run --json` prints: the whole decision, before anything is done. */
export const installPlanSchema = z.object({
  worker: z.string(),
  version: z.string(),
  /** Null when nothing fits; then `gpu` and `artifact` are null, too. */
  variant: z.string().nullable(),
  platform: z.string(),
  /** Index into the profile's `gpus`; null for a variant that uses none. */
  gpu: z.number().int().nullable(),
  reason: z.string(),
  artifact: z
    .object({
      format: archiveFormatSchema,
      size: z.number().int(),
      checksum: digestSchema,
      digest: digestSchema,
      unpacked_size: z.number().int(),
      download_url: z.string(),
    })
    .nullable(),
  warnings: z.array(planWarningSchema),
  rejected: z.array(rejectionSchema),
})
export type InstallPlan = z.infer<typeof installPlanSchema>
