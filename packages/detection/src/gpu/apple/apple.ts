import type { Gpu } from '@rbee/schema'
import type { Probe } from '../../probe.ts'
import { type JsonPlace, readJson } from '../../text/json.ts'
import { printable } from '../../text/printable.ts'
import { type FoundGpu, usableGpu } from '../found-gpu.ts'

const BYTES_OF_UNIT: ReadonlyMap<string, number> = new Map([
  ['MB', 2 ** 20],
  ['GB', 2 ** 30],
])

/** The GPUs of a Mac: Apple's own, or those of Intel, AMD and NVIDIA in older ones. Source: system_profiler(8). */
export async function detectMacGpus(probe: Probe): Promise<FoundGpu[]> {
  const answer = await probe.run('/usr/sbin/system_profiler', ['SPDisplaysDataType', '-json'])
  return readJson(answer?.stdout ?? null)
    .get('SPDisplaysDataType')
    .list()
    .map(readGpu)
    .filter((found) => found !== null)
}

function readGpu(item: JsonPlace): FoundGpu | null {
  const name = printable(item.get('sppci_model').text() ?? item.get('_name').text())
  const vendor = vendorOf(item.get('spdisplays_vendor').text() ?? name ?? '')
  if (vendor === null) return null
  const shared = readSize(item.get('spdisplays_vram_shared').text())
  const gpu = usableGpu(vendor, {
    name,
    vram_bytes: shared ?? readSize(item.get('spdisplays_vram').text()),
    unified_memory: vendor === 'apple' || shared !== null,
  })
  const deviceId = Number.parseInt(item.get('spdisplays_device-id').text() ?? '', 16)
  return { gpu, deviceId: Number.isNaN(deviceId) || vendor === 'apple' ? null : deviceId }
}

/** `sppci_vendor_Apple`, `sppci_vendor_amd` and `Intel` are all written there. */
function vendorOf(text: string): Gpu['vendor'] | null {
  if (/apple/i.test(text)) return 'apple'
  if (/amd|ati\b|0x1002/i.test(text)) return 'amd'
  if (/intel|0x8086/i.test(text)) return 'intel'
  return /nvidia|0x10de/i.test(text) ? 'nvidia' : null
}

/** `1536 MB` or `4 GB`, where both mean powers of two. */
function readSize(text: string | null): number | null {
  const match = /^(\d{1,9}) (MB|GB)$/.exec(text?.trim() ?? '')
  const unit = BYTES_OF_UNIT.get(match?.[2] ?? '')
  return match && unit !== undefined ? Number(match[1]) * unit : null
}
