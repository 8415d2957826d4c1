import { createHash } from 'node:crypto'
import type { FileHandle } from 'node:fs/promises'
import { RbeeError } from '@rbee/schema'
import { writeAtomically } from '../atomic-text.ts'
import {
  type BundledFile,
  type BundleIndex,
  fileName,
  INDEX_NAME,
  SUM_NAME,
  sumText,
} from './bundle-index.ts'
import { END, headerOf, paddingOf } from './container.ts'

export interface WriteBundleOptions {
  readonly signal: AbortSignal
  /** The bytes of a file that the index names. */
  readonly open: (file: BundledFile) => AsyncIterable<Uint8Array>
}

/**
 * Writes a bundle in one step: until it is whole there is none at `path`, and after any failure nothing is left. Fails with
 * `digest_mismatch` where a file is not what the index says, with `disk_full` and `setting_invalid`.
 */
export async function writeBundle(
  path: string,
  index: BundleIndex,
  { signal, open }: WriteBundleOptions,
): Promise<void> {
  const text = Buffer.from(`${JSON.stringify(index)}\n`)
  await writeAtomically(path, async (target) => {
    await writeSmall(target, INDEX_NAME, text)
    await writeSmall(target, SUM_NAME, sumText(text))
    for (const file of index.files) {
      await target.writeFile(headerOf(fileName(file), file.size))
      await writeContents(target, file, open(file), signal)
      await target.writeFile(paddingOf(file.size))
    }
    await target.writeFile(END)
    signal.throwIfAborted()
  })
}

async function writeSmall(target: FileHandle, name: string, bytes: Buffer): Promise<void> {
  await target.writeFile(Buffer.concat([headerOf(name, bytes.length), bytes, paddingOf(bytes.length)]))
}

async function writeContents(
  target: FileHandle,
  file: BundledFile,
  bytes: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): Promise<void> {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of bytes) {
    signal.throwIfAborted()
    hash.update(chunk)
    size += chunk.length
    await target.writeFile(chunk)
  }
  if (size === file.size && hash.digest('hex') === file.sha256) return
  const [what] = file.addresses
  throw new RbeeError('digest_mismatch', `${what} is not what the registry signed`, {
    next: 'try again; when it happens again, the mirror or the network changes the bytes',
  })
}
