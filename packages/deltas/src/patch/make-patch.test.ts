import { createCipheriv } from 'node:crypto'
import { zstdCompressSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anExecutable } from '../../test/executables.ts'
import { applied, digestOfBytes, patchOf } from '../../test/patches.ts'
import { memorySource } from '../base/byte-source.ts'
import { makePatch, patchMemory } from './make-patch.ts'

const expected = (target: Uint8Array) => ({ digest: digestOfBytes(target), size: target.length })

/** Bytes that nothing compresses, the same ones for the same seed. */
function noise(size: number, seed: number): Uint8Array {
  const cipher = createCipheriv('aes-128-ctr', Buffer.alloc(16, seed), Buffer.alloc(16))
  return new Uint8Array(cipher.update(new Uint8Array(size)))
}

describe('a patch', () => {
  it('makes the target of the base again, for any two archives', async () => {
    const part = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
      fc
        .tuple(fc.integer({ min: 0, max: 255 }), fc.integer({ min: 1, max: 2000 }))
        .map(([value, length]) => new Uint8Array(length).fill(value)),
      fc.tuple(fc.nat(255), fc.integer({ min: 1, max: 3000 })).map(([seed, length]) => noise(length, seed)),
    )
    const pair = fc.array(part, { minLength: 1, maxLength: 8 }).chain((parts) =>
      fc.record({
        base: fc.constant(Buffer.concat(parts)),
        target: fc
          .array(fc.oneof(part, fc.constantFrom(...parts)), { minLength: 1, maxLength: 8 })
          .map((chosen) => Buffer.concat(chosen)),
      }),
    )
    await fc.assert(
      fc.asyncProperty(pair, async ({ base, target }) => {
        const { bytes } = await patchOf(base, target)
        expect(Buffer.compare(await applied(base, bytes, expected(target)), target)).toBe(0)
      }),
      { numRuns: 60 },
    )
  })

  it('states runs that are longer than one instruction, and more than one segment', async () => {
    const base = noise(3_500_000, 1)
    const target = Buffer.concat([noise(9_000_000, 2), base, noise(1_500_000, 3)])
    // Too little for the highest level.
    const { bytes, level } = await patchOf(base, target, 1)
    expect(level).toBeLessThan(19)
    expect(bytes.length).toBeLessThan(10_600_000)
    expect(Buffer.compare(await applied(base, bytes, expected(target)), target)).toBe(0)
  })

  it('of an executable in which everything moved states little more than what is new', async () => {
    const base = anExecutable(0, 2000)
    const target = anExecutable(36, 2000)
    const { bytes, rebased } = await patchOf(base, target)
    expect(rebased).toBe(true)
    expect(Buffer.compare(await applied(base, bytes, expected(target)), target)).toBe(0)
    const asZstd = zstdCompressSync(target, { dictionary: base })
    expect(bytes.length).toBeLessThan(asZstd.length / 2)
  })

  it('is the same for the same archives', async () => {
    const [first, second] = [
      await patchOf(anExecutable(0), anExecutable(8)),
      await patchOf(anExecutable(0), anExecutable(8)),
    ]
    expect(Buffer.compare(first.bytes, second.bytes)).toBe(0)
  })
})

describe('there is no patch', () => {
  const sources = [memorySource(noise(50_000, 1)), memorySource(noise(50_000, 1))] as const

  it('of archives that take more memory than is allowed', async () => {
    const memory = patchMemory(50_000, 50_000)
    expect(await makePatch(...sources, { now: () => 0, memory: memory - 1 })).toBe('memory')
    expect(await makePatch(...sources, { now: () => 0, memory })).toMatchObject({ level: 19 })
  })

  it('when the time is over', async () => {
    let time = 0
    const now = () => {
      time += 10_000
      return time
    }
    expect(await makePatch(...sources, { now, seconds: 5 })).toBe('time')
  })

  it('when it is interrupted', async () => {
    const large = memorySource(new Uint8Array(80 * 2 ** 20))
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(makePatch(large, large, { now: () => 0, signal })).rejects.toThrow('enough')
  })
})

it('a patch that has little time leaves the addresses as they are, and compresses at a lower level', async () => {
  let time = 0
  const now = () => {
    time += 1000
    return time
  }
  const [base, target] = [anExecutable(0), anExecutable(36)]
  const patch = await makePatch(memorySource(base), memorySource(target), { now, seconds: 3.5 })
  expect(patch).toMatchObject({ rebased: false })
})
