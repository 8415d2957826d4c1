import type { Gpu } from '@rbee/schema'
import { type FoundGpu, type GpuHost, unusableGpu, usableGpu } from '../found-gpu.ts'
import { PCI_VENDOR, type PciDevice, pciName } from '../pci/pci-devices.ts'
import { detectJetson } from './jetson.ts'
import { askNvidiaSmi, type SmiGpu, type SmiReport } from './nvidia-smi.ts'
import { NO_CUDA_LIBRARY, problemOfDevice, problemOfSmi } from './problems.ts'

/** The GPUs of NVIDIA on Linux: those that the driver runs, and those that the kernel lists without one. */
export async function detectNvidia(host: GpuHost): Promise<FoundGpu[]> {
  const [report, jetson] = await Promise.all([askNvidiaSmi(host.probe), detectJetson(host)])
  if (jetson) return [jetson(report)]
  const devices = host.pci?.filter(({ vendorId }) => vendorId === PCI_VENDOR.nvidia) ?? []
  switch (report.state) {
    case 'answered':
      return [
        ...report.gpus.map((gpu) => drivenGpu(gpu, report.cudaVersion, host)),
        ...leftOut(report.gpus, devices, host),
      ]
    case 'failed':
      return failedGpus(report, devices, host)
    case 'missing':
      return devices.map((device) => undrivenGpu(device, problemOfDevice(device, host)))
  }
}

/** A GPU that nvidia-smi lists. */
export function drivenGpu(
  smi: SmiGpu,
  cudaVersion: string | null,
  host: Pick<GpuHost, 'container'>,
): FoundGpu {
  const facts: Partial<Gpu> = {
    name: smi.name,
    vram_bytes: smi.vramBytes,
    // Grace Blackwell desktops share their memory; every other GPU that is listed with an amount is a card.
    unified_memory: /\bGB10\b/.test(smi.name ?? '') ? true : smi.vramBytes === null ? null : false,
    driver_version: smi.driverVersion,
    cuda_version: cudaVersion,
    compute_capability: smi.computeCapability,
  }
  const gpu =
    cudaVersion === null && host.container !== null
      ? unusableGpu('nvidia', facts, NO_CUDA_LIBRARY)
      : usableGpu('nvidia', facts)
  return { gpu, deviceId: smi.deviceId }
}

/** Devices that the driver does not run although it runs others, such as one that is reserved for a virtual machine. */
function leftOut(listed: readonly SmiGpu[], devices: readonly PciDevice[], host: GpuHost): FoundGpu[] {
  const slots = listed.map(({ slot }) => slot)
  // A container sees every device of its host on the bus; those that it was not given are none of its business.
  if (host.container !== null || slots.includes(null)) return []
  return devices
    .filter(({ slot }) => !slots.includes(slot))
    .map((device) =>
      undrivenGpu(
        device,
        device.driver === 'nvidia'
          ? 'the NVIDIA driver is bound to the GPU but does not list it; see what dmesg says of NVRM, then restart the machine'
          : problemOfDevice(device, host),
      ),
    )
}

function failedGpus(
  report: Extract<SmiReport, { state: 'failed' }>,
  devices: readonly PciDevice[],
  host: GpuHost,
): FoundGpu[] {
  const problem = problemOfSmi(report, host)
  if (devices.length > 0) {
    return devices.map((device) =>
      undrivenGpu(device, device.driver === 'nvidia' ? problem : problemOfDevice(device, host)),
    )
  }
  // The program is also installed on machines without GPU; then it fails to find a driver or a device.
  const noDevice = /No devices were found|couldn't communicate/i.test(report.message ?? '')
  const knownToHaveNone = host.pci !== null && host.wsl === null
  if (noDevice && knownToHaveNone) return []
  return [{ gpu: unusableGpu('nvidia', {}, problem), deviceId: null }]
}

function undrivenGpu(device: PciDevice, problem: string): FoundGpu {
  return {
    gpu: unusableGpu('nvidia', { name: pciName('NVIDIA', device) }, problem),
    deviceId: device.deviceId,
  }
}
