import {
  type Gpu,
  type HostProfile,
  parseVersionRange,
  type RejectionCode,
  satisfiesRange,
  type VariantDocument,
} from '@rbee/schema'
import { reaches } from '../requirements/capacity.ts'
import { sizeText } from '../size-text.ts'
import { type Unmet, unmet } from '../unmet.ts'
import { gpuMemory } from './gpu-memory.ts'
import { gpuName } from './gpu-name.ts'

type GpuRequirement = (variant: VariantDocument, gpu: Gpu, profile: HostProfile) => Unmet | null

/** What one and the same GPU has to meet, in the order in which shortfalls are reported. */
const GPU_REQUIREMENTS: readonly GpuRequirement[] = [
  versionRequirement('driver_version', 'driver version'),
  versionRequirement('cuda_version', 'a driver that supports CUDA'),
  versionRequirement('compute_capability', 'compute capability'),
  checkGfxTarget,
  versionRequirement('vulkan_version', 'Vulkan'),
  checkVram,
]

/** Every requirement on a GPU that this one does not meet. */
export function unmetByGpu(variant: VariantDocument, gpu: Gpu, profile: HostProfile): Unmet[] {
  return GPU_REQUIREMENTS.map((check) => check(variant, gpu, profile)).filter(
    (shortfall) => shortfall !== null,
  )
}

type VersionKey = 'driver_version' | 'cuda_version' | 'compute_capability' | 'vulkan_version'

function versionRequirement(key: VersionKey & RejectionCode, words: string): GpuRequirement {
  return (variant, gpu) => {
    const need = variant.requirements[key]
    const have = gpu[key]
    if (need === undefined) return null
    if (have !== null && satisfiesRange(have, parseVersionRange(need) ?? [])) return null
    return unmet({
      code: key,
      variant: variant.name,
      need,
      needs: `${words} ${need}`,
      have,
      holder: gpuName(gpu),
    })
  }
}

function checkGfxTarget(variant: VariantDocument, gpu: Gpu): Unmet | null {
  const targets = variant.requirements.gfx_targets
  if (targets === undefined || (gpu.gfx_target !== null && targets.includes(gpu.gfx_target))) return null
  return unmet({
    code: 'gfx_target',
    variant: variant.name,
    need: targets.join(' or '),
    needs: `a GPU of target ${targets.join(' or ')}`,
    have: gpu.gfx_target,
    holder: gpuName(gpu),
  })
}

function checkVram(variant: VariantDocument, gpu: Gpu, profile: HostProfile): Unmet | null {
  const need = variant.requirements.vram
  const memory = gpuMemory(gpu, profile)
  if (need === undefined || reaches(memory, need)) return null
  return unmet({
    code: 'vram',
    variant: variant.name,
    need,
    needs: `${need} of GPU memory`,
    have: memory === null ? null : sizeText(memory),
    holder: gpuName(gpu),
  })
}
