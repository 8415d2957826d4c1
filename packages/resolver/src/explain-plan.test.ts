import { describe, expect, it } from 'vitest'
import { explainPlan } from './explain-plan.ts'
import { planInstall } from './plan-install.ts'
import { aHost, anNvidiaGpu, aRelease } from './samples.ts'

const registry = 'http://127.0.0.1:8787'
const release = aRelease({ cuda: { cuda_version: '>=12.0' }, rocm: {}, cpu: {} })

describe('explainPlan', () => {
  it('says what was chosen, why, and what stands against the others', () => {
    const plan = planInstall({ release, profile: aHost({ gpus: [anNvidiaGpu()] }), registry })
    expect(explainPlan(plan)).toMatchInlineSnapshot(`
      [
        "llm-worker 0.1.0: cuda for linux-x86_64 (1000 bytes to download, 3.9 KiB on disk)",
        "  cuda is the most preferred variant that fits: it runs on NVIDIA GeForce RTX 4090 (24 GiB, driver 550.54.14)",
        "not chosen:",
        "  rocm needs a usable GPU of AMD, but this host has NVIDIA GeForce RTX 4090 [gpu_vendor]",
        "  cpu would fit, but cuda is preferred [lower_preference]",
      ]
    `)
  })

  it('says in one plain line that a GPU is not used, and what cures that', () => {
    const profile = aHost({ gpus: [anNvidiaGpu({ cuda_version: '11.4' })] })
    const lines = explainPlan(planInstall({ release, profile, registry }))
    expect(lines.filter((line) => line.startsWith('warning:'))).toMatchInlineSnapshot(`
      [
        "warning: it will run on the processor (cpu), not on NVIDIA GeForce RTX 4090: cuda needs a driver that supports CUDA >=12.0, but NVIDIA GeForce RTX 4090 has 11.4. To use the GPU: install an NVIDIA driver that supports CUDA >=12.0",
      ]
    `)
  })

  it('says that nothing fits', () => {
    const plan = planInstall({ release, profile: aHost({ os: 'freebsd', arch: 'amd64' }), registry })
    expect(explainPlan(plan)).toMatchInlineSnapshot(`
      [
        "no variant of llm-worker 0.1.0 fits this host (freebsd-amd64)",
        "not chosen:",
        "  cuda needs linux or macos, but this host has freebsd [os]",
        "  rocm needs linux or macos, but this host has freebsd [os]",
        "  cpu needs linux or macos, but this host has freebsd [os]",
      ]
    `)
  })

  it('keeps control characters of names out of terminals', () => {
    const profile = aHost({ gpus: [anNvidiaGpu({ name: 'RTX\u001b[2J\n4090' })] })
    expect(explainPlan(planInstall({ release, profile, registry })).join('')).toMatch(
      /^[^\u0000-\u001f\u007f-\u009f]*$/,
    )
  })
})
