import { createHash } from 'node:crypto'
import { type Digest, digestOf, RbeeError, type Sha256, sha256Schema } from '@rbee/schema'
import { throwIfInterrupted } from './file-errors.ts'

interface CheckedSourceOptions {
  /** Of all bytes; looked at where they are hashed. */
  readonly expected: { readonly sha256: Sha256 }
  readonly signal?: AbortSignal
  /** Told of every piece as it is taken. */
  readonly onProgress?: (bytes: number) => void
}

/** Passes bytes on, counting and perhaps hashing them, and never more than were promised: from `start` up to `size`. */
export function createCheckedSource(
  source: AsyncIterable<Uint8Array>,
  claim: { readonly start: number; readonly size: number },
  { expected, signal, onProgress }: CheckedSourceOptions,
  hashed: boolean,
) {
  const iterator = source[Symbol.asyncIterator]()
  const hash = hashed ? createHash('sha256') : null
  let size = claim.start
  let ended = false
  let failed = false

  const take = async () => {
    try {
      throwIfInterrupted(signal)
      return await iterator.next()
    } catch (error) {
      failed = true
      throw error
    }
  }
  const next = async (): Promise<Uint8Array | null> => {
    const result = await take()
    if (result.done) {
      ended = true
      return null
    }
    size += result.value.length
    if (size > claim.size) {
      throw new RbeeError(
        'size_mismatch',
        `the archive is longer than the ${claim.size} bytes it should have`,
      )
    }
    hash?.update(result.value)
    onProgress?.(result.value.length)
    return result.value
  }
  const verify = () => {
    if (size !== claim.size) {
      throw new RbeeError('size_mismatch', `the archive has ${size} bytes instead of ${claim.size}`)
    }
    if (hash === null) return
    const actual = digestOf(sha256Schema.parse(hash.digest('hex')))
    if (actual !== digestOf(expected.sha256)) throw mismatch('archive', digestOf(expected.sha256), actual)
  }
  return {
    async *bytes() {
      for (let chunk = await next(); chunk !== null; chunk = await next()) yield chunk
    },
    verify,
    /** Whether the source failed, or was interrupted: what came before is sound. */
    get failed() {
      return failed
    },
    async drainAndVerify() {
      while (!ended) if ((await next()) === null) break
      verify()
    },
    async close() {
      if (!ended) await iterator.return?.()
    },
  }
}

/** Other bytes came than verified metadata names. */
export function mismatch(what: string, expected: Digest, actual: Digest): RbeeError {
  return new RbeeError('digest_mismatch', `the ${what} has the digest ${actual} instead of ${expected}`, {
    next: 'try again; when it happens again, the mirror or the network changes the bytes',
    details: { expected, actual },
  })
}
