import { describe, expect, it } from 'vitest'
import { aMachine } from '../../replay/machine.ts'
import type { GpuHost } from '../found-gpu.ts'
import { detectAmd } from './amd.ts'
import { gfxTarget, pciSlot } from './kfd.ts'

const SLOT = '0000:03:00.0'
const folder = `/sys/bus/pci/devices/${SLOT}`
const files = {
  [`${folder}/drm/renderD128/dev`]: '226:128\n',
  '/sys/class/kfd/kfd/topology/nodes/1/properties': 'gfx_target_version 110000\nlocation_id 768\ndomain 0\n',
}

function host(
  access: Record<string, 'open' | 'denied'>,
  parts: Partial<Omit<GpuHost, 'probe'>> & { driver?: string | null } = {},
): GpuHost {
  const { driver = 'amdgpu', ...rest } = parts
  const device = { slot: SLOT, vendorId: 0x1002, deviceId: 0x744c, driver, folder }
  return { probe: aMachine({ files, access }), container: null, wsl: null, pci: [device], ...rest }
}

const describeOne = async (machine: GpuHost) => (await detectAmd(machine))[0]?.gpu

describe('a GPU of AMD', () => {
  it('runs ROCm when its devices open', async () => {
    const gpu = await describeOne(host({ '/dev/kfd': 'open', '/dev/dri/renderD128': 'open' }))
    expect(gpu).toMatchObject({ usable: true, gfx_target: 'gfx1100', problem: null })
  })

  it('without a compute device is there for Vulkan, and has no gfx target', async () => {
    const gpu = await describeOne(host({ '/dev/dri/renderD128': 'open' }, { container: 'docker' }))
    expect(gpu).toMatchObject({ usable: true, gfx_target: null })
  })

  it.each([
    [
      'no group',
      host({ '/dev/kfd': 'denied', '/dev/dri/renderD128': 'denied' }),
      /usermod -a -G render,video/,
    ],
    [
      'no group in a container',
      host({ '/dev/kfd': 'denied' }, { container: 'docker' }),
      /--group-add render/,
    ],
    [
      'no devices in a container',
      host({}, { container: 'podman' }),
      /--device \/dev\/kfd --device \/dev\/dri/,
    ],
    ['an old driver', host({ '/dev/kfd': 'open' }, { driver: 'radeon' }), /driver radeon instead of amdgpu/],
    [
      'no driver',
      host({ '/dev/kfd': 'open' }, { driver: null }),
      /no driver is bound to the GPU.*modprobe amdgpu/,
    ],
    [
      'a virtual machine',
      host({ '/dev/kfd': 'open' }, { driver: 'vfio-pci' }),
      /reserved for a virtual machine/,
    ],
  ])('says why it cannot be used and what cures it: %s', async (_name, machine, problem) => {
    expect(await describeOne(machine)).toMatchObject({
      usable: false,
      problem: expect.stringMatching(problem),
    })
  })

  it('that only ROCm knows, as in WSL, is listed by what rocminfo says', async () => {
    const stdout =
      '*******\nAgent 1\n*******\n  Name: gfx1100\n  Marketing Name: AMD Radeon RX 7900 XTX\n  Device Type: GPU\n' +
      '  Memory Properties:\n      Segment:                 GLOBAL; FLAGS: COARSE GRAINED\n      Size:   25149440(0x17fc000) KB\n'
    const probe = aMachine({ commands: { rocminfo: { stdout } } })
    expect(await describeOne({ probe, container: null, wsl: 2, pci: [] })).toMatchObject({
      name: 'AMD Radeon RX 7900 XTX',
      gfx_target: 'gfx1100',
      vram_bytes: 25149440 * 1024,
      unified_memory: false,
      usable: true,
    })
  })
})

describe('the compute driver', () => {
  it.each([
    [110000, 'gfx1100'],
    [90010, 'gfx90a'],
    [90402, 'gfx942'],
    [100300, 'gfx1030'],
    [80003, 'gfx803'],
    [120001, 'gfx1201'],
    [0, null],
    [9_999_999_999, null],
  ])('means by %i %s', (version, target) => {
    expect(gfxTarget(version)).toBe(target)
  })

  it('counts bus, device and function in one number', () => {
    expect(pciSlot(0, 768)).toBe('0000:03:00.0')
    expect(pciSlot(0x1_0000, (0xc1 << 8) | (5 << 3) | 1)).toBe('10000:c1:05.1')
  })
})
