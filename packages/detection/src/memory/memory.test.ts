import { describe, expect, it } from 'vitest'
import { aMachine } from '../replay/machine.ts'
import { detectMemory } from './memory.ts'

const meminfo = 'MemTotal:       16384 kB\nMemFree: 1 kB\n'
const TOTAL = 16384 * 1024

describe('detectMemory', () => {
  it.each([
    ['no limit', {}, TOTAL],
    ['max means no limit', { '/proc/self/cgroup': '0::/', '/sys/fs/cgroup/memory.max': 'max\n' }, TOTAL],
    ['a limit of a container', { '/proc/self/cgroup': '0::/', '/sys/fs/cgroup/memory.max': '4096\n' }, 4096],
    [
      'the strictest of enclosing groups',
      {
        '/proc/self/cgroup': '0::/user.slice/app.scope',
        '/sys/fs/cgroup/user.slice/memory.max': '5000\n',
        '/sys/fs/cgroup/user.slice/app.scope/memory.max': '6000\n',
      },
      5000,
    ],
    [
      'version 1, where no limit is a huge number',
      {
        '/proc/self/cgroup': '11:cpu,cpuacct:/\n4:memory:/docker/8f2c\n',
        '/sys/fs/cgroup/memory/memory.limit_in_bytes': '9223372036854771712\n',
      },
      TOTAL,
    ],
    [
      'version 1 inside the container',
      {
        '/proc/self/cgroup': '4:memory:/docker/8f2c\n',
        '/sys/fs/cgroup/memory/memory.limit_in_bytes': '8192\n',
      },
      8192,
    ],
    [
      'a limit above the machine',
      { '/proc/self/cgroup': '0::/', '/sys/fs/cgroup/memory.max': '99999999999\n' },
      TOTAL,
    ],
    [
      'a group that leads elsewhere',
      { '/proc/self/cgroup': '0::/../../x', '/sys/fs/cgroup/../../x/memory.max': '1' },
      TOTAL,
    ],
  ])('knows %s', async (_name, files, expected) => {
    expect(await detectMemory(aMachine({ files: { '/proc/meminfo': meminfo, ...files } }))).toBe(expected)
  })

  it('takes the total of the system where /proc tells nothing', async () => {
    expect(await detectMemory(aMachine())).toBe(16 * 2 ** 30)
  })
})
