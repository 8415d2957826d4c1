import type { Gpu } from '@rbee/schema'
import type { Probe } from '../../probe.ts'
import type { FoundGpu } from '../found-gpu.ts'
import { PCI_VENDOR, pciName } from '../pci/pci-devices.ts'
import { askVulkaninfo, type VulkanDevice } from './vulkaninfo.ts'

const VENDOR_NAME = { nvidia: 'NVIDIA', amd: 'AMD', intel: 'Intel', apple: 'Apple' } as const

/**
 * Adds what the Vulkan drivers say: the version they support on each GPU, and the name, the kind and the amount of
 * memory where nobody else told.
 */
export async function addVulkan(probe: Probe, found: readonly FoundGpu[]): Promise<Gpu[]> {
  const summary = await askVulkaninfo(probe, 'summary')
  const isCardOfUnknownSize = ({ gpu, deviceId }: FoundGpu) =>
    gpu.vram_bytes === null &&
    gpu.unified_memory !== true &&
    counterpart(gpu, deviceId, summary)?.kind === 'card'
  // The full report is a hundred times as long, and only it states memory.
  const devices = found.some(isCardOfUnknownSize) ? await askVulkaninfo(probe, 'full') : summary
  return found.map(({ gpu, deviceId }) => {
    const device = counterpart(gpu, deviceId, devices) ?? counterpart(gpu, deviceId, summary)
    return { ...gpu, ...vulkanFacts(gpu, device), name: nameOf(gpu, deviceId, device) }
  })
}

/** The device of the same vendor and model; several cards of one model have the same driver, so that any of them will do. */
function counterpart(
  gpu: Gpu,
  deviceId: number | null,
  devices: readonly VulkanDevice[],
): VulkanDevice | undefined {
  return devices.find(
    (device) =>
      device.kind !== 'other' &&
      device.vendorId === PCI_VENDOR[gpu.vendor] &&
      (deviceId === null || device.deviceId === deviceId),
  )
}

function vulkanFacts(gpu: Gpu, device: VulkanDevice | undefined): Partial<Gpu> {
  if (!device) return {}
  const unified_memory = gpu.unified_memory ?? device.kind === 'integrated'
  return {
    vulkan_version: device.apiVersion,
    unified_memory,
    vram_bytes: gpu.vram_bytes ?? (unified_memory ? null : device.heapBytes),
  }
}

function nameOf(gpu: Gpu, deviceId: number | null, device: VulkanDevice | undefined): string | null {
  if (gpu.name !== null) return gpu.name
  if (device) return device.name
  return deviceId === null
    ? null
    : pciName(VENDOR_NAME[gpu.vendor], { vendorId: PCI_VENDOR[gpu.vendor], deviceId })
}
