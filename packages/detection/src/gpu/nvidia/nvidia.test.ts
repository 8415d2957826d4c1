import { describe, expect, it } from 'vitest'
import type { CommandAnswer } from '../../probe.ts'
import { aMachine } from '../../replay/machine.ts'
import type { GpuHost } from '../found-gpu.ts'
import type { PciDevice } from '../pci/pci-devices.ts'
import { detectNvidia } from './nvidia.ts'

const FULL =
  'nvidia-smi --query-gpu=pci.bus_id,pci.device_id,memory.total,driver_version,compute_cap,name --format=csv,noheader,nounits'

const device = (driver: string | null, slot = '0000:01:00.0'): PciDevice => {
  return { slot, vendorId: 0x10de, deviceId: 0x2684, driver, folder: `/sys/bus/pci/devices/${slot}` }
}

function host(
  parts: Partial<Omit<GpuHost, 'probe'>> = {},
  commands: Record<string, Partial<CommandAnswer>> = {},
): GpuHost {
  return { probe: aMachine({ commands }), container: null, wsl: null, pci: [device('nvidia')], ...parts }
}

async function problemsOf(machine: GpuHost): Promise<(string | null)[]> {
  return (await detectNvidia(machine)).map(({ gpu }) => gpu.problem)
}

describe('a GPU of NVIDIA that cannot be used', () => {
  it.each([
    ['the driver hangs', { code: null }, /does not answer.*restart the machine/],
    [
      'an update without restart',
      { code: 18, stdout: 'Failed to initialize NVML: Driver/library version mismatch' },
      /mismatch.*restart/,
    ],
    ['no permission', { code: 4, stdout: 'Failed to initialize NVML: Insufficient Permissions' }, /group/],
    [
      'a lost card',
      { code: 15, stdout: 'Unable to determine the device handle for GPU 0000:01:00.0: GPU is lost.' },
      /GPU is lost/,
    ],
    ['an answer that is none', { code: 0, stdout: 'hello\n' }, /reports: hello/],
  ])('says why and what cures it: %s', async (_name, answer, expected) => {
    expect(await problemsOf(host({}, { [FULL]: answer, 'nvidia-smi': answer }))).toEqual([
      expect.stringMatching(expected),
    ])
  })

  it.each([
    ['docker', /docker run --gpus all/],
    ['podman', /--device nvidia.com\/gpu=all/],
    ['kubernetes', /nvidia.com\/gpu: 1/],
    ['lxc', /nvidia.runtime=true/],
  ] as const)('in a container of %s names the way in', async (container, expected) => {
    expect(await problemsOf(host({ container }))).toEqual([expect.stringMatching(expected)])
  })

  it.each([
    ['nouveau', /nouveau, which offers no CUDA/],
    ['vfio-pci', /reserved for a virtual machine/],
    ['nvidia', /nvidia-smi.*is not installed/],
    [null, /no NVIDIA driver is loaded/],
  ])('on the driver %s names the cure', async (driver, expected) => {
    expect(await problemsOf(host({ pci: [device(driver)] }))).toEqual([expect.stringMatching(expected)])
  })

  it('is named by its numbers on the bus', async () => {
    const [found] = await detectNvidia(host({ pci: [device(null)] }))
    expect(found?.gpu.name).toBe('NVIDIA GPU (PCI device 10de:2684)')
  })
})

describe('nvidia-smi', () => {
  const failed = {
    code: 9,
    stdout: "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
  }

  it('that finds no driver on a machine without GPU means no GPU', async () => {
    expect(await detectNvidia(host({ pci: [] }, { [FULL]: failed }))).toEqual([])
  })

  it('that fails where no bus can be seen means a GPU that cannot be used', async () => {
    expect(await problemsOf(host({ pci: null, wsl: 2 }, { [FULL]: failed }))).toHaveLength(1)
  })

  it('leaves a card to a virtual machine and runs the other', async () => {
    const commands = {
      [FULL]: { stdout: '00000000:01:00.0, 0x268410DE, 24564, 550.54.14, 8.9, NVIDIA GeForce RTX 4090\n' },
      'nvidia-smi': { stdout: '| NVIDIA-SMI 590.1  Driver Version: 590.1  CUDA UMD Version: 13.1 |' },
    }
    const pci = [device('nvidia'), device('vfio-pci', '0000:02:00.0')]
    const found = await detectNvidia(host({ pci }, commands))
    expect(found.map(({ gpu }) => gpu.usable)).toEqual([true, false])
    expect(found[0]?.gpu.cuda_version).toBe('13.1')
  })

  it('gives null for what it marks as not available, and keeps commas in names', async () => {
    const commands = {
      [FULL]: { stdout: '00000000:01:00.0, 0x268410DE, [N/A], [Not Supported], [Unknown Error], A, B\n' },
      'nvidia-smi': { stdout: 'CUDA Version: N/A' },
    }
    const [found] = await detectNvidia(host({}, commands))
    expect(found?.gpu).toMatchObject({
      name: 'A, B',
      vram_bytes: null,
      unified_memory: null,
      driver_version: null,
      compute_capability: null,
      cuda_version: null,
    })
  })
})

describe('a card that is cut into slices', () => {
  const card = '00000000:01:00.0, 0x268410DE, 40960, 535.183.01, 8.0, NVIDIA A100-PCIE-40GB\n'
  const banner = (...rows: string[]) =>
    [
      '| NVIDIA-SMI 535.183.01  Driver Version: 535.183.01  CUDA Version: 12.2 |',
      '| MIG devices: |',
      ...rows,
    ].join('\n')
  const memoryWith = async (text: string) => {
    const machine = host({}, { [FULL]: { stdout: card }, 'nvidia-smi': { stdout: text } })
    return (await detectNvidia(machine)).map(({ gpu }) => (gpu.vram_bytes ?? 0) / 2 ** 20)
  }

  it('offers the memory of its first slice, which is the one that programs get', async () => {
    const rows = [
      '|  0    9   0   0  |    12MiB /  9856MiB  | 14      0 |',
      '|  0    1   0   1  |    12MiB / 20096MiB  |',
    ]
    expect(await memoryWith(banner(...rows))).toEqual([9856])
  })

  it.each([
    ['of another card', '|  7    9   0   0  |    12MiB /  9856MiB  |'],
    ['without memory', '|  0    9   0   0  |      N/A /      N/A  |'],
    ['of nonsense', '|  0    9   0   0  |    12MiB / -1MiB  |'],
  ])('keeps to the memory of the card for a row %s', async (_what, row) => {
    expect(await memoryWith(banner(row))).toEqual([40960])
  })
})
