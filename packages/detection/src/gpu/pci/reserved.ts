import type { PciDevice } from './pci-devices.ts'

/** Why a GPU that is handed through to a virtual machine cannot be used; null for any other GPU. Source: vfio.rst of Linux. */
export function problemOfReserved(device: PciDevice): string | null {
  if (device.driver !== 'vfio-pci') return null
  return 'the GPU is reserved for a virtual machine (driver vfio-pci); give it back to the host, or run the worker inside that machine'
}
