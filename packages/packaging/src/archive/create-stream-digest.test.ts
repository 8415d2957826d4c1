import { createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { createStreamDigest } from './create-stream-digest.ts'
import { digestOnThread } from './digest-thread.ts'
import type { StreamDigest } from './stream-digest.ts'

const opened: StreamDigest[] = []
afterEach(async () => {
  for (const digest of opened.splice(0)) await digest.close()
})

function open(digest: StreamDigest): StreamDigest {
  opened.push(digest)
  return digest
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

describe.each([
  ['of a small stream', () => createStreamDigest(1)],
  ['of a large stream, on a thread', digestOnThread],
])('the digest %s', (_, create) => {
  it('is that of all chunks, whichever buffers they lie in', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.array(fc.uint8Array({ minLength: 1, maxLength: 200 }), { maxLength: 4 }), {
          maxLength: 6,
        }),
        async (buffers) => {
          const digest = open(create())
          const everything = Buffer.concat(buffers.flat())
          for (const parts of buffers) {
            const buffer = new Uint8Array(Buffer.concat(parts))
            let start = 0
            for (const { length } of parts) {
              const part = new Uint8Array(buffer.buffer, start, length)
              await digest.take(part)
              start += length
            }
          }
          expect(await digest.finish()).toBe(sha256(everything))
        },
      ),
      { numRuns: 25 },
    )
  })

  it('ends in the middle of a buffer', async () => {
    const digest = open(create())
    const bytes = randomBytes(1_000)
    const buffer = new Uint8Array(4_000)
    buffer.set(bytes)
    await digest.take(buffer.subarray(0, 600))
    await digest.take(buffer.subarray(600, 1_000))
    expect(await digest.finish()).toBe(sha256(bytes))
  })

  it('gives the memory of a used buffer back', async () => {
    const digest = open(create())
    const chunk = new Uint8Array(100)
    await digest.take(chunk)
    await digest.finish()
    expect(chunk.length).toBe(0)
  })
})

describe('the thread', () => {
  it('holds its caller back until it has caught up', async () => {
    const digest = open(digestOnThread())
    const whole = createHash('sha256')
    for (let round = 0; round < 24; round += 1) {
      const chunk = new Uint8Array(1024 * 1024).fill(round)
      whole.update(chunk)
      await digest.take(chunk)
    }
    expect(await digest.finish()).toBe(whole.digest('hex'))
  })

  it('refuses memory that others can change', async () => {
    const digest = open(digestOnThread())
    await expect(digest.take(new Uint8Array(new SharedArrayBuffer(8)))).rejects.toThrow('shared')
  })

  it('can be ended while it works', async () => {
    const digest = digestOnThread()
    await digest.take(new Uint8Array(4 * 1024 * 1024))
    await digest.close()
  })
})
