import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { inspectArchive } from '@rbee/packaging'
import { RbeeError, sha256Schema, type Version } from '@rbee/schema'
import { readProgramArchiveName } from './archive-name.ts'
import type { ProgramArchive } from './send-programs.ts'

/** Archives of one version, as `pnpm run build:package` and `build:executables` leave them. */
export interface ProgramArchives {
  readonly version: Version
  readonly archives: readonly ProgramArchive[]
}

/**
 * Reads archives of builds: files named `rbee-VERSION-PLATFORM.tar.gz`, or all of them in a folder. Other files of a
 * folder are passed over. Fails with `file_not_found`, with `archive_invalid`, and with `usage` for a file of another
 * name, for two of one platform and for several versions.
 */
export async function readProgramArchives(paths: readonly string[], cwd: string): Promise<ProgramArchives> {
  const files = (await Promise.all(paths.map((path) => archivesAt(resolve(cwd, path))))).flat()
  const [first] = files
  if (first === undefined) {
    throw new RbeeError('file_not_found', `there is no rbee-VERSION-PLATFORM.tar.gz in ${paths.join(', ')}`, {
      next: 'build some with: npx -y pnpm@12 run build:package, or build:executables',
    })
  }
  const platforms = new Set<string>()
  for (const { name, platform, version } of files) {
    if (version !== first.version) {
      throw new RbeeError('usage', `${name} is of another version than ${first.name}: all have to be of one`)
    }
    if (platforms.has(platform)) throw new RbeeError('usage', `there are two archives for ${platform}`)
    platforms.add(platform)
  }
  const archives: ProgramArchive[] = []
  for (const { path, platform } of files) archives.push({ platform, ...(await describe(path)) })
  return { version: first.version, archives }
}

type ArchiveFile = NonNullable<ReturnType<typeof readProgramArchiveName>> & {
  readonly path: string
  readonly name: string
}

async function archivesAt(path: string): Promise<readonly ArchiveFile[]> {
  let isFolder: boolean
  try {
    isFolder = (await stat(path)).isDirectory()
  } catch (cause) {
    throw new RbeeError('file_not_found', `there is no ${path}`, { cause })
  }
  if (!isFolder) {
    const known = readProgramArchiveName(basename(path))
    if (known === null) {
      throw new RbeeError('usage', `${basename(path)} is not named rbee-VERSION-PLATFORM.tar.gz`)
    }
    return [{ ...known, path, name: basename(path) }]
  }
  return (await readdir(path)).toSorted().flatMap((name) => {
    const known = readProgramArchiveName(name)
    return known === null ? [] : [{ ...known, path: join(path, name), name }]
  })
}

async function describe(path: string): Promise<Pick<ProgramArchive, 'archive' | 'digest'>> {
  const hash = createHash('sha256')
  let size = 0
  async function* hashed(): AsyncGenerator<Uint8Array> {
    for await (const chunk of createReadStream(path) as AsyncIterable<Uint8Array>) {
      hash.update(chunk)
      size += chunk.length
      yield chunk
    }
  }
  const { digest } = await inspectArchive(hashed(), 'tar.gz')
  return { digest, archive: { format: 'tar.gz', sha256: sha256Schema.parse(hash.digest('hex')), size, path } }
}
