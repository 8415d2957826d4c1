import type { Requirements } from '@rbee/schema'

/** What a variant needs, one short phrase for each requirement, the ones that decide first. */
export function requirementsText(requirements: Requirements): string[] {
  const { vram, cuda_version, compute_capability, driver_version, gfx_targets, vulkan_version } = requirements
  const { memory, disk, libc, cpu_features } = requirements
  return [
    vram && `${vram} of GPU memory`,
    cuda_version && `CUDA ${readable(cuda_version)}`,
    compute_capability && `compute capability ${readable(compute_capability)}`,
    driver_version && `driver ${readable(driver_version)}`,
    gfx_targets && anyOf(gfx_targets),
    vulkan_version && `Vulkan ${readable(vulkan_version)}`,
    memory && `${memory} of memory`,
    disk && `${disk} of disk`,
    libc && anyOf([libc].flat().map(readable)),
    cpu_features && cpu_features.length > 0 && `CPU with ${cpu_features.join(', ')}`,
  ].filter((phrase) => typeof phrase === 'string')
}

/** `>=12.0 <13.0` as `≥ 12.0 < 13.0`. */
function readable(range: string): string {
  return range
    .replaceAll('>=', '≥ ')
    .replaceAll('<=', '≤ ')
    .replaceAll(/([<>])(?=\d)/g, '$1 ')
}

function anyOf(names: readonly string[]): string {
  return names.length === 1 ? `${names[0]}` : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`
}
