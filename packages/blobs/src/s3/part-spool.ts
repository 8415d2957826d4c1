import { createHash } from 'node:crypto'
import { openAsBlob } from 'node:fs'
import { mkdir, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { RandomBytes } from '@rbee/registry'
import { RbeeError } from '@rbee/schema'
import { writing } from '../files/disk.ts'
import type { S3Body } from './client.ts'

/**
 * Parts of uploads on their way to the store, as files: a slow sender then holds no connection to the store and no
 * memory, and a part can be sent to the store again.
 */
export interface PartSpool {
  /** Does `work` with the bytes of `body`. Fails with `size_mismatch` where they are not exactly `size`. */
  through<T>(body: ReadableStream<Uint8Array>, size: number, work: (body: S3Body) => Promise<T>): Promise<T>
}

/** Makes the folder and empties it: what lies there belongs to requests of a process that has ended. */
export async function emptySpool(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const leftover of await readdir(folder)) await rm(join(folder, leftover), { force: true })
}

/** A spool in a folder that `emptySpool` made. */
export function partSpool(folder: string, randomBytes: RandomBytes): PartSpool {
  return {
    async through(body, size, work) {
      const file = join(folder, Buffer.from(randomBytes(16)).toString('hex'))
      try {
        const sha256 = await receive(body, size, file)
        return await work({ content: await openAsBlob(file), sha256 })
      } finally {
        await rm(file, { force: true })
      }
    },
  }
}

/** @returns the SHA-256 of what was written. */
async function receive(body: ReadableStream<Uint8Array>, size: number, file: string): Promise<string> {
  const hash = createHash('sha256')
  let received = 0
  const handle = await writing(() => open(file, 'wx'))
  try {
    for await (const chunk of body) {
      received += chunk.length
      if (received > size) {
        throw new RbeeError('size_mismatch', `The body is longer than the stated ${size} bytes`)
      }
      hash.update(chunk)
      await writing(() => handle.writeFile(chunk))
    }
  } finally {
    await handle.close()
  }
  if (received < size) {
    throw new RbeeError('size_mismatch', `The body ended after ${received} of the stated ${size} bytes`)
  }
  return hash.digest('hex')
}
