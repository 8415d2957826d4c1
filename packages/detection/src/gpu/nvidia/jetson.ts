import type { Gpu } from '@rbee/schema'
import type { Probe } from '../../probe.ts'
import { firstMatch } from '../../text/first-match.ts'
import { printable } from '../../text/printable.ts'
import { type FoundGpu, type GpuHost, unusableGpu, usableGpu } from '../found-gpu.ts'
import type { SmiReport } from './nvidia-smi.ts'

/** Compute capability by system on chip. Source: NVIDIA, "CUDA GPU Compute Capability" (Jetson). */
const COMPUTE_CAPABILITY: ReadonlyMap<string, string> = new Map([
  ['tegra210', '5.3'],
  ['tegra186', '6.2'],
  ['tegra194', '7.2'],
  ['tegra234', '8.7'],
  ['tegra264', '11.0'],
])

/**
 * The CUDA version of the driver in a release of Jetson Linux, newest first; its driver is part of the release and has
 * no other way to tell before JetPack 6. Source: NVIDIA, "JetPack Archive" and "CUDA for Tegra".
 */
const CUDA_OF_RELEASE: readonly (readonly [release: string, cuda: string])[] = [
  ['38.', '13.0'],
  ['36.4', '12.6'],
  ['36.', '12.2'],
  ['35.', '11.4'],
  ['34.', '11.4'],
  ['32.', '10.2'],
]

/** Device files of the integrated GPU: JetPack 5, JetPack 6, JetPack 7. */
const DEVICE_FILES = ['/dev/nvhost-gpu', '/dev/nvgpu/igpu0/ctrl', '/dev/nvidia0']

/**
 * Recognizes a Jetson by its device tree and gives a function that describes its GPU in the light of what nvidia-smi
 * says, which on these boards knows neither memory nor, before JetPack 6, anything at all. Null on other machines.
 */
export async function detectJetson({
  probe,
  container,
}: GpuHost): Promise<((smi: SmiReport) => FoundGpu) | null> {
  const compatible = await probe.readFile('/proc/device-tree/compatible')
  const chip = firstMatch(compatible, /nvidia,(tegra\d+)/)
  if (chip === null) return null
  const [model, release, module, access] = await Promise.all([
    probe.readFile('/proc/device-tree/model'),
    readRelease(probe),
    probe.readFile('/proc/driver/nvidia/version'),
    deviceAccess(probe),
  ])

  return (smi) => {
    const listed = smi.state === 'answered' ? smi.gpus[0] : undefined
    const facts: Partial<Gpu> = {
      name: printable(model) ?? listed?.name ?? null,
      unified_memory: true,
      driver_version: listed?.driverVersion ?? firstMatch(module, /\bfor \w+\s+(\d+(?:\.\d+)+)/),
      cuda_version: (smi.state === 'answered' ? smi.cudaVersion : null) ?? cudaOfRelease(release),
      compute_capability: listed?.computeCapability ?? COMPUTE_CAPABILITY.get(chip) ?? null,
    }
    const problem = problemOf(access, container !== null)
    return {
      gpu: problem === null ? usableGpu('nvidia', facts) : unusableGpu('nvidia', facts, problem),
      deviceId: null,
    }
  }
}

/** `# R36 (release), REVISION: 3.0, GCID: …` → `36.3.0` */
async function readRelease(probe: Probe): Promise<string | null> {
  const text = await probe.readFile('/etc/nv_tegra_release')
  const match = /^# R(\d+) \(release\), REVISION: (\d+(?:\.\d+)*)/m.exec(text ?? '')
  return match ? `${match[1]}.${match[2]}` : null
}

function cudaOfRelease(release: string | null): string | null {
  return CUDA_OF_RELEASE.find(([prefix]) => release?.startsWith(prefix))?.[1] ?? null
}

async function deviceAccess(probe: Probe): Promise<'open' | 'denied' | 'missing'> {
  const answers = await Promise.all(DEVICE_FILES.map((file) => probe.access(file)))
  if (answers.includes('open')) return 'open'
  return answers.includes('denied') ? 'denied' : 'missing'
}

function problemOf(access: 'open' | 'denied' | 'missing', inContainer: boolean): string | null {
  switch (access) {
    case 'open':
      return null
    case 'denied':
      return 'this user may not open the device files of the GPU; add the user to the groups video and render and log in again'
    case 'missing':
      return inContainer
        ? 'the container was started without access to the GPU; start it with --runtime nvidia'
        : 'the kernel offers no device file of the GPU; install the NVIDIA packages of Jetson Linux (sudo apt install nvidia-jetpack) and restart'
  }
}
