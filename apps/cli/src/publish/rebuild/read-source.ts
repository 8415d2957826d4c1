import { lstat, readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode, RbeeError, type ReleaseDocument } from '@rbee/schema'
import type { Terminal } from '../../program/terminal.ts'
import { findLicense } from '../artifact-files.ts'
import { describeWorker, type WorkerDescription } from '../worker-description.ts'

/** What a source says of the worker that is to be built. */
export interface WorkerSource {
  /** The worker's folder below the source; '' for all of it. */
  readonly folder: string
  readonly worker: WorkerDescription
  /** The text of its licence. */
  readonly license: string | null
}

/** How deep a worker is looked for whose folder nobody names. */
const MAX_DEPTH = 4
const MAX_FOLDERS = 5_000
const NOT_LOOKED_INTO = new Set(['.git', 'node_modules', 'target', 'dist'])

/**
 * Reads what publishing reads of a worker's folder, before anything of it is run. No link is followed.
 *
 * @param source where it lies. @param folder '' for all of it; null where it has to be looked for.
 *
 * Fails with `manifest_missing` where this worker is not there, or with the first finding's own code.
 */
export async function readSource(
  source: string,
  folder: string | null,
  release: ReleaseDocument,
  terminal: Terminal,
): Promise<WorkerSource> {
  const found = folder ?? (await findFolder(source, release.worker))
  if (found === null || !(await isPlainFolder(source, found))) throw notThere(release, folder)
  const path = join(source, found)
  // What is published may have been named on the command line, where the folder says otherwise or nothing.
  const options = { version: release.version, license: release.license, artifacts: [] }
  const worker = await describeWorker(path, options, terminal)
  if (worker.manifest.id !== release.worker) throw notThere(release, found)
  return { folder: found, worker, license: await findLicense(path) }
}

/** Whether a path is a folder, and none of the folders above it is a link. */
export async function isPlainFolder(root: string, path: string): Promise<boolean> {
  let current = root
  for (const part of ['', ...path.split('/').filter((one) => one !== '' && one !== '.')]) {
    if (part === '..') return false
    current = join(current, part)
    try {
      if (!(await lstat(current)).isDirectory()) return false
    } catch (error) {
      if (hasCode(error, 'ENOENT', 'ENOTDIR')) return false
      throw error
    }
  }
  return true
}

/** The only folder with a manifest that names the worker; breadth first, so that the one nearest to the top is taken. */
async function findFolder(source: string, id: string): Promise<string | null> {
  let level = ['']
  let seen = 0
  for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth += 1) {
    const below: string[] = []
    for (const folder of level) {
      seen += 1
      if (seen > MAX_FOLDERS) return null
      if (await namesWorker(join(source, folder), id)) return folder
      for (const entry of await readdir(join(source, folder), { withFileTypes: true })) {
        if (!entry.isDirectory() || NOT_LOOKED_INTO.has(entry.name)) continue
        below.push(folder === '' ? entry.name : `${folder}/${entry.name}`)
      }
    }
    level = below.toSorted()
  }
  return null
}

const MANIFEST_MAX_BYTES = 512 * 1024

/** A first look: whoever reads the folder finds out whether it really is that worker. */
async function namesWorker(folder: string, id: string): Promise<boolean> {
  for (const name of ['worker.toml', 'metadata.json']) {
    const path = join(folder, name)
    const info = await lstat(path).catch(() => null)
    if (!info?.isFile() || info.size > MANIFEST_MAX_BYTES) continue
    // Ids hold nothing that means more in a pattern than itself.
    if (new RegExp(`["']${id}["']`).test(await readFile(path, 'utf8'))) return true
  }
  return false
}

function notThere({ worker, version }: ReleaseDocument, folder: string | null): RbeeError {
  const where = folder === null ? 'the source' : `the folder ${folder === '' ? '.' : folder} of the source`
  return new RbeeError('manifest_missing', `${where} holds no worker ${worker}`, {
    next: `what is published as ${version} was made of something else: ask its publisher, or name the folder with --from`,
  })
}
