import type { Gpu, HostProfile, RejectionCode } from '@rbee/schema'
import { describe, expect, it } from 'vitest'
import { planInstall } from './plan-install.ts'
import { aHost, anAmdGpu, anNvidiaGpu, aRelease, GIB, type SampleVariant } from './samples.ts'

type Case = readonly [name: string, host: Partial<HostProfile>, have: string | 'fits']

/** What stands against one variant with these requirements on this host: the rejection, or null when it fits. */
function judge(variant: string, requirements: SampleVariant, host: Partial<HostProfile>) {
  const platforms = ['linux-x86_64', 'linux-aarch64', 'macos-aarch64'] as const
  const release = aRelease({ [variant]: { priority: 1, platforms, ...requirements } })
  const plan = planInstall({ release, profile: aHost(host), registry: 'http://127.0.0.1:8787' })
  return plan.rejected[0] ?? null
}

function describeRequirement(
  code: RejectionCode,
  variant: string,
  requirements: SampleVariant,
  need: string,
  cases: readonly Case[],
): void {
  describe(`${code}: ${need}`, () => {
    it.each(cases)('%s', (_name, host, have) => {
      const rejection = judge(variant, requirements, host)
      if (have === 'fits') expect(rejection).toBeNull()
      else expect(rejection).toMatchObject({ variant, code, need, have })
    })
  })
}

const libc = (name: 'glibc' | 'musl' | 'none', version: string | null) => ({ libc: { name, version } })
const cpu = (features: string[] | null) => ({ cpu: { model: null, cores: null, features } })
const nvidia = (facts: Partial<Gpu>) => ({ gpus: [anNvidiaGpu(facts)] })
const amd = (facts: Partial<Gpu>) => ({ gpus: [anAmdGpu(facts)] })

describeRequirement('libc', 'cpu', { libc: 'glibc >=2.31' }, 'glibc >=2.31', [
  ['the same version', libc('glibc', '2.31'), 'fits'],
  ['a newer version, compared by number', libc('glibc', '2.100'), 'fits'],
  ['an older version', libc('glibc', '2.4'), 'glibc 2.4'],
  ['musl', libc('musl', '1.2.5'), 'musl 1.2.5'],
  ['an unknown version', libc('glibc', null), 'unknown'],
  ['an unknown library', { libc: null }, 'unknown'],
  ['no library', libc('none', null), 'no C library'],
  ['another system, where it does not apply', { os: 'macos', arch: 'aarch64', libc: null }, 'fits'],
])

describeRequirement('libc', 'cpu', { libc: ['glibc >=2.31', 'musl >=1.2'] }, 'glibc >=2.31 or musl >=1.2', [
  ['the first', libc('glibc', '2.36'), 'fits'],
  ['the second', libc('musl', '1.2.5'), 'fits'],
  ['a version of the other', libc('musl', '1.1.24'), 'musl 1.1.24'],
])

describeRequirement('libc', 'cpu', { libc: 'musl' }, 'musl', [
  ['any version', libc('musl', null), 'fits'],
  ['another library', libc('glibc', '2.36'), 'glibc 2.36'],
])

describeRequirement('cpu_feature', 'cpu', { cpu_features: ['avx', 'avx2'] }, 'avx, avx2', [
  ['all of them', cpu(['avx', 'avx2', 'fma']), 'fits'],
  ['one of them', cpu(['avx']), 'no avx2'],
  ['none', cpu([]), 'no avx, avx2'],
  ['unknown', cpu(null), 'unknown'],
  ['the same names on another architecture', { arch: 'aarch64', ...cpu(['avx', 'avx2']) }, 'no avx, avx2'],
])

describeRequirement('cpu_feature', 'cpu', { cpu_features: ['asimd', 'aes'] }, 'asimd, aes', [
  ['names of ARM', { arch: 'aarch64', ...cpu(['fp', 'asimd', 'aes']) }, 'fits'],
  ['a missing one', { arch: 'aarch64', ...cpu(['asimd']) }, 'no aes'],
])

describeRequirement('memory', 'cpu', { memory: '4 GiB' }, '4 GiB', [
  ['exactly as much', { memory_bytes: 4 * GIB }, 'fits'],
  ['a byte less, which does not read as enough', { memory_bytes: 4 * GIB - 1 }, '3.99 GiB'],
  ['a few bytes', { memory_bytes: 12 }, '12 bytes'],
  ['unknown', { memory_bytes: null }, 'unknown'],
])

describeRequirement('disk', 'cpu', { disk: '1.5 GiB' }, '1.5 GiB', [
  ['enough', { disk_free_bytes: 2 * GIB }, 'fits'],
  ['too little', { disk_free_bytes: 300 * 2 ** 20 }, '300 MiB'],
  ['unknown', { disk_free_bytes: null }, 'unknown'],
])

describeRequirement('driver_version', 'cuda', { driver_version: '>=525.60' }, '>=525.60', [
  ['the same, with missing parts', nvidia({ driver_version: '525.60.0' }), 'fits'],
  ['leading zeros', nvidia({ driver_version: '0525.060' }), 'fits'],
  ['older', nvidia({ driver_version: '525.59.99' }), '525.59.99'],
  ['a suffix', nvidia({ driver_version: '550.54.14-server' }), 'fits'],
  ['no number', nvidia({ driver_version: 'beta' }), 'beta'],
  ['unknown', nvidia({ driver_version: null }), 'unknown'],
])

describeRequirement('cuda_version', 'cuda', { cuda_version: '>=12.0' }, '>=12.0', [
  ['newer', nvidia({ cuda_version: '12.4' }), 'fits'],
  ['a missing part', nvidia({ cuda_version: '12' }), 'fits'],
  ['older', nvidia({ cuda_version: '11.8' }), '11.8'],
  ['unknown', nvidia({ cuda_version: null }), 'unknown'],
])

describeRequirement('compute_capability', 'cuda', { compute_capability: '>=7.0 <12.0' }, '>=7.0 <12.0', [
  ['within', nvidia({ compute_capability: '8.9' }), 'fits'],
  ['below', nvidia({ compute_capability: '6.1' }), '6.1'],
  ['at the open end', nvidia({ compute_capability: '12.0' }), '12.0'],
  ['unknown', nvidia({ compute_capability: null }), 'unknown'],
])

describeRequirement('gfx_target', 'rocm', { gfx_targets: ['gfx1030', 'gfx1100'] }, 'gfx1030 or gfx1100', [
  ['one of them', amd({ gfx_target: 'gfx1030' }), 'fits'],
  ['another', amd({ gfx_target: 'gfx1103' }), 'gfx1103'],
  ['unknown', amd({ gfx_target: null }), 'unknown'],
])

describeRequirement('vulkan_version', 'vulkan', { vulkan_version: '>=1.2' }, '>=1.2', [
  ['of any vendor', amd({ vulkan_version: '1.3.274' }), 'fits'],
  ['older', nvidia({ vulkan_version: '1.1.126' }), '1.1.126'],
  ['unknown', nvidia({ vulkan_version: null }), 'unknown'],
])

describeRequirement('vram', 'cuda', { vram: '8 GiB' }, '8 GiB', [
  ['enough', nvidia({ vram_bytes: 8 * GIB }), 'fits'],
  ['too little', nvidia({ vram_bytes: 6 * GIB }), '6 GiB'],
  ['unknown', nvidia({ vram_bytes: null }), 'unknown'],
  ['the memory of the host does not count for a card', nvidia({ vram_bytes: 1 * GIB }), '1 GiB'],
  [
    'the larger of both counts when they are shared',
    nvidia({ vram_bytes: 1 * GIB, unified_memory: true }),
    'fits',
  ],
  [
    'shared, and neither is known',
    { ...nvidia({ vram_bytes: null, unified_memory: true }), memory_bytes: null },
    'unknown',
  ],
])
