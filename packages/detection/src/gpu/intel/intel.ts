import type { Gpu } from '@rbee/schema'
import type { Probe } from '../../probe.ts'
import { wholeNumber } from '../../text/fields.ts'
import { type FoundGpu, type GpuHost, unusableGpu, usableGpu } from '../found-gpu.ts'
import { PCI_VENDOR, type PciDevice } from '../pci/pci-devices.ts'
import { renderNode } from '../pci/render-node.ts'
import { problemOfReserved } from '../pci/reserved.ts'

/** Intel puts the GPU of its processors at this address, and cards anywhere else. */
const INTEGRATED_SLOT = '0000:00:02.0'

/** The GPUs of Intel on Linux. Their names come from Vulkan, since the kernel knows none. */
export async function detectIntel(host: GpuHost): Promise<FoundGpu[]> {
  const devices = host.pci?.filter(({ vendorId }) => vendorId === PCI_VENDOR.intel) ?? []
  return Promise.all(devices.map((device) => describeDevice(host, device)))
}

async function describeDevice(host: GpuHost, device: PciDevice): Promise<FoundGpu> {
  const integrated = device.slot === INTEGRATED_SLOT
  const facts: Partial<Gpu> = {
    unified_memory: integrated,
    vram_bytes: integrated ? null : await readVram(host.probe, device),
  }
  const problem = await findProblem(host, device)
  return {
    gpu: problem === null ? usableGpu('intel', facts) : unusableGpu('intel', facts, problem),
    deviceId: device.deviceId,
  }
}

/** The driver xe states the memory of each tile, i915 of the whole card, where it does at all. */
async function readVram(probe: Probe, device: PciDevice): Promise<number | null> {
  const entries = (await probe.listFolder(device.folder)) ?? []
  const tiles = entries.filter((name) => /^tile\d$/.test(name))
  const sizes = await Promise.all(
    tiles.map(async (tile) =>
      wholeNumber(await probe.readFile(`${device.folder}/${tile}/physical_vram_size_bytes`)),
    ),
  )
  const sum = sizes.reduce<number>((total, size) => total + (size ?? 0), 0)
  if (sum > 0) return sum
  const card = (await probe.listFolder(`${device.folder}/drm`))?.find((name) => /^card\d+$/.test(name))
  return card === undefined
    ? null
    : wholeNumber(await probe.readFile(`${device.folder}/drm/${card}/lmem_total_bytes`))
}

async function findProblem({ probe, container }: GpuHost, device: PciDevice): Promise<string | null> {
  const reserved = problemOfReserved(device)
  if (reserved !== null) return reserved
  if (device.driver !== 'i915' && device.driver !== 'xe') {
    return 'no driver of Intel (i915 or xe) is bound to the GPU; install a kernel that supports it'
  }
  const node = await renderNode(probe, device)
  const access = node === null ? 'missing' : await probe.access(node)
  switch (access) {
    case 'open':
      return null
    case 'denied':
      return `this user may not open ${node}; run sudo usermod -a -G render,video $USER and log in again`
    case 'missing':
      return container === null
        ? 'the kernel offers no render device for the GPU; see what dmesg says of its driver'
        : 'the container was started without access to the Intel GPU; start it with --device /dev/dri'
  }
}
