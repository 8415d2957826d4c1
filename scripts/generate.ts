import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { generatedFiles } from './generate/files.ts'

/** Writes every file that is made from the sources. Tests fail when one of them is stale. */
const PROJECT = resolve(dirname(fileURLToPath(import.meta.url)), '..')

for (const [path, text] of await generatedFiles()) {
  const file = resolve(PROJECT, path)
  await mkdir(dirname(file), { recursive: true })
  await writeFile(file, text)
  console.log(path)
}
