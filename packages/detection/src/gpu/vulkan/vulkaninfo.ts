import { windowsFolder } from '../../platform/powershell.ts'
import type { Probe } from '../../probe.ts'
import { readFields } from '../../text/fields.ts'
import { printable } from '../../text/printable.ts'

/** A device that a Vulkan driver offers. */
export interface VulkanDevice {
  readonly vendorId: number
  readonly deviceId: number
  readonly name: string | null
  /** Newest version of the API that the driver supports on it. */
  readonly apiVersion: string | null
  readonly kind: 'card' | 'integrated' | 'other'
  /** Largest heap of the device's own memory, in bytes; null where the answer does not state it. */
  readonly heapBytes: number | null
}

/** Asks the Vulkan loader for its devices; empty where vulkaninfo is not installed or finds none. */
export async function askVulkaninfo(probe: Probe, detail: 'summary' | 'full'): Promise<VulkanDevice[]> {
  const program =
    probe.platform === 'win32' ? `${windowsFolder(probe)}\\System32\\vulkaninfo.exe` : 'vulkaninfo'
  const answer = await probe.run(program, detail === 'summary' ? ['--summary'] : [])
  return answer?.code === 0 ? readVulkaninfo(answer.stdout) : []
}

/** Reads the devices of a summary or of a full report, which begin alike. Source: KhronosGroup/Vulkan-Tools, vulkaninfo. */
export function readVulkaninfo(text: string): VulkanDevice[] {
  return text
    .split(/^GPU\d+:[ \t]*$/m)
    .slice(1)
    .map(readDevice)
    .filter((device) => device !== null)
}

function readDevice(block: string): VulkanDevice | null {
  const fields = readFields(block, '=')
  const vendorId = Number.parseInt(fields.get('vendorID') ?? '', 16)
  const deviceId = Number.parseInt(fields.get('deviceID') ?? '', 16)
  if (Number.isNaN(vendorId) || Number.isNaN(deviceId)) return null
  return {
    vendorId,
    deviceId,
    name: printable(fields.get('deviceName')),
    // Older ones write `4206847 (1.3.255)`, newer `1.3.255 (4206847)` or the version alone.
    apiVersion: /(?<!\d)\d+\.\d+(?:\.\d+)*/.exec(fields.get('apiVersion') ?? '')?.[0] ?? null,
    kind: kindOf(fields.get('deviceType')),
    heapBytes: largestOwnHeap(block),
  }
}

function kindOf(type: string | undefined): VulkanDevice['kind'] {
  if (type?.includes('DISCRETE_GPU')) return 'card'
  return type?.includes('INTEGRATED_GPU') ? 'integrated' : 'other'
}

function largestOwnHeap(block: string): number | null {
  const heaps = block.split(/^[ \t]*memoryHeaps\[\d+\]:/m).slice(1)
  const own = heaps
    .filter((heap) => /\bMEMORY_HEAP_DEVICE_LOCAL_BIT\b/.test(heap.slice(0, 400)))
    .map((heap) => Number(/^[ \t]*size[ \t]*=[ \t]*(\d{1,15})\b/m.exec(heap)?.[1] ?? 0))
  const largest = Math.max(0, ...own)
  return largest === 0 ? null : largest
}
