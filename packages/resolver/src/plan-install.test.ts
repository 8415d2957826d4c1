import type { HostProfile, InstallPlan, ReleaseDocument } from '@rbee/schema'
import { describe, expect, it } from 'vitest'
import { type InstallQuestion, planInstall } from './plan-install.ts'
import { aHost, anAmdGpu, anNvidiaGpu, aRelease, GIB } from './samples.ts'

const REGISTRY = 'http://127.0.0.1:8787'

function plan(
  release: ReleaseDocument,
  profile: HostProfile,
  question: Partial<InstallQuestion> = {},
): InstallPlan {
  return planInstall({ release, profile, registry: REGISTRY, ...question })
}

/** `cuda; rocm gpu_vendor, cpu lower_preference` */
function outcome({ variant, rejected }: InstallPlan): string {
  return `${variant}; ${rejected.map(({ variant: name, code }) => `${name} ${code}`).join(', ')}`
}

const everyBackend = aRelease({ cpu: {}, cuda: {}, rocm: {}, vulkan: {} })

describe('planInstall', () => {
  it('chooses the most preferred variant that fits and rejects every other one once', () => {
    const chosen = plan(everyBackend, aHost({ gpus: [anNvidiaGpu()] }))
    expect(outcome(chosen)).toBe('cuda; rocm gpu_vendor, vulkan lower_preference, cpu lower_preference')
    expect(chosen).toMatchObject({ worker: 'llm-worker', version: '0.1.0', platform: 'linux-x86_64', gpu: 0 })
    expect(chosen.reason).toContain('NVIDIA GeForce RTX 4090 (24 GiB, driver 550.54.14)')
  })

  it('uses no GPU for a variant that needs none', () => {
    expect(plan(everyBackend, aHost())).toMatchObject({ variant: 'cpu', gpu: null, warnings: [] })
  })

  it('leaves ties to the order of the manifest', () => {
    const release = aRelease({ 'cpu-b': {}, 'cpu-a': {} })
    const chosen = plan(release, aHost())
    expect(outcome(chosen)).toBe('cpu-b; cpu-a lower_preference')
    expect(chosen.rejected[0]?.reason).toContain('stands before it')
  })

  it('prefers a stated priority to the default of the backend', () => {
    const release = aRelease({ cuda: {}, cpu: { priority: 50 }, wasm: { priority: 45 } })
    expect(outcome(plan(release, aHost({ gpus: [anNvidiaGpu()] })))).toBe(
      'cpu; wasm lower_preference, cuda lower_preference',
    )
  })

  it('gives null and a reason where nothing fits', () => {
    const chosen = plan(aRelease({ cuda: {} }), aHost())
    expect(chosen).toMatchObject({ variant: null, gpu: null, artifact: null })
    expect(chosen.reason).toBe('no variant of llm-worker 0.1.0 fits this host (linux-x86_64)')
  })
})

describe('the artifact of a plan', () => {
  it('is zstd unless other formats are wanted', () => {
    expect(plan(everyBackend, aHost()).artifact).toEqual({
      format: 'tar.zst',
      size: 1000,
      checksum: `sha256:${'b'.repeat(64)}`,
      digest: `sha256:${'d'.repeat(64)}`,
      unpacked_size: 4000,
      download_url: `${REGISTRY}/v1/blobs/cpu-linux-x86_64.tar.zst`,
    })
    expect(plan(everyBackend, aHost(), { formats: ['tar.gz'] }).artifact?.format).toBe('tar.gz')
  })

  it.each([
    ['https://mirror.example/rbee/', 'https://mirror.example/rbee/v1/blobs/cpu-linux-x86_64.tar.zst'],
    ['https://mirror.example', 'https://mirror.example/v1/blobs/cpu-linux-x86_64.tar.zst'],
  ])('lies below %s', (registry, address) => {
    expect(plan(everyBackend, aHost(), { registry }).artifact?.download_url).toBe(address)
  })

  it('is missing when no wanted format is stored', () => {
    expect(outcome(plan(aRelease({ cpu: {} }), aHost(), { formats: [] }))).toBe('null; cpu no_artifact')
  })
})

describe('platforms', () => {
  const release = aRelease({ cpu: { platforms: ['linux-x86_64'] } })

  it.each([
    ['os', { os: 'windows' }],
    ['os', { os: 'freebsd', arch: 'amd64' }],
    ['arch', { os: 'macos', arch: 'x86_64' }],
    ['arch', { arch: 'riscv64' }],
    ['no_artifact', { arch: 'aarch64' }],
  ] as const)('are refused with %s for %o', (code, host) => {
    const chosen = plan(release, aHost(host))
    expect(chosen.rejected.map((rejection) => rejection.code)).toEqual([code])
    expect(chosen.variant).toBeNull()
  })

  it('name the host as the system does', () => {
    expect(plan(release, aHost({ os: 'freebsd', arch: 'amd64' })).platform).toBe('freebsd-amd64')
  })
})

describe('the state of a release', () => {
  const host = aHost({ gpus: [anNvidiaGpu()] })
  const yanked = aRelease({ cuda: {}, cpu: {} }, { yanked: 'loses tokens' })

  it('keeps a quarantined release off every host, even when it was named', () => {
    const release = aRelease({ cuda: {}, cpu: {} }, { quarantined: 'mines coins' })
    const chosen = plan(release, host, { allowYanked: true, variant: 'cpu' })
    expect(outcome(chosen)).toBe('null; cuda quarantined, cpu quarantined')
    expect(chosen.rejected[0]?.have).toBe('mines coins')
  })

  it('keeps a yanked release for who names its version', () => {
    expect(outcome(plan(yanked, host))).toBe('null; cuda yanked, cpu yanked')
    const named = plan(yanked, host, { allowYanked: true })
    expect(named.variant).toBe('cuda')
    expect(named.warnings).toEqual([{ code: 'yanked', message: 'version 0.1.0 was withdrawn: loses tokens' }])
  })
})

describe('the choice of the user', () => {
  const host = aHost({ gpus: [anNvidiaGpu()] })

  it('is taken when it fits', () => {
    const chosen = plan(everyBackend, host, { variant: 'vulkan' })
    expect(outcome(chosen)).toBe('vulkan; cuda lower_preference, rocm gpu_vendor, cpu lower_preference')
    expect(chosen.rejected[0]?.reason).toBe('cuda would fit, but vulkan was asked for')
  })

  it('is never replaced by another when it does not fit', () => {
    const chosen = plan(everyBackend, host, { variant: 'rocm' })
    expect(outcome(chosen)).toBe(
      'null; cuda lower_preference, rocm gpu_vendor, vulkan lower_preference, cpu lower_preference',
    )
    expect(chosen.reason).toBe('variant rocm of llm-worker 0.1.0 does not fit this host (linux-x86_64)')
  })

  it('has to be a variant', () => {
    expect(() => plan(everyBackend, host, { variant: 'metal' })).toThrow('has no variant "metal"')
  })
})

describe('a failed self-test', () => {
  it('leads to the next best variant and keeps the cause', () => {
    const failedSelfTests = [{ variant: 'cuda', reason: 'exit status 1: out of memory' }]
    const chosen = plan(everyBackend, aHost({ gpus: [anNvidiaGpu()] }), { failedSelfTests })
    expect(outcome(chosen)).toBe('vulkan; cuda self_test, rocm gpu_vendor, cpu lower_preference')
    expect(chosen.rejected[0]?.have).toBe('exit status 1: out of memory')
  })
})

describe('the warning cpu_fallback', () => {
  const release = aRelease({ cuda: { cuda_version: '>=12.0' }, cpu: {} })
  const codes = (chosen: InstallPlan) => chosen.warnings.map(({ code }) => code)

  it('names the shortfall and its cure', () => {
    const { warnings } = plan(release, aHost({ gpus: [anNvidiaGpu({ cuda_version: '11.4' })] }))
    expect(warnings).toEqual([
      {
        code: 'cpu_fallback',
        message:
          'it will run on the processor (cpu), not on NVIDIA GeForce RTX 4090: cuda needs a driver that supports CUDA >=12.0, ' +
          'but NVIDIA GeForce RTX 4090 has 11.4. To use the GPU: install an NVIDIA driver that supports CUDA >=12.0',
      },
    ])
  })

  it('repeats the problem of a GPU that cannot be used', () => {
    const problem = 'the container has no device nodes; start it with --gpus all'
    const chosen = plan(release, aHost({ gpus: [anNvidiaGpu({ usable: false, problem })] }))
    expect(chosen.rejected).toMatchObject([{ variant: 'cuda', code: 'no_gpu', have: problem }])
    expect(chosen.warnings[0]?.message).toContain(problem)
  })

  it('is due when the user or the manifest prefers the processor', () => {
    const host = aHost({ gpus: [anNvidiaGpu()] })
    expect(plan(release, host, { variant: 'cpu' }).warnings[0]?.message).toContain('--variant cuda')
    expect(codes(plan(aRelease({ cuda: {}, cpu: { priority: 99 } }), host))).toEqual(['cpu_fallback'])
  })

  it('is not due without a GPU of a supported vendor, or without a build for this platform', () => {
    expect(codes(plan(release, aHost()))).toEqual([])
    expect(codes(plan(release, aHost({ gpus: [anAmdGpu()] })))).toEqual([])
    const elsewhere = aRelease({ cuda: { platforms: ['linux-aarch64'] }, cpu: {} })
    expect(codes(plan(elsewhere, aHost({ gpus: [anNvidiaGpu()] })))).toEqual([])
  })

  it('is not due when a GPU is used', () => {
    expect(codes(plan(everyBackend, aHost({ gpus: [anAmdGpu({ gfx_target: null })] })))).toEqual([])
  })
})

describe('GPUs', () => {
  it.each([
    ['no_gpu', [], 'no GPU'],
    ['gpu_vendor', [anAmdGpu()], 'AMD Radeon RX 7900 XTX'],
    ['gpu_vendor', [anAmdGpu({ usable: false, problem: 'broken' })], 'AMD Radeon RX 7900 XTX'],
    ['no_gpu', [anNvidiaGpu({ usable: false, problem: 'no driver' }), anAmdGpu()], 'no driver'],
    [
      'no_gpu',
      [anNvidiaGpu({ usable: false })],
      'the cause is unknown; see whether its driver is installed and loaded',
    ],
  ])('are refused with %s', (code, gpus, have) => {
    expect(plan(aRelease({ cuda: {} }), aHost({ gpus })).rejected).toMatchObject([{ code, have }])
  })

  it('are taken in the order: a card, more memory, lower index', () => {
    const shared = anNvidiaGpu({ unified_memory: true, vram_bytes: 1 * GIB })
    const small = anNvidiaGpu({ vram_bytes: 8 * GIB })
    const large = anNvidiaGpu({ vram_bytes: 24 * GIB })
    const choose = (...gpus: (typeof shared)[]) => plan(aRelease({ cuda: {} }), aHost({ gpus })).gpu
    expect(choose(shared, small)).toBe(1)
    expect(choose(small, large)).toBe(1)
    expect(choose(large, large)).toBe(0)
    expect(choose(anNvidiaGpu({ vram_bytes: null }), small)).toBe(1)
    expect(choose(anNvidiaGpu({ usable: false }), shared)).toBe(1)
  })

  it('meet all requirements on one and the same GPU', () => {
    const release = aRelease({ cuda: { vram: '20 GiB', compute_capability: '>=8.0' } })
    const old = anNvidiaGpu({ name: 'Old', compute_capability: '6.1' })
    const small = anNvidiaGpu({ name: 'Small', vram_bytes: 8 * GIB })
    const chosen = plan(release, aHost({ gpus: [small, old] }))
    expect(chosen.variant).toBeNull()
    expect(plan(release, aHost({ gpus: [small, old, anNvidiaGpu()] })).gpu).toBe(2)
  })

  it('report the one that misses least', () => {
    const release = aRelease({
      cuda: { vram: '48 GiB', compute_capability: '>=8.0', cuda_version: '>=12.0' },
    })
    const far = anNvidiaGpu({ compute_capability: '6.1', cuda_version: '11.0' })
    const near = anNvidiaGpu({ name: 'Near', vram_bytes: 8 * GIB })
    expect(plan(release, aHost({ gpus: [far, near] })).rejected).toMatchObject([
      {
        code: 'vram',
        need: '48 GiB',
        have: '8 GiB',
        reason: 'cuda needs 48 GiB of GPU memory, but Near has 8 GiB',
      },
    ])
  })

  it('with unified memory count the larger of their own and the host memory', () => {
    const release = aRelease({ cuda: { vram: '30 GiB' } })
    const jetson = anNvidiaGpu({ unified_memory: true, vram_bytes: null })
    expect(plan(release, aHost({ gpus: [jetson] })).variant).toBe('cuda')
    expect(plan(release, aHost({ gpus: [{ ...jetson, unified_memory: null }] })).rejected).toMatchObject([
      { code: 'vram', have: 'unknown' },
    ])
    expect(
      plan(release, aHost({ memory_bytes: 16 * GIB, gpus: [{ ...jetson, vram_bytes: 32 * GIB }] })).variant,
    ).toBe('cuda')
  })

  it('are needed by any backend that states a requirement on one', () => {
    const release = aRelease({ sycl: { priority: 15, vram: '8 GiB' } })
    expect(plan(release, aHost()).rejected).toMatchObject([{ code: 'no_gpu' }])
    expect(plan(release, aHost({ gpus: [anAmdGpu()] })).gpu).toBe(0)
  })
})
