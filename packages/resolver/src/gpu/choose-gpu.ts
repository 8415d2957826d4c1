import { GPU_VENDORS, type Gpu, type HostProfile, type VariantDocument } from '@rbee/schema'
import type { Unmet } from '../unmet.ts'
import { type GpuVendor, neededVendors } from './backend-vendors.ts'
import { gpuMemory } from './gpu-memory.ts'
import { gpuName, vendorName } from './gpu-name.ts'
import { unmetByGpu } from './gpu-requirements.ts'

/** The index of the GPU that a variant would run on (null when it needs none), or what stands against every one. */
export type GpuChoice =
  | { readonly fits: true; readonly gpu: number | null }
  | { readonly fits: false; readonly unmet: Unmet }

const UNKNOWN_CAUSE = 'the cause is unknown; see whether its driver is installed and loaded'

interface IndexedGpu {
  readonly gpu: Gpu
  readonly index: number
}

/**
 * Chooses the GPU for a variant: of those that meet all of its requirements the most preferred one.
 * Where none does, the shortfall is that of the GPU that misses the fewest requirements.
 */
export function chooseGpu(variant: VariantDocument, profile: HostProfile): GpuChoice {
  const vendors = neededVendors(variant)
  if (vendors === null) return { fits: true, gpu: null }

  const ofVendor = profile.gpus
    .map((gpu, index): IndexedGpu => ({ gpu, index }))
    .filter(({ gpu }) => vendors.includes(gpu.vendor))
  const usable = ofVendor.filter(({ gpu }) => gpu.usable)
  if (usable.length === 0) return { fits: false, unmet: nothingUsable(variant, vendors, ofVendor, profile) }

  const judged = usable
    .toSorted((a, b) => byPreference(a, b, profile))
    .map(({ gpu, index }) => ({ index, shortfalls: unmetByGpu(variant, gpu, profile) }))
    .toSorted((a, b) => a.shortfalls.length - b.shortfalls.length)
  const [closest] = judged
  const shortfall = closest?.shortfalls[0]
  return shortfall ? { fits: false, unmet: shortfall } : { fits: true, gpu: closest?.index ?? null }
}

/** A card before shared memory, then more memory, then the lower index. */
function byPreference(a: IndexedGpu, b: IndexedGpu, profile: HostProfile): number {
  const shared = Number(a.gpu.unified_memory === true) - Number(b.gpu.unified_memory === true)
  if (shared !== 0) return shared
  const memory = (gpuMemory(b.gpu, profile) ?? -1) - (gpuMemory(a.gpu, profile) ?? -1)
  return memory === 0 ? a.index - b.index : memory
}

function nothingUsable(
  variant: VariantDocument,
  vendors: readonly GpuVendor[],
  ofVendor: readonly IndexedGpu[],
  profile: HostProfile,
): Unmet {
  const need =
    vendors === GPU_VENDORS ? 'a usable GPU' : `a usable GPU of ${vendors.map(vendorName).join(' or ')}`
  if (ofVendor.length > 0) {
    const names = ofVendor.map(({ gpu }) => `${gpuName(gpu)} cannot be used: ${gpu.problem ?? UNKNOWN_CAUSE}`)
    return {
      code: 'no_gpu',
      need,
      have: ofVendor.map(({ gpu }) => gpu.problem ?? UNKNOWN_CAUSE).join('; '),
      reason: `${variant.name} needs ${need}, but ${names.join('; ')}`,
    }
  }
  if (profile.gpus.length === 0) {
    return {
      code: 'no_gpu',
      need,
      have: 'no GPU',
      reason: `${variant.name} needs ${need}, but this host has none`,
    }
  }
  const others = profile.gpus.map(gpuName).join(', ')
  return {
    code: 'gpu_vendor',
    need,
    have: others,
    reason: `${variant.name} needs ${need}, but this host has ${others}`,
  }
}
