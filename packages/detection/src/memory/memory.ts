import type { Probe } from '../probe.ts'
import { readFields, wholeNumber } from '../text/fields.ts'
import { readCgroupLimit } from './cgroup.ts'

/** Main memory that this process may use, in bytes: the machine's, or less where a container is limited to less. */
export async function detectMemory(probe: Probe): Promise<number | null> {
  if (probe.platform !== 'linux') return probe.totalMemory
  const [meminfo, limit] = await Promise.all([probe.readFile('/proc/meminfo'), readCgroupLimit(probe)])
  const kibibytes = wholeNumber(
    readFields(meminfo)
      .get('MemTotal')
      ?.replace(/\s*kB$/, ''),
  )
  const total = kibibytes === null ? probe.totalMemory : kibibytes * 1024
  const amounts = [total, limit].filter((amount) => amount !== null)
  return amounts.length === 0 ? null : Math.min(...amounts)
}
