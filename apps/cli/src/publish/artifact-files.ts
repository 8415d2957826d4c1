import { lstat, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { listPackEntries, type PackEntry } from '@rbee/packaging'
import { type ArtifactMetadata, canonicalJson, platformParts, RbeeError } from '@rbee/schema'
import { type Target, targetName } from './targets.ts'
import type { WorkerDescription } from './worker-description.ts'

/** Spellings under which repositories keep their licence. */
const LICENSE_NAMES = ['LICENSE', 'LICENSE.md', 'LICENSE.txt', 'LICENCE', 'COPYING']
const LICENSE_MAX_BYTES = 1024 * 1024

/**
 * Lists what goes into an artifact: everything in the folder, and LICENSE, README.md and metadata.json where it lacks them.
 *
 * Fails with `file_not_found` where folder or program are missing, and with `archive_invalid`.
 */
export async function listArtifactFiles(
  folder: string,
  target: Target,
  worker: WorkerDescription,
  license: string | null,
): Promise<PackEntry[]> {
  await checkProgram(folder, target, worker)
  const additions = new Map<string, Uint8Array>()
  if (license !== null) additions.set('LICENSE', Buffer.from(license))
  if (worker.readme !== null) additions.set('README.md', Buffer.from(worker.readme))
  additions.set('metadata.json', Buffer.from(`${canonicalJson(metadataOf(target, worker))}\n`))
  return listPackEntries(folder, additions)
}

/** The text of the licence beside the worker, else of the nearest folder above it within its repository. */
export async function findLicense(folder: string): Promise<string | null> {
  for (const current of await foldersUpToRepository(folder)) {
    for (const name of LICENSE_NAMES) {
      const found = await lstat(join(current, name)).catch(onlyMissing)
      if (found?.isFile() && found.size <= LICENSE_MAX_BYTES) return readFile(join(current, name), 'utf8')
    }
  }
  return null
}

/** The folder alone, where it lies in no repository: what stands above it is none of its business. */
async function foldersUpToRepository(folder: string): Promise<string[]> {
  const folders: string[] = []
  for (let current = folder; ; current = dirname(current)) {
    folders.push(current)
    if ((await lstat(join(current, '.git')).catch(onlyMissing)) !== null) return folders
    if (dirname(current) === current) return [folder]
  }
}

async function checkProgram(folder: string, target: Target, { manifest }: WorkerDescription): Promise<void> {
  const { os } = platformParts(target.platform)
  const program = os === 'windows' ? `${manifest.binary_name}.exe` : manifest.binary_name
  const found = await lstat(join(folder, 'bin', program)).catch(onlyMissing)
  const executable = os === 'windows' || process.platform === 'win32' || ((found?.mode ?? 0) & 0o111) !== 0
  if (found !== null && executable) return
  const path = join(folder, 'bin', program)
  const why = found === null ? 'does not exist' : 'is not executable'
  const code =
    target.origin === 'build' ? 'build_failed' : found === null ? 'file_not_found' : 'archive_invalid'
  throw new RbeeError(code, `${path} ${why}, but ${targetName(target)} needs it`, {
    next: found === null ? adviseMissing(target, program) : `chmod +x ${path}`,
  })
}

function adviseMissing(target: Target, program: string): string {
  return target.origin === 'build'
    ? `let the build write bin/${program} below RBEE_OUTPUT, or set [build] output in worker.toml to where it writes`
    : `--artifact takes a folder that holds bin/${program}; [worker] binary_name names the program`
}

function metadataOf(
  { platform, variant }: Target,
  { manifest, version }: WorkerDescription,
): ArtifactMetadata {
  return {
    id: manifest.id,
    version,
    variant,
    platform,
    binary_name: manifest.binary_name,
    license: manifest.license,
    selftest: manifest.selftest ?? null,
    run: manifest.run ?? null,
  }
}

function onlyMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null
  throw error
}
