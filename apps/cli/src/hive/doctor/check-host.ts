import { ARCHITECTURES, type Gpu, type HostProfile, OPERATING_SYSTEMS } from '@rbee/schema'
import { formatBytes } from '../../program/terminal.ts'
import { type DoctorFinding, fine, problem, warning } from './finding.ts'

/** A small worker and its first model need about this much. */
const LITTLE_MEMORY = 2 * 2 ** 30
/** Below the first not even a small worker can be unpacked; below the second hardly any model finds room. */
const NO_DISK = 2 ** 29
const LITTLE_DISK = 5 * 2 ** 30

/** What detection says of the machine, as findings: system, memory, disk, and each GPU with the cure of its problem. */
export function checkHost(profile: HostProfile): DoctorFinding[] {
  return [
    checkSystem(profile),
    checkMemory(profile.memory_bytes),
    checkDisk(profile.disk_free_bytes),
    ...checkGpus(profile.gpus),
  ]
}

function checkSystem({ os, arch, libc, container, wsl }: HostProfile): DoctorFinding {
  const name = `${os} ${arch}`
  const known = OPERATING_SYSTEMS.some((it) => it === os) && ARCHITECTURES.some((it) => it === arch)
  if (!known) return problem('system', `there are no workers for ${name}`, null)
  if (os === 'linux' && libc === null)
    return warning('system', `${name}, whose C library is unknown`, 'install ldd or getconf')
  if (wsl === 1)
    return warning('system', `${name} in WSL 1, which reaches no GPU`, 'run: wsl --set-version DISTRO 2')
  const library = os === 'linux' && libc !== null ? `, ${libc.name} ${libc.version ?? ''}`.trimEnd() : ''
  const around = container === null ? '' : `, in a container (${container})`
  return fine('system', `${name}${library}${around}${wsl === null ? '' : `, WSL ${wsl}`}`)
}

function checkMemory(bytes: number | null): DoctorFinding {
  if (bytes === null) return warning('memory', 'how much there is cannot be found out', null)
  if (bytes >= LITTLE_MEMORY) return fine('memory', formatBytes(bytes))
  const cure = 'raise the limit of the container or virtual machine, if it runs in one'
  return warning('memory', `${formatBytes(bytes)} is less than most workers need`, cure)
}

function checkDisk(bytes: number | null): DoctorFinding {
  if (bytes === null) return warning('disk', 'how much is free cannot be found out', null)
  const text = `${formatBytes(bytes)} free`
  const cure = 'free some space, or choose another folder with --home or RBEE_HOME'
  if (bytes < NO_DISK) return problem('disk', text, cure)
  return bytes < LITTLE_DISK ? warning('disk', text, cure) : fine('disk', text)
}

function checkGpus(gpus: readonly Gpu[]): DoctorFinding[] {
  if (gpus.length === 0) return [fine('gpu', 'there is none: workers run on the processor')]
  const anyUsable = gpus.some(({ usable }) => usable)
  return gpus.map((gpu, index) => checkGpu(gpu, `gpu-${index}`, anyUsable))
}

/** A GPU that cannot be used is a problem where it is the only one, else it may well be meant so. */
function checkGpu(gpu: Gpu, check: string, anyUsable: boolean): DoctorFinding {
  const name = gpu.name ?? `a GPU of ${gpu.vendor}`
  if (!gpu.usable) {
    const [fact, cure] = splitCure(gpu.problem ?? 'it cannot be used, the cause is unknown')
    return (anyUsable ? warning : problem)(check, `${name}: ${fact}`, cure)
  }
  if (gpu.vendor === 'nvidia' && gpu.cuda_version === null)
    return warning(check, `${name}: its driver tells no CUDA version`, 'update the NVIDIA driver')
  const lacksVulkan = gpu.vendor === 'amd' || gpu.vendor === 'intel' ? gpu.vulkan_version === null : false
  if (lacksVulkan && gpu.gfx_target === null) {
    const cure = 'install vulkaninfo (package vulkan-tools) and the Vulkan driver (mesa-vulkan-drivers)'
    return warning(check, `${name}: no Vulkan driver tells of it, so that no build for Vulkan fits`, cure)
  }
  return fine(check, `${name} can be used`)
}

/** Detection writes a problem as `fact; cure`. */
function splitCure(text: string): [fact: string, cure: string | null] {
  const at = text.indexOf('; ')
  return at === -1 ? [text, null] : [text.slice(0, at), text.slice(at + 2)]
}
