import { GPU_VENDORS, type Gpu } from '@rbee/schema'

/** The part of WebGPU that names the graphics processor (W3C, WebGPU, 4.4; not in TypeScript's types). */
export interface GpuSource {
  requestAdapter(options: { powerPreference: 'high-performance' }): Promise<{
    readonly info?: { readonly vendor: string; readonly architecture: string; readonly description: string }
  } | null>
}

/** The GPU that the browser would compute on; none where it names no maker, as for one in software. */
export async function browserGpus(source: GpuSource | undefined): Promise<Gpu[]> {
  const adapter = await source?.requestAdapter({ powerPreference: 'high-performance' })
  const info = adapter?.info
  const vendor = GPU_VENDORS.find((name) => name === info?.vendor.toLowerCase())
  if (info === undefined || vendor === undefined) return []
  return [
    {
      vendor,
      name: info.description || [vendor, info.architecture].filter((part) => part !== '').join(' '),
      vram_bytes: null,
      unified_memory: vendor === 'apple' ? true : null,
      driver_version: null,
      cuda_version: null,
      compute_capability: null,
      gfx_target: null,
      vulkan_version: null,
      usable: true,
      problem: null,
    },
  ]
}
