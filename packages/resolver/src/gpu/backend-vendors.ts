import { GPU_VENDORS, type Gpu, type Requirements, type VariantDocument } from '@rbee/schema'

export type GpuVendor = Gpu['vendor']

/** Whose GPUs a backend runs on. */
const VENDORS_OF_BACKEND: ReadonlyMap<string, readonly GpuVendor[]> = new Map<string, readonly GpuVendor[]>([
  ['cuda', ['nvidia']],
  ['rocm', ['amd']],
  ['metal', ['apple']],
  ['vulkan', GPU_VENDORS],
])

/** The requirements that only a GPU can meet. */
const GPU_KEYS = [
  'driver_version',
  'cuda_version',
  'compute_capability',
  'gfx_targets',
  'vulkan_version',
  'vram',
] as const satisfies readonly (keyof Requirements)[]

/**
 * The vendors of whose GPUs a variant needs one; null when it needs no GPU.
 * A variant of any other backend needs a GPU of some vendor as soon as it states a requirement on one.
 */
export function neededVendors(variant: VariantDocument): readonly GpuVendor[] | null {
  const vendors = VENDORS_OF_BACKEND.get(variant.backend)
  if (vendors) return vendors
  return GPU_KEYS.some((key) => variant.requirements[key] !== undefined) ? GPU_VENDORS : null
}
