import type { Probe } from '../probe.ts'
import type { Cpu } from './cpu-facts.ts'
import { readLinuxCpu } from './linux.ts'
import { readMacCpu } from './macos.ts'
import { readWindowsCpu } from './windows.ts'

const MAX_FEATURES = 1000

/** Model, physical cores and features; features are named as in Linux cpuinfo on every system. */
export async function detectCpu(probe: Probe): Promise<Cpu> {
  const cpu = await readCpu(probe)
  return {
    model: cpu.model,
    cores: cpu.cores || probe.logicalProcessors || null,
    features: cpu.features?.filter((flag) => /^[a-z0-9_.]{1,60}$/.test(flag)).slice(0, MAX_FEATURES) ?? null,
  }
}

async function readCpu(probe: Probe): Promise<Cpu> {
  switch (probe.platform) {
    case 'linux':
      return readLinuxCpu(probe)
    case 'darwin':
      return readMacCpu(probe)
    case 'win32':
      return readWindowsCpu(probe)
  }
  return { model: null, cores: null, features: null }
}
