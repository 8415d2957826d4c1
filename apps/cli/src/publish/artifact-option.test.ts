import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { artifactOptionSchema, platformListSchema } from './artifact-option.ts'
import { hostPlatform } from './host-platform.ts'

describe('--artifact', () => {
  it.each([
    ['linux-x86_64=dist', { platform: 'linux-x86_64', variant: null, path: 'dist' }],
    ['macos-aarch64/metal=/a/b=c', { platform: 'macos-aarch64', variant: 'metal', path: '/a/b=c' }],
    ['linux-x86_64/cpu-avx512=C:\\out', { platform: 'linux-x86_64', variant: 'cpu-avx512', path: 'C:\\out' }],
  ])('reads %s', (text, expected) => {
    expect(artifactOptionSchema.parse(text)).toEqual(expected)
  })

  it.each([
    '',
    '=',
    'linux-x86_64',
    'linux-x86_64=',
    'solaris-x86_64=d',
    'linux-x86_64/=d',
    'linux-x86_64/CPU=d',
    'linux-x86_64/a/b=d',
  ])('refuses %j', (text) => {
    expect(artifactOptionSchema.safeParse(text).success).toBe(false)
  })

  it('never throws', () => {
    fc.assert(
      fc.property(fc.string(), (text) => typeof artifactOptionSchema.safeParse(text).success === 'boolean'),
    )
  })
})

it('reads lists of platforms, each once', () => {
  expect(platformListSchema.parse('linux-x86_64, macos-aarch64,linux-x86_64')).toEqual([
    'linux-x86_64',
    'macos-aarch64',
  ])
  for (const text of ['', ',', 'linux', 'linux-x86_64;rm'])
    expect(platformListSchema.safeParse(text).success).toBe(false)
})

it("knows a machine's platform by Node's names", () => {
  expect(hostPlatform({ platform: 'darwin', arch: 'arm64' })).toBe('macos-aarch64')
  expect(hostPlatform({ platform: 'win32', arch: 'x64' })).toBe('windows-x86_64')
  expect(hostPlatform({ platform: 'freebsd', arch: 'x64' })).toBeNull()
  expect(hostPlatform({ platform: 'linux', arch: 'riscv64' })).toBeNull()
})
