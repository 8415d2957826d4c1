import type { Probe } from '../../probe.ts'
import type { PciDevice } from './pci-devices.ts'

/** The device file through which programs use a GPU without owning the screen, or null when the kernel offers none. */
export async function renderNode(probe: Probe, device: PciDevice): Promise<string | null> {
  const names = await probe.listFolder(`${device.folder}/drm`)
  const node = names?.find((name) => /^renderD\d+$/.test(name))
  return node === undefined ? null : `/dev/dri/${node}`
}
