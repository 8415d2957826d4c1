import type { Gpu, HostProfile } from '@rbee/schema'
import type { Container } from '../container/container.ts'
import type { Probe } from '../probe.ts'
import { detectAmd } from './amd/amd.ts'
import { detectMacGpus } from './apple/apple.ts'
import type { FoundGpu, GpuHost } from './found-gpu.ts'
import { detectIntel } from './intel/intel.ts'
import { detectNvidia } from './nvidia/nvidia.ts'
import { listPciDevices } from './pci/pci-devices.ts'
import { addVulkan } from './vulkan/vulkan.ts'
import { detectWindowsGpus } from './windows/video-controllers.ts'

/** Most GPUs in a host profile. */
const MAX_GPUS = 64

/**
 * Every GPU of the machine, usable or not, in the order of the drivers' own numbering. The drivers are asked, not the
 * folders of toolkits: a toolkit without a driver runs nothing.
 */
export async function detectGpus(
  probe: Probe,
  surroundings: { container: Container; wsl: HostProfile['wsl'] },
): Promise<Gpu[]> {
  const host: GpuHost = { probe, ...surroundings, pci: await listPciDevices(probe) }
  const found = (await findGpus(host)).slice(0, MAX_GPUS)
  return found.length === 0 ? [] : addVulkan(probe, found)
}

async function findGpus(host: GpuHost): Promise<FoundGpu[]> {
  switch (host.probe.platform) {
    case 'linux':
      return (await Promise.all([detectNvidia(host), detectAmd(host), detectIntel(host)])).flat()
    case 'darwin':
      return detectMacGpus(host.probe)
    case 'win32':
      return detectWindowsGpus(host)
  }
  return []
}
