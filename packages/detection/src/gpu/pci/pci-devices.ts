import type { Probe } from '../../probe.ts'
import { readFields } from '../../text/fields.ts'

const DEVICES = '/sys/bus/pci/devices'
/** More functions than any real machine has; bounds the work in a hostile one. */
const MAX_DEVICES = 4096

/** The numbers under which the PCI Special Interest Group lists the makers of GPUs. */
export const PCI_VENDOR = { nvidia: 0x10de, amd: 0x1002, intel: 0x8086, apple: 0x106b } as const

/** A graphics or compute device as the kernel lists it, whether or not a driver is bound to it. */
export interface PciDevice {
  /** `0000:01:00.0` */
  readonly slot: string
  readonly vendorId: number
  readonly deviceId: number
  /** The kernel driver that is bound to it, or null. */
  readonly driver: string | null
  /** Its folder in sysfs. */
  readonly folder: string
}

/** The graphics and compute devices of a Linux machine; null where the kernel shows no PCI bus, and on other systems. */
export async function listPciDevices(probe: Probe): Promise<PciDevice[] | null> {
  if (probe.platform !== 'linux') return null
  const slots = await probe.listFolder(DEVICES)
  if (slots === null) return null
  const valid = slots
    .filter((slot) => /^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]$/.test(slot))
    .slice(0, MAX_DEVICES)
  const devices = await Promise.all(valid.map((slot) => readDevice(probe, slot)))
  return devices.filter((device) => device !== null)
}

/** Source: Documentation/ABI/testing/sysfs-bus-pci of Linux (uevent holds PCI_CLASS, PCI_ID and DRIVER). */
async function readDevice(probe: Probe, slot: string): Promise<PciDevice | null> {
  const folder = `${DEVICES}/${slot}`
  const fields = readFields(await probe.readFile(`${folder}/uevent`), '=')
  const [vendorId, deviceId] = (fields.get('PCI_ID') ?? '').split(':').map((id) => Number.parseInt(id, 16))
  if (vendorId === undefined || deviceId === undefined || !isGpuClass(fields.get('PCI_CLASS'))) return null
  return { slot, vendorId, deviceId, driver: fields.get('DRIVER') ?? null, folder }
}

/** Base class 03 is a display controller, 12 a processing accelerator such as AMD Instinct. The kernel pads nothing. */
function isGpuClass(text: string | undefined): boolean {
  const base = Number.parseInt(text ?? '', 16) >> 16
  return base === 0x03 || base === 0x12
}

/** `NVIDIA GPU (PCI device 10de:2684)`, for devices that no tool names. */
export function pciName(vendor: string, device: Pick<PciDevice, 'vendorId' | 'deviceId'>): string {
  const hex = (id: number) => id.toString(16).padStart(4, '0')
  return `${vendor} GPU (PCI device ${hex(device.vendorId)}:${hex(device.deviceId)})`
}
