import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { gunzip, gzip } from 'node:zlib'
import type { TarStructure } from '@rbee/packaging'
import { hasCode, type WorkerId } from '@rbee/schema'
import { z } from 'zod'
import type { HiveHome } from './home.ts'
import { nameOfThisProcess } from './process-identity.ts'

const base64 = z.base64().transform((text): Uint8Array => Buffer.from(text, 'base64'))
const structureSchema = z.object({
  files: z.array(
    z.object({ before: base64, name: z.string(), size: z.number().int(), executable: z.boolean() }),
  ),
  end: base64,
})

/** More than the largest structure that is kept, as JSON. */
const MAX_JSON_BYTES = 64 * 2 ** 20

/** Keeps what the archive of a build held beside its files. */
export async function keepStructure(
  home: HiveHome,
  id: WorkerId,
  build: string,
  { files, end }: TarStructure,
): Promise<void> {
  const encode = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64')
  const text = JSON.stringify({
    files: files.map(({ before, ...file }) => ({ before: encode(before), ...file })),
    end: encode(end),
  })
  const path = structureFile(home, id, build)
  const unfinished = join(home.worker(id).structures, await nameOfThisProcess())
  await mkdir(home.worker(id).structures, { recursive: true })
  await writeFile(unfinished, await promisify(gzip)(text))
  await rename(unfinished, path)
}

/** Null where none is kept, or what is kept cannot be read. */
export async function readStructure(
  home: HiveHome,
  id: WorkerId,
  build: string,
): Promise<TarStructure | null> {
  try {
    const bytes = await readFile(structureFile(home, id, build))
    const text = await promisify(gunzip)(bytes, { maxOutputLength: MAX_JSON_BYTES })
    return structureSchema.parse(JSON.parse(text.toString('utf8')))
  } catch (error) {
    const damaged = error instanceof SyntaxError || error instanceof z.ZodError
    if (damaged || hasCode(error, 'ENOENT', 'Z_DATA_ERROR', 'Z_BUF_ERROR', 'ERR_BUFFER_TOO_LARGE'))
      return null
    throw error
  }
}

/** The build that a file of the folder belongs to; null for one that is not finished. */
export function buildOfStructure(fileName: string): string | null {
  return fileName.endsWith(SUFFIX) ? fileName.slice(0, -SUFFIX.length) : null
}

const SUFFIX = '.json.gz'

function structureFile(home: HiveHome, id: WorkerId, build: string): string {
  return join(home.worker(id).structures, build + SUFFIX)
}
