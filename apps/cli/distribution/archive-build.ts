import { mkdir, readdir, rename, rm } from 'node:fs/promises'
import path from 'node:path'
import { compressArchive, listPackEntries } from '@rbee/packaging'
import type { ProgramBuild } from '@rbee/schema'
import { programArchiveName } from '../src/programs/archive-name.ts'
import { productVersion } from './product-version.ts'

/**
 * Packs a folder that holds a build of the programs into `rbee-VERSION-PLATFORM.tar.gz` inside `output`, in the place of
 * an earlier one for the platform. The same files give the same bytes.
 *
 * @returns the path of the archive.
 */
export async function archiveBuild(
  folder: string,
  platform: ProgramBuild['platform'],
  output: string,
): Promise<string> {
  await mkdir(output, { recursive: true })
  for (const name of await readdir(output)) {
    if (name.endsWith(`-${platform}.tar.gz`)) await rm(path.join(output, name))
  }
  const entries = await listPackEntries(folder)
  const packed = await compressArchive(entries, output, { level: 'default', formats: ['tar.gz'] })
  const [archive] = packed.archives
  if (archive === undefined) throw new Error('nothing was packed')
  const file = path.join(output, programArchiveName(await productVersion(), platform))
  await rename(archive.path, file)
  return file
}
