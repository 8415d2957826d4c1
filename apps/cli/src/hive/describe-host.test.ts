import { hostProfileSchema } from '@rbee/schema'
import picocolors from 'picocolors'
import { describe, expect, it } from 'vitest'
import { describeHost } from './describe-host.ts'

const colors = picocolors.createColors(false)
const bare = { os: 'linux', arch: 'x86_64', cpu: {}, gpus: [] }

describe('describeHost', () => {
  it('shows each GPU as usable, or why it is not', () => {
    const profile = hostProfileSchema.parse({
      ...bare,
      libc: { name: 'glibc', version: '2.39' },
      cpu: { model: 'AMD Ryzen 7 7700X', cores: 8, features: ['fpu', 'avx', 'avx2', 'avx512f'] },
      memory_bytes: 64 * 2 ** 30,
      disk_free_bytes: 10 * 2 ** 30,
      container: 'docker',
      wsl: 2,
      gpus: [
        {
          vendor: 'nvidia',
          name: 'NVIDIA GeForce RTX 4090',
          vram_bytes: 24 * 2 ** 30,
          driver_version: '550.54.14',
          cuda_version: '12.4',
          compute_capability: '8.9',
          usable: true,
        },
        {
          vendor: 'amd',
          gfx_target: 'gfx1036',
          unified_memory: true,
          usable: false,
          problem: 'no permission; join the group',
        },
      ],
    })
    expect(describeHost(profile, colors)).toMatchInlineSnapshot(`
      "system     linux x86_64, glibc 2.39, in a container (docker), WSL 2
      processor  AMD Ryzen 7 7700X, 8 cores, avx avx2 avx512f
      memory     64.0 GiB
      disk free  10.0 GiB
      GPU 0      NVIDIA GeForce RTX 4090, 24.0 GiB, driver 550.54.14, CUDA 12.4, compute capability 8.9
                 usable
      GPU 1      a GPU of amd, shares the main memory, gfx1036
                 not usable: no permission; join the group"
    `)
  })

  it('says what is unknown', () => {
    expect(describeHost(hostProfileSchema.parse(bare), colors)).toMatchInlineSnapshot(`
      "system     linux x86_64, C library unknown
      processor  model unknown, features unknown
      memory     unknown
      disk free  unknown
      GPU        none"
    `)
  })
})
