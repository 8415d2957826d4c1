import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { anExecutable } from '../../test/executables.ts'
import { applied, digestOfBytes, outcome, patchOf } from '../../test/patches.ts'
import { createByteWriter } from '../bytes/byte-writer.ts'
import { STREAM_MAX_BYTES } from '../limits.ts'
import { encodeBlock, readBlock } from './block.ts'
import { encodeHeader, readPatchHeader } from './header.ts'

let base: Uint8Array
let target: Uint8Array
let patch: Uint8Array
let expected: { digest: ReturnType<typeof digestOfBytes>; size: number }

beforeAll(async () => {
  base = anExecutable(0, 60)
  target = anExecutable(20, 60)
  patch = (await patchOf(base, target)).bytes
  expected = { digest: digestOfBytes(target), size: target.length }
})

/** A patch's header as it stands, and its blocks, decompressed. */
async function takeApart(bytes: Uint8Array): Promise<{ header: Uint8Array; blocks: Uint8Array[] }> {
  let position = 0
  const take = async (length: number) => {
    position += length
    return bytes.subarray(position - length, position)
  }
  await readPatchHeader(take)
  const header = bytes.subarray(0, position)
  const blocks: Uint8Array[] = []
  while (position < bytes.length) blocks.push(await readBlock(take, STREAM_MAX_BYTES))
  return { header, blocks }
}

/** The exact result, or the one failure: whatever else a hostile patch could lead to. */
async function isExactOrRefused(hostile: Uint8Array): Promise<void> {
  const result = await outcome(base, hostile, expected)
  if (typeof result === 'string') expect(result).toBe('patch_invalid')
  else expect(Buffer.compare(result, target)).toBe(0)
}

it('a patch makes the exact archive, in chunks of any size', async () => {
  expect(Buffer.compare(await applied(base, patch, expected), target)).toBe(0)
})

describe('a patch that was changed', () => {
  it('at any one bit makes the exact archive or is refused', async () => {
    const bit = fc.record({ at: fc.nat(patch.length - 1), mask: fc.nat(7).map((place) => 1 << place) })
    await fc.assert(
      fc.asyncProperty(bit, async ({ at, mask }) => {
        const hostile = patch.slice()
        hostile[at] = (hostile[at] ?? 0) ^ mask
        await isExactOrRefused(hostile)
      }),
      { numRuns: 300 },
    )
  })

  it('by bytes put in, left out or overwritten is refused or exact', async () => {
    const edit = fc.record({
      at: fc.nat(patch.length),
      cut: fc.nat(40),
      put: fc.uint8Array({ maxLength: 40 }),
    })
    await fc.assert(
      fc.asyncProperty(edit, async ({ at, cut, put }) => {
        await isExactOrRefused(Buffer.concat([patch.subarray(0, at), put, patch.subarray(at + cut)]))
      }),
      { numRuns: 200 },
    )
  })

  it('by cutting it off anywhere is refused', async () => {
    for (let length = 0; length < patch.length; length += 97) {
      expect(await outcome(base, patch.subarray(0, length), expected)).toBe('patch_invalid')
    }
  })

  it('by something behind its end is refused', async () => {
    expect(await outcome(base, Buffer.concat([patch, Buffer.of(0)]), expected)).toBe('patch_invalid')
  })
})

describe('a patch whose streams were changed and compressed again', () => {
  it('is refused or exact', async () => {
    const { header, blocks } = await takeApart(patch)
    const sizes = blocks.map(({ length }) => length)
    const edit = fc
      .nat(blocks.length - 1)
      .filter((index) => (sizes[index] ?? 0) > 0)
      .chain((index) =>
        fc.record({
          index: fc.constant(index),
          at: fc.nat((sizes[index] ?? 1) - 1),
          cut: fc.nat(12),
          put: fc.oneof(fc.uint8Array({ maxLength: 12 }), fc.constant(new Uint8Array(9).fill(0xff))),
        }),
      )
    await fc.assert(
      fc.asyncProperty(edit, async ({ index, at, cut, put }) => {
        const hostile = blocks.map((block, other) =>
          other === index ? Buffer.concat([block.subarray(0, at), put, block.subarray(at + cut)]) : block,
        )
        const encoded = await Promise.all(hostile.map((block) => encodeBlock(block, 1)))
        await isExactOrRefused(Buffer.concat([header, ...encoded]))
      }),
      { numRuns: 200 },
    )
  })

  it('is refused when it says that a block takes all memory, before that is taken', async () => {
    const { header } = await takeApart(patch)
    const lengths = Buffer.alloc(8, 0xff)
    expect(await outcome(base, Buffer.concat([header, lengths]), expected)).toBe('patch_invalid')
    const bomb = await encodeBlock(new Uint8Array(2 ** 26), 1)
    expect(await outcome(base, Buffer.concat([header, bomb]), expected)).toBe('patch_invalid')
    bomb.writeUInt32LE(1000)
    expect(await outcome(base, Buffer.concat([header, bomb]), expected)).toBe('patch_invalid')
  })

  it('is refused when it jumps to and fro in the base without end', async () => {
    const { header } = await takeApart(patch)
    const large = new Uint8Array(64 * 2 ** 20)
    const writer = createByteWriter()
    let end = 0
    for (let jump = 0; jump < 200_000; jump += 1) {
      const place = (jump * 2_654_435_761) % (large.length - 1)
      writer.number(0)
      writer.number(1)
      writer.signed(place - end)
      end = place + 1
    }
    const size = large.length
    const claimed = encodeHeader({ base: { ...expected, size }, target: { ...expected, size: 200_000 } })
    expect(header.length).toBeGreaterThan(0)
    const blocks = [new Uint8Array(1), writer.view(), new Uint8Array(200_000).fill(1)]
    const parts = await Promise.all(
      [...blocks, new Uint8Array(0), new Uint8Array(0)].map((block) => encodeBlock(block, 1)),
    )
    const hostile = Buffer.concat([claimed, ...parts])
    await expect(applied(large, hostile, { ...expected, size: 200_000 })).rejects.toThrow('over and over')
  })
})

describe('what a patch is applied to', () => {
  it('is refused where it is another base of the same size', async () => {
    const other = base.slice()
    other[other.length >> 1] = (other[other.length >> 1] ?? 0) ^ 1
    expect(await outcome(other, patch, expected)).toBe('patch_invalid')
  })

  it('is refused where it is a base of another size', async () => {
    expect(await outcome(base.subarray(512), patch, expected)).toBe('patch_invalid')
  })

  it('may not make another archive than verified metadata names', async () => {
    const other = { digest: digestOfBytes(base), size: target.length }
    expect(await outcome(base, patch, other)).toBe('patch_invalid')
    expect(await outcome(base, patch, { ...expected, size: target.length + 1 })).toBe('patch_invalid')
    expect((await applied(base, patch, expected)).length).toBe(target.length)
  })
})
