import type { Gpu, HostProfile, InstallPlan, Rejection, ReleaseDocument, VariantDocument } from '@rbee/schema'
import { platformOf } from './artifact.ts'
import { neededVendors } from './gpu/backend-vendors.ts'
import { gpuName } from './gpu/gpu-name.ts'
import { UNKNOWN } from './unmet.ts'

type Warning = InstallPlan['warnings'][number]

/**
 * Says that a worker will run on the processor although it has a build for the host's GPU, why, and what cures that.
 * Null unless a cpu variant was chosen and a GPU variant is published for this platform that supports the vendor of a
 * GPU which the host lists, usable or not.
 */
export function cpuFallbackWarning(
  chosen: VariantDocument,
  rejected: readonly Rejection[],
  release: ReleaseDocument,
  profile: HostProfile,
): Warning | null {
  if (chosen.backend !== 'cpu') return null
  // Rejections are in the order of preference, so the first is the build that the user would rather have.
  for (const rejection of rejected) {
    const variant = release.variants.find(({ name }) => name === rejection.variant)
    const gpu = variant && supportedGpu(variant, profile)
    if (gpu) return { code: 'cpu_fallback', message: describe(chosen, gpu, rejection) }
  }
  return null
}

function supportedGpu(variant: VariantDocument, profile: HostProfile): Gpu | undefined {
  const published = variant.artifacts.some(({ platform }) => platform === platformOf(profile))
  const vendors = neededVendors(variant)
  if (!published || vendors === null) return undefined
  const ofVendor = profile.gpus.filter(({ vendor }) => vendors.includes(vendor))
  return ofVendor.find(({ usable }) => usable) ?? ofVendor[0]
}

function describe(chosen: VariantDocument, gpu: Gpu, rejection: Rejection): string {
  const fact = `it will run on the processor (${chosen.name}), not on ${gpuName(gpu)}: ${rejection.reason}`
  // What stands against an unusable GPU is told by detection together with its cure.
  if (rejection.code === 'no_gpu') return fact
  return `${fact}. To use the GPU: ${cureFor(rejection)}`
}

/** What the user can do about a shortfall. */
function cureFor({ variant, code, need, have }: Rejection): string {
  switch (code) {
    case 'no_gpu':
    case 'gpu_vendor':
      return `${need} is needed`
    case 'driver_version':
      return `install a GPU driver of version ${need}`
    case 'cuda_version':
      return `install an NVIDIA driver that supports CUDA ${need}`
    case 'vulkan_version':
      return have === UNKNOWN
        ? `install a GPU driver that supports Vulkan ${need}, and vulkaninfo (package vulkan-tools), which tells so`
        : `install a GPU driver that supports Vulkan ${need}`
    case 'compute_capability':
      return `a GPU of compute capability ${need} is needed`
    case 'gfx_target':
      return `a GPU of target ${need} is needed`
    case 'vram':
      return `a GPU with ${need} of memory is needed, or another worker`
    case 'libc':
      return `use a system with ${need}, for example in a container`
    case 'cpu_feature':
      return `a processor with ${need} is needed`
    case 'memory':
      return `give the host ${need} of memory`
    case 'disk':
      return `free disk space until ${need} are available`
    case 'self_test':
      return 'cure what the self-test reports and install again'
    case 'lower_preference':
      return `ask for it with --variant ${variant}`
    case 'os':
    case 'arch':
    case 'no_artifact':
    case 'yanked':
    case 'quarantined':
    case 'license':
      return `choose a release of which ${variant} can be installed`
  }
}
