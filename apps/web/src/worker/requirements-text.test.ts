import { expect, it } from 'vitest'
import { requirementsText } from './requirements-text.ts'

it('says what a variant needs, what decides first', () => {
  expect(
    requirementsText({
      vram: '6 GiB',
      cuda_version: '>=12.0 <13.0',
      libc: ['glibc >=2.31', 'musl'],
      gfx_targets: ['gfx1030', 'gfx1100', 'gfx1101'],
      cpu_features: [],
    }),
  ).toEqual([
    '6 GiB of GPU memory',
    'CUDA ≥ 12.0 < 13.0',
    'gfx1030, gfx1100 or gfx1101',
    'glibc ≥ 2.31 or musl',
  ])
  expect(requirementsText({})).toEqual([])
})
