import { type HostProfile, hostProfileSchema } from '@rbee/schema'
import { detectContainer } from './container/container.ts'
import { detectCpu } from './cpu/cpu.ts'
import { detectGpus } from './gpu/gpus.ts'
import { detectLibc } from './libc/libc.ts'
import { detectMemory } from './memory/memory.ts'
import { detectPlatform } from './platform/platform.ts'
import type { Probe } from './probe.ts'
import { detectWsl } from './wsl/wsl.ts'

/**
 * Finds out what a machine offers to workers. What cannot be found out is null; no answer of a tool or file, however
 * broken, makes detection fail.
 *
 * @param folder where workers would be installed: the disk whose free space counts.
 */
export async function detectHost(probe: Probe, folder: string | null): Promise<HostProfile> {
  const [container, wsl] = await Promise.all([detectContainer(probe), detectWsl(probe)])
  const [platform, libc, cpu, memory, diskFree, gpus] = await Promise.all([
    detectPlatform(probe),
    detectLibc(probe),
    detectCpu(probe),
    detectMemory(probe),
    folder === null ? null : probe.diskFree(folder),
    detectGpus(probe, { container, wsl }),
  ])
  return hostProfileSchema.parse({
    ...platform,
    libc,
    cpu,
    memory_bytes: memory,
    disk_free_bytes: diskFree,
    container,
    wsl,
    gpus,
  })
}
