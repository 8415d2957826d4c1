import type { Container } from '../../container/container.ts'
import type { GpuHost } from '../found-gpu.ts'
import type { PciDevice } from '../pci/pci-devices.ts'
import { problemOfReserved } from '../pci/reserved.ts'
import type { SmiReport } from './nvidia-smi.ts'

const INSTALL =
  'install the NVIDIA driver of your distribution (Ubuntu: sudo ubuntu-drivers install; Debian: sudo apt install nvidia-driver) and restart'

/** Why a driver that exists runs nothing, out of what nvidia-smi printed. Source: nvidia-smi(1), "Return value". */
export function problemOfSmi(report: Extract<SmiReport, { state: 'failed' }>, host: GpuHost): string {
  const said = report.message ?? ''
  if (report.timedOut) return 'nvidia-smi does not answer, so the driver hangs; restart the machine'
  if (/Driver\/library version mismatch/i.test(said)) {
    return 'the loaded NVIDIA kernel module and the installed driver library have different versions (driver/library version mismatch), as after an update; restart the machine'
  }
  if (/couldn't communicate with the NVIDIA driver/i.test(said)) {
    return host.container === null
      ? `the NVIDIA driver is not loaded; load it with sudo modprobe nvidia, or ${INSTALL}`
      : missingInContainer(host.container)
  }
  if (/blocked by the operating system/i.test(said)) {
    return 'Windows keeps the GPU from WSL; update the NVIDIA driver of Windows, then run wsl --update and wsl --shutdown'
  }
  if (/Insufficient Permissions/i.test(said)) {
    return 'this user may not open /dev/nvidia*; add the user to the group that owns them (usually video) and log in again'
  }
  if (host.container !== null && /Unknown Error/i.test(said)) {
    return `the container lost its access to the GPU (${said}); start the container again`
  }
  return `the NVIDIA driver reports: ${said || 'nothing'}; restart the machine, and if that does not help ${INSTALL}`
}

/** Why the kernel lists a device that no driver of NVIDIA answers for. */
export function problemOfDevice(device: PciDevice, host: GpuHost): string {
  const reserved = problemOfReserved(device)
  if (reserved !== null) return reserved
  if (host.container !== null) return missingInContainer(host.container)
  if (device.driver === 'nouveau') {
    return `the GPU is run by nouveau, which offers no CUDA; ${INSTALL}`
  }
  if (device.driver === 'nvidia') {
    return 'the NVIDIA driver is loaded, but nvidia-smi, which tells what it can do, is not installed; install it (Debian: nvidia-smi; Ubuntu: nvidia-utils of the driver’s version)'
  }
  return `no NVIDIA driver is loaded (a CUDA toolkit alone is none); ${INSTALL}`
}

/** How each engine hands a GPU to a container. Source: NVIDIA Container Toolkit documentation. */
function missingInContainer(container: NonNullable<Container>): string {
  const fact = 'the container was started without access to the NVIDIA GPU'
  switch (container) {
    case 'docker':
      return `${fact}; install the NVIDIA Container Toolkit on the host and start it with docker run --gpus all`
    case 'podman':
      return `${fact}; install the NVIDIA Container Toolkit on the host and start it with podman run --device nvidia.com/gpu=all`
    case 'kubernetes':
      return `${fact}; ask for one in the pod (resources.limits: nvidia.com/gpu: 1)`
    case 'lxc':
      return `${fact}; set nvidia.runtime=true and add a gpu device to the container`
  }
}

/** The container sees the management library but not the CUDA driver library. */
export const NO_CUDA_LIBRARY =
  'the container was given the GPU without the CUDA driver library; start it with NVIDIA_DRIVER_CAPABILITIES=compute,utility'
