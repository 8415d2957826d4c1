import type { Gpu } from '@rbee/schema'

const VENDOR_NAMES: Readonly<Record<Gpu['vendor'], string>> = {
  nvidia: 'NVIDIA',
  amd: 'AMD',
  intel: 'Intel',
  apple: 'Apple',
}

/** What people call a vendor. */
export function vendorName(vendor: Gpu['vendor']): string {
  return VENDOR_NAMES[vendor]
}

/** What people call a GPU: its own name, or its vendor's where that is unknown. */
export function gpuName(gpu: Gpu): string {
  return gpu.name ?? `the ${vendorName(gpu.vendor)} GPU`
}
