import { readFile } from 'node:fs/promises'
import path from 'node:path'
import { type Version, versionSchema } from '@rbee/schema'
import { CLONE } from './clone.ts'

/** Version of the programs, which is that of the package they are sources of. */
export async function productVersion(): Promise<Version> {
  const text = await readFile(path.join(CLONE, 'apps/cli/package.json'), 'utf8')
  return versionSchema.parse((JSON.parse(text) as { version: unknown }).version)
}
