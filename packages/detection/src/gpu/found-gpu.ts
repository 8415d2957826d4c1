import type { Gpu, HostProfile } from '@rbee/schema'
import type { Container } from '../container/container.ts'
import type { Probe } from '../probe.ts'
import type { PciDevice } from './pci/pci-devices.ts'

/** A GPU with what tells it apart among those that other tools list. */
export interface FoundGpu {
  readonly gpu: Gpu
  /** PCI device number, unique for a model of a vendor; null where the tools do not tell. */
  readonly deviceId: number | null
}

/** What the search for GPUs knows of the machine around them. */
export interface GpuHost {
  readonly probe: Probe
  readonly container: Container
  readonly wsl: HostProfile['wsl']
  /** Null where the system does not list its devices. */
  readonly pci: readonly PciDevice[] | null
}

type Facts = Partial<Omit<Gpu, 'vendor' | 'usable' | 'problem'>>

const UNKNOWN_FACTS = {
  name: null,
  vram_bytes: null,
  unified_memory: null,
  driver_version: null,
  cuda_version: null,
  compute_capability: null,
  gfx_target: null,
  vulkan_version: null,
} as const satisfies Required<Facts>

export function usableGpu(vendor: Gpu['vendor'], facts: Facts): Gpu {
  return { vendor, ...UNKNOWN_FACTS, ...facts, usable: true, problem: null }
}

/** @param problem one sentence that says why nothing can run on it and what cures that. */
export function unusableGpu(vendor: Gpu['vendor'], facts: Facts, problem: string): Gpu {
  return { vendor, ...UNKNOWN_FACTS, ...facts, usable: false, problem: problem.slice(0, 1000) }
}
