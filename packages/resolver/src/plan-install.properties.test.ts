import { type Gpu, type HostProfile, hostProfileSchema, installPlanSchema } from '@rbee/schema'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { planInstall } from './plan-install.ts'
import { aRelease, GIB, type SampleVariant } from './samples.ts'

const known = <T>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: null })
const stated = <T>(...values: T[]) => fc.option(fc.constantFrom(...values), { nil: undefined })

const gpu: fc.Arbitrary<Gpu> = fc.record({
  vendor: fc.constantFrom('nvidia' as const, 'amd' as const, 'intel' as const, 'apple' as const),
  name: known('A', 'B'),
  vram_bytes: known(4 * GIB, 8 * GIB, 24 * GIB),
  unified_memory: known(true, false),
  driver_version: known('470.82', '550.54.14'),
  cuda_version: known('11.4', '12.4'),
  compute_capability: known('6.1', '8.9'),
  gfx_target: known('gfx1030', 'gfx803'),
  vulkan_version: known('1.1', '1.3.277'),
  usable: fc.boolean(),
  problem: known('broken'),
})

const profile: fc.Arbitrary<HostProfile> = fc
  .record({
    os: fc.constantFrom('linux', 'linux', 'macos', 'windows', 'freebsd'),
    arch: fc.constantFrom('x86_64', 'x86_64', 'aarch64', 'riscv64'),
    libc: fc.option(
      fc.record({ name: fc.constantFrom('glibc', 'musl', 'none'), version: known('2.36', '1.2.5') }),
      { nil: null },
    ),
    cpu: fc.record({
      model: known('C'),
      cores: known(8),
      features: known(['avx2'], [], ['avx2', 'avx512f']),
    }),
    memory_bytes: known(2 * GIB, 32 * GIB),
    disk_free_bytes: known(1 * GIB, 100 * GIB),
    gpus: fc.array(gpu, { maxLength: 4 }),
  })
  .map((host) => hostProfileSchema.parse(host))

const requirements: fc.Arbitrary<SampleVariant> = fc.record({
  platforms: fc.subarray(['linux-x86_64', 'linux-aarch64', 'macos-aarch64'] as const, { minLength: 1 }),
  libc: stated<string | string[]>('glibc >=2.31', ['glibc >=2.31', 'musl >=1.2']),
  cpu_features: stated(['avx2'], ['avx512f']),
  memory: stated('4 GiB'),
  disk: stated('2 GiB'),
  driver_version: stated('>=525.60'),
  cuda_version: stated('>=12.0'),
  compute_capability: stated('>=7.0 <12.0'),
  gfx_targets: stated(['gfx1030']),
  vulkan_version: stated('>=1.2'),
  vram: stated('8 GiB'),
  priority: stated(5, 10, 40),
})

const release = fc
  .dictionary(fc.constantFrom('cpu', 'cpu-avx512', 'cuda', 'rocm', 'metal', 'vulkan', 'wasm'), requirements, {
    minKeys: 1,
  })
  .map((variants) => aRelease(variants))

const registry = 'http://127.0.0.1:8787'

/** The variants that fit, chosen or not. */
function fitting(question: Parameters<typeof planInstall>[0]): string[] {
  const { variant, rejected } = planInstall(question)
  const passedOver = rejected
    .filter(({ code }) => code === 'lower_preference')
    .map((rejection) => rejection.variant)
  return variant === null ? passedOver : [variant, ...passedOver]
}

describe('any plan', () => {
  it('names every variant exactly once and keeps to its schema', () => {
    fc.assert(
      fc.property(release, profile, fc.boolean(), (document, host, named) => {
        const variant = named ? document.variants[0]?.name : undefined
        const plan = planInstall({ release: document, profile: host, registry, variant })
        expect(installPlanSchema.parse(plan)).toEqual(plan)
        const listed = [
          ...(plan.variant === null ? [] : [plan.variant]),
          ...plan.rejected.map((rejection) => rejection.variant),
        ]
        expect(listed.toSorted()).toEqual(document.variants.map(({ name }) => name).toSorted())
        expect(plan.artifact === null).toBe(plan.variant === null)
        if (variant !== undefined) expect([variant, null]).toContain(plan.variant)
      }),
    )
  })

  it('is the same for the same question, and changes nothing of it', () => {
    fc.assert(
      fc.property(release, profile, (document, host) => {
        const before = structuredClone({ release: document, profile: host, registry })
        const question = { release: document, profile: host, registry }
        expect(planInstall(question)).toEqual(planInstall(before))
        expect(question).toEqual(before)
      }),
    )
  })

  it('uses a usable GPU of the right vendor, or none', () => {
    fc.assert(
      fc.property(release, profile, (document, host) => {
        const plan = planInstall({ release: document, profile: host, registry })
        const chosen = plan.gpu === null ? undefined : host.gpus[plan.gpu]
        expect(chosen?.usable ?? true).toBe(true)
        if (plan.variant === 'cuda') expect(chosen?.vendor).toBe('nvidia')
        if (plan.variant === 'rocm') expect(chosen?.vendor).toBe('amd')
        if (plan.variant === 'metal') expect(chosen?.vendor).toBe('apple')
      }),
    )
  })

  it('gets no worse by one more GPU', () => {
    fc.assert(
      fc.property(release, profile, gpu, (document, host, more) => {
        const larger = { ...host, gpus: [...host.gpus, { ...more, usable: true }] }
        const before = fitting({ release: document, profile: host, registry })
        expect(fitting({ release: document, profile: larger, registry })).toEqual(
          expect.arrayContaining(before),
        )
      }),
    )
  })

  it('gets no better by knowing less', () => {
    const forget = fc.constantFrom('libc' as const, 'memory_bytes' as const, 'disk_free_bytes' as const)
    const forgetOfGpu = fc.constantFrom(
      ...([
        'vram_bytes',
        'driver_version',
        'cuda_version',
        'compute_capability',
        'gfx_target',
        'vulkan_version',
      ] as const),
    )
    fc.assert(
      fc.property(release, profile, forget, forgetOfGpu, (document, host, part, partOfGpu) => {
        const less = { ...host, [part]: null, gpus: host.gpus.map((one) => ({ ...one, [partOfGpu]: null })) }
        const before = fitting({ release: document, profile: host, registry })
        expect(before).toEqual(
          expect.arrayContaining(fitting({ release: document, profile: less, registry })),
        )
      }),
    )
  })

  it('warns of the processor only when it is used, and always names a supported GPU then', () => {
    fc.assert(
      fc.property(release, profile, (document, host) => {
        const plan = planInstall({ release: document, profile: host, registry })
        const fallback = plan.warnings.filter(({ code }) => code === 'cpu_fallback')
        if (!plan.variant?.startsWith('cpu') || host.gpus.length === 0) expect(fallback).toEqual([])
        expect(fallback.length).toBeLessThanOrEqual(1)
      }),
    )
  })
})
