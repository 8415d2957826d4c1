import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import {
  type BlobsPlace,
  databaseFile,
  describeBlobs,
  keyFolder,
  lockDataFolder,
  openBlobs,
} from '@rbee/catalog/node'
import { closeForGood } from '@rbee/db/sqlite'
import type { ArchiveStore, DocumentStore, RandomBytes } from '@rbee/registry'
import { hasCode, RbeeError } from '@rbee/schema'
import type { CommandContext } from '../../program/command.ts'
import { explainDisk, flush, makePrivateFolder } from './files.ts'

/** Where a catalog is restored to. */
export interface RestoreTarget {
  readonly documents: DocumentStore
  readonly archives: ArchiveStore
  /** The folder with the server's own keys. */
  readonly keys: string
  /** Where the restored database is prepared, beside its place. */
  readonly draft: string
  /** Takes the catalog that was there before out of the way, where there is one; its keys where others come. */
  displace(also: { readonly keys: boolean }): Promise<void>
  /** Makes the prepared database the catalog's, in one step. */
  commit(): Promise<void>
  /** The folders that hold the catalog that was replaced; none where there was none. */
  readonly replaced: readonly string[]
  release(): void
}

export interface TargetOptions {
  readonly dataDir: string
  readonly place: BlobsPlace
  /** Whether a catalog that is there may be replaced. */
  readonly force: boolean
  readonly randomBytes: RandomBytes
}

/** Fails with `setting_invalid` where a data folder holds a catalog that may not be replaced. */
export async function refuseOccupied({
  dataDir,
  force,
}: Pick<TargetOptions, 'dataDir' | 'force'>): Promise<void> {
  if (!force && (await exists(databaseFile(dataDir)))) throw occupied('--data-dir', dataDir)
}

/**
 * Takes the places of a server, which may not be running. Fails with `busy` where it is, and with `setting_invalid` where
 * there is a catalog that may not be replaced.
 */
export async function openRestoreTarget(
  context: CommandContext,
  options: TargetOptions,
): Promise<RestoreTarget> {
  const { dataDir, place, force, randomBytes } = options
  await refuseOccupied(options)
  await makePrivateFolder(dataDir)
  const lock = lockDataFolder(dataDir)
  try {
    for (const name of await readdir(dataDir)) {
      if (name.startsWith(DRAFT)) await rm(join(dataDir, name), { force: true })
    }
    const { documents, archives } = await openBlobs(place, { dataDir, clock: context.clock, randomBytes })
    const hasDocuments = (await documents.get({ kind: 'list-root' })) !== null
    if (hasDocuments && !(force && place.kind === 'folder')) throw occupied('--blobs', describeBlobs(place))
    const replaced: string[] = []
    const draft = join(dataDir, `${DRAFT}.sqlite`)
    return {
      documents,
      archives,
      keys: keyFolder(dataDir),
      draft,
      async displace(also) {
        replaced.push(...(await displace(dataDir, place, also, context.clock())))
      },
      async commit() {
        try {
          await rename(draft, databaseFile(dataDir))
          await flush(dataDir)
        } catch (error) {
          throw explainDisk(error, dataDir)
        }
      },
      replaced,
      release: () => lock.release(),
    }
  } catch (error) {
    lock.release()
    throw error
  }
}

const DRAFT = 'restoring'

/**
 * Moves a catalog out of the way. Documents go first: a database without its documents is refused by the server, while
 * documents without their database would be served.
 *
 * @returns the folders that hold it now.
 */
async function displace(
  dataDir: string,
  place: BlobsPlace,
  also: { readonly keys: boolean },
  now: number,
): Promise<string[]> {
  const name = `replaced-${new Date(now).toISOString().replaceAll(/[:-]|\.\d{3}/g, '')}`
  const folders = new Set<string>()
  const database = databaseFile(dataDir)
  const hasDatabase = await exists(database)
  // Whatever stands in the write-ahead log would not be moved along.
  if (hasDatabase) closeForGood(database)
  if (place.kind === 'folder') await moveAway(place.folder, 'documents', name, folders)
  if (hasDatabase) await moveAway(dataDir, basename(database), name, folders)
  if (also.keys) await moveAway(dataDir, basename(keyFolder(dataDir)), name, folders)
  return [...folders]
}

async function moveAway(parent: string, what: string, name: string, folders: Set<string>): Promise<void> {
  const path = join(parent, what)
  if (!(await exists(path))) return
  const folder = join(parent, name)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await rename(path, join(folder, what))
  folders.add(folder)
}

function occupied(flag: string, place: string): RbeeError {
  return new RbeeError('setting_invalid', `${flag}: ${place} holds a catalog already`, {
    next: place.startsWith('s3://')
      ? 'name an empty bucket or another prefix'
      : 'name an empty folder, or replace the catalog with --force (it is kept beside the new one)',
  })
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path)
    return true
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) return false
    throw error
  }
}
