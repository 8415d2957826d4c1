import { createHash, randomBytes } from 'node:crypto'
import { open } from 'node:fs/promises'
import { join } from 'node:path'

/** A file without any order in it, as archives are. */
export interface SampleFile {
  readonly path: string
  readonly size: number
  readonly sha256: string
}

const CHUNK_BYTES = 4 * 2 ** 20

export async function makeSampleFile(folder: string, size: number): Promise<SampleFile> {
  const path = join(folder, 'sample')
  const hash = createHash('sha256')
  await using file = await open(path, 'w')
  for (let written = 0; written < size; written += CHUNK_BYTES) {
    const chunk = randomBytes(Math.min(CHUNK_BYTES, size - written))
    hash.update(chunk)
    await file.write(chunk)
  }
  return { path, size, sha256: hash.digest('hex') }
}
