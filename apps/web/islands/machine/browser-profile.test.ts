import { hostProfileSchema } from '@rbee/schema'
import { describe, expect, it } from 'vitest'
import { browserProfile } from './browser-profile.ts'

const LINUX = 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36'
const MAC = 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15'
const gpu = (vendor: string) => ({
  requestAdapter: async () => ({ info: { vendor, architecture: 'ampere', description: '' } }),
})

describe('what a browser tells of its machine', () => {
  it('is a profile, with what it does not know left open', async () => {
    const profile = await browserProfile({ userAgent: LINUX })
    expect(hostProfileSchema.parse(profile)).toEqual(profile)
    expect(profile).toMatchObject({ os: 'linux', arch: 'x86_64', libc: null, memory_bytes: null, gpus: [] })
  })

  it('does not believe that every Mac has a processor of Intel', async () => {
    expect(await browserProfile({ userAgent: MAC })).toMatchObject({ os: 'macos', arch: 'unknown' })
    const hints = {
      platform: 'macOS',
      getHighEntropyValues: async () => ({ architecture: 'arm', bitness: '64' }),
    }
    expect(await browserProfile({ userAgent: MAC, userAgentData: hints })).toMatchObject({ arch: 'aarch64' })
  })

  it('takes telephones for no system that workers are built for', async () => {
    expect((await browserProfile({ userAgent: 'Mozilla/5.0 (Linux; Android 16)' })).os).toBe('unknown')
  })

  it('names the graphics processor, and none in software', async () => {
    expect((await browserProfile({ userAgent: LINUX, gpu: gpu('nvidia') })).gpus).toMatchObject([
      { vendor: 'nvidia', name: 'nvidia ampere', vram_bytes: null, driver_version: null },
    ])
    expect((await browserProfile({ userAgent: LINUX, gpu: gpu('google') })).gpus).toEqual([])
  })
})
