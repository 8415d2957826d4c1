import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { pipeline } from 'node:stream/promises'

/** Writes `SHA256SUMS` into a folder, as `sha256sum --check` reads it, for files inside of it. */
export async function writeChecksums(folder: string, files: readonly string[]): Promise<void> {
  const lines: string[] = []
  for (const file of files) lines.push(`${await sha256Of(file)}  ${path.relative(folder, file)}\n`)
  await writeFile(path.join(folder, 'SHA256SUMS'), lines.join(''))
}

async function sha256Of(file: string): Promise<string> {
  const hash = createHash('sha256')
  await pipeline(createReadStream(file), hash)
  return hash.digest('hex')
}
