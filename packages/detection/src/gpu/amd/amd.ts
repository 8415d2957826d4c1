import type { Gpu } from '@rbee/schema'
import type { Probe } from '../../probe.ts'
import { wholeNumber } from '../../text/fields.ts'
import { printable } from '../../text/printable.ts'
import { type FoundGpu, type GpuHost, unusableGpu, usableGpu } from '../found-gpu.ts'
import { PCI_VENDOR, type PciDevice } from '../pci/pci-devices.ts'
import { renderNode } from '../pci/render-node.ts'
import { problemOfReserved } from '../pci/reserved.ts'
import { readKfdTargets } from './kfd.ts'
import { askRocminfo, type RocmAgent } from './rocminfo.ts'

type Access = Awaited<ReturnType<Probe['access']>>

/** The GPUs of AMD on Linux: those on the bus, with what kernel and ROCm say of them, and those that only ROCm knows. */
export async function detectAmd(host: GpuHost): Promise<FoundGpu[]> {
  const { probe } = host
  const devices = host.pci?.filter(({ vendorId }) => vendorId === PCI_VENDOR.amd) ?? []
  const [agents, targets, computeAccess, module] = await Promise.all([
    askRocminfo(probe),
    readKfdTargets(probe),
    probe.access('/dev/kfd'),
    probe.readFile('/sys/module/amdgpu/version'),
  ])
  const driverVersion = printable(module)
  const onBus = await Promise.all(
    devices.map((device) => {
      const agent = agents.find(({ slot }) => slot === device.slot)
      const gfxTarget = targets.get(device.slot) ?? agent?.gfxTarget ?? null
      return describeDevice(host, device, { agent, gfxTarget, computeAccess, driverVersion })
    }),
  )
  const slots = devices.map(({ slot }): string | null => slot)
  const beyondBus = agents.filter(({ slot }) => !slots.includes(slot))
  return [...onBus, ...beyondBus.map((agent) => agentOnly(agent, driverVersion))]
}

interface Knowledge {
  readonly agent: RocmAgent | undefined
  readonly gfxTarget: string | null
  readonly computeAccess: Access
  readonly driverVersion: string | null
}

async function describeDevice(host: GpuHost, device: PciDevice, known: Knowledge): Promise<FoundGpu> {
  const { probe } = host
  const render = await renderNode(probe, device)
  const [vram, renderAccess] = await Promise.all([
    probe.readFile(`${device.folder}/mem_info_vram_total`),
    render === null ? ('missing' as const) : probe.access(render),
  ])
  const facts: Partial<Gpu> = {
    name: known.agent?.name ?? null,
    vram_bytes: wholeNumber(vram) ?? known.agent?.vramBytes ?? null,
    unified_memory: known.agent?.unifiedMemory ?? null,
    driver_version: known.driverVersion,
    // Without its compute device a GPU draws but runs no ROCm program, whatever its target is.
    gfx_target: known.computeAccess === 'missing' ? null : known.gfxTarget,
  }
  const problem = problemOf(host, device, known.computeAccess, renderAccess)
  return {
    gpu: problem === null ? usableGpu('amd', facts) : unusableGpu('amd', facts, problem),
    deviceId: device.deviceId,
  }
}

/** Source: AMD, "ROCm installation prerequisites" (groups) and "Running ROCm Docker containers" (devices). */
function problemOf(host: GpuHost, device: PciDevice, compute: Access, render: Access): string | null {
  const reserved = problemOfReserved(device)
  if (reserved !== null) return reserved
  if (device.driver !== 'amdgpu') {
    const state =
      device.driver === null
        ? 'no driver is bound to the GPU'
        : `the GPU is run by the driver ${device.driver} instead of amdgpu`
    return `${state}; load amdgpu with sudo modprobe amdgpu, or install a kernel that supports the GPU`
  }
  if (compute === 'denied' || (compute === 'missing' && render === 'denied')) {
    const file = compute === 'denied' ? '/dev/kfd' : '/dev/dri/renderD*'
    return host.container === null
      ? `this user may not open ${file}; run sudo usermod -a -G render,video $USER and log in again`
      : `the user of this container may not open ${file}; start the container with --group-add video --group-add render`
  }
  if (compute === 'missing' && render === 'missing') {
    return host.container === null
      ? 'the kernel offers neither /dev/kfd nor a render device for the GPU; see what dmesg says of amdgpu'
      : 'the container was started without access to the AMD GPU; start it with --device /dev/kfd --device /dev/dri'
  }
  return null
}

/** In WSL the GPU is not on the bus: the ROCm runtime reaches it through Windows. */
function agentOnly(agent: RocmAgent, driverVersion: string | null): FoundGpu {
  const facts: Partial<Gpu> = {
    name: agent.name,
    vram_bytes: agent.vramBytes,
    unified_memory: agent.unifiedMemory,
    driver_version: driverVersion,
    gfx_target: agent.gfxTarget,
  }
  return { gpu: usableGpu('amd', facts), deviceId: null }
}
