import { describe, expect, it } from 'vitest'
import { readVulkaninfo } from './vulkaninfo.ts'

const device = (apiVersion: string, type = 'DISCRETE_GPU') =>
  `GPU0:\n\tapiVersion = ${apiVersion}\n\tvendorID = 0x10de\n\tdeviceID = 0x2684\n\tdeviceType = PHYSICAL_DEVICE_TYPE_${type}\n\tdeviceName = X\n`

describe('readVulkaninfo', () => {
  it.each(['1.3.255', '1.3.255 (4206847)', '4206847 (1.3.255)'])('reads the version in %s', (text) => {
    expect(readVulkaninfo(device(text))).toMatchObject([
      { apiVersion: '1.3.255', vendorId: 0x10de, deviceId: 0x2684 },
    ])
  })

  it.each([
    ['DISCRETE_GPU', 'card'],
    ['INTEGRATED_GPU', 'integrated'],
    ['CPU', 'other'],
    ['VIRTUAL_GPU', 'other'],
  ])('tells kinds apart: %s', (type, kind) => {
    expect(readVulkaninfo(device('1.3.0', type))[0]?.kind).toBe(kind)
  })

  it('takes the largest heap of the device itself', () => {
    const heap = (index: number, size: number, flag: string) =>
      `\tmemoryHeaps[${index}]:\n\t\tsize   = ${size} (0x1) (1 GiB)\n\t\tflags: count = 1\n\t\t\t${flag}\n`
    const local = 'MEMORY_HEAP_DEVICE_LOCAL_BIT'
    const text = device('1.3.0') + heap(0, 500, local) + heap(1, 9000, 'None') + heap(2, 700, local)
    expect(readVulkaninfo(text)[0]?.heapBytes).toBe(700)
  })

  it('finds nothing in other texts', () => {
    expect(readVulkaninfo('ERROR: [Loader Message] Code 0\nGPU0:\nnothing')).toEqual([])
  })

  // A blink; the square of the length would take hours.
  it.each(['\n', ' ', '1', '\tsize =', 'memoryHeaps['])(
    'costs no more than the length of a text that is %j over and over',
    { timeout: 20_000 },
    (piece) => {
      const long = piece.repeat(4_000_000 / piece.length)
      expect(readVulkaninfo(device(long) + long)).toHaveLength(1)
    },
  )
})
