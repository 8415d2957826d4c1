import type { HostProfile } from '@rbee/schema'
import type { Probe } from '../probe.ts'

/**
 * The generation of the Windows Subsystem for Linux, or null outside it. Kernels name their maker:
 * `4.4.0-19041-Microsoft` is generation 1, `5.15.90.1-microsoft-standard-WSL2` generation 2.
 */
export async function detectWsl(probe: Probe): Promise<HostProfile['wsl']> {
  if (probe.platform !== 'linux') return null
  const version = (await probe.readFile('/proc/version')) ?? ''
  if (/microsoft-standard|WSL2/.test(version)) return 2
  return /Microsoft/.test(version) ? 1 : null
}
