import { randomUUID } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { mkdir, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { databaseFile, keyFolder } from '@rbee/catalog/node'
import { inspectSnapshot, type KnownArchive, writeSnapshot } from '@rbee/db/sqlite'
import type { ArchiveStore, DocumentStore } from '@rbee/registry'
import { hasCode, RbeeError, type Sha256 } from '@rbee/schema'
import type { CommandContext } from '../../program/command.ts'
import { freshSnapshot, snapshotName, takeBackupFolder, unfinishedFolder } from './backup-folder.ts'
import { explainDisk, factsOfFile, flush, sameFile, writeWhole } from './files.ts'
import { keyPaths } from './key-paths.ts'
import {
  archiveFile,
  type BackupManifest,
  DATABASE,
  documentFile,
  type FileFacts,
  keyFile,
  MANIFEST,
  savedDocumentSchema,
} from './manifest.ts'

/** A catalog that may be serving and taking releases all the while. */
export interface BackupSource {
  readonly dataDir: string
  readonly documents: DocumentStore
  readonly archives: ArchiveStore
}

/** What a backup did, as `--json` shows it. */
export interface BackupReport {
  readonly snapshot: string
  readonly path: string
  readonly workers: number
  readonly releases: number
  readonly database_bytes: number
  /** `copied` of `total`: the others were in the folder already. */
  readonly archives: { readonly total: number; readonly copied: number; readonly copied_bytes: number }
  readonly missing: readonly Sha256[]
}

/**
 * Saves a catalog in the folder `to`, as one more snapshot that shares its archives with those before.
 *
 * The database is copied first, as of one moment. Whatever it names was stored before it was named and never changes, so
 * that the archives can be copied afterwards, while the server goes on. Documents are made from rows when the snapshot is
 * served; only those that are not are copied.
 */
export async function writeBackup(
  context: CommandContext,
  source: BackupSource,
  to: string,
): Promise<BackupReport> {
  const lock = await takeBackupFolder(to)
  try {
    const now = context.clock()
    const draft = join(unfinishedFolder(to), randomUUID())
    await mkdir(draft, { mode: 0o700 })
    context.terminal.step('copying the database')
    const database = await copyDatabase(source.dataDir, draft)
    const { archives: known, workers, releases } = inspectSnapshot(join(draft, DATABASE))
    const documents = await copyDocuments(source.documents, draft)
    const keys = await copyKeys(source.dataDir, draft)
    const { present, copied, missing } = await copyArchives(context, source.archives, to, known)
    const manifest: BackupManifest = {
      format: 'rbee-catalog-backup/1',
      created_at: new Date(now).toISOString(),
      version: context.version,
      workers,
      releases,
      database,
      documents,
      archives: present,
      keys,
      missing,
    }
    const path = await publish(to, draft, manifest, now)
    return {
      snapshot: snapshotName(path),
      path,
      workers,
      releases,
      database_bytes: database.size,
      archives: {
        total: present.length,
        copied: copied.length,
        copied_bytes: copied.reduce((sum, { size }) => sum + size, 0),
      },
      missing,
    }
  } finally {
    lock.release()
  }
}

async function copyDatabase(dataDir: string, draft: string): Promise<FileFacts> {
  const file = databaseFile(dataDir)
  try {
    await stat(file)
  } catch (cause) {
    if (!hasCode(cause, 'ENOENT', 'ENOTDIR')) throw cause
    throw new RbeeError('file_not_found', `--data-dir: ${dataDir} holds no catalog`, {
      next: "name the server's folder with --data-dir or RBEE_DATA_DIR",
      cause,
    })
  }
  const copy = join(draft, DATABASE)
  // SQLite gives a file of its own making the usual permissions.
  await writeFile(copy, '', { mode: 0o600, flag: 'wx' })
  writeSnapshot(file, copy)
  // SQLite does not flush what it writes this way.
  await flush(copy)
  const facts = await factsOfFile(copy)
  if (facts === null) throw new Error('The copy of the database is gone')
  return facts
}

async function copyKeys(dataDir: string, draft: string): Promise<BackupManifest['keys']> {
  const folder = keyFolder(dataDir)
  const saved: BackupManifest['keys'] = []
  for (const path of await keyPaths(folder)) {
    const copy = keyFile(draft, path)
    const facts = await writeWhole(copy, `${copy}.new`, createReadStream(join(folder, path)))
    saved.push({ path, ...facts })
  }
  return saved
}

async function copyDocuments(documents: DocumentStore, draft: string) {
  const saved: BackupManifest['documents'] = []
  for (const kind of savedDocumentSchema.options) {
    const document = await documents.get({ kind })
    if (document === null) continue
    const path = documentFile(draft, kind)
    saved.push({ kind, ...(await writeWhole(path, `${path}.new`, once(document.body))) })
  }
  return saved
}

async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
  yield bytes
}

async function copyArchives(
  context: CommandContext,
  archives: ArchiveStore,
  to: string,
  known: readonly KnownArchive[],
) {
  const present: FileFacts[] = []
  const copied: FileFacts[] = []
  const missing: Sha256[] = []
  const absent: KnownArchive[] = []
  for (const archive of known) ((await hasArchive(to, archive)) ? present : absent).push(archive)
  const total = absent.reduce((sum, { size }) => sum + size, 0)
  const progress = context.terminal.progress({ label: 'copying archives', total, unit: 'bytes' })
  for (const archive of absent) {
    const isCopied = await copyArchive(archives, to, archive, (count) => {
      context.signal.throwIfAborted()
      progress.advance(count)
    })
    if (isCopied) copied.push(archive)
    else missing.push(archive.sha256)
  }
  if (absent.length > 0) progress.done()
  return { present: [...present, ...copied], copied, missing }
}

/** An archive appears in a backup only after its digest was checked, so that its size tells enough later on. */
async function hasArchive(to: string, { sha256, size }: KnownArchive): Promise<boolean> {
  try {
    return (await stat(archiveFile(to, sha256))).size === size
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return false
    throw error
  }
}

/** @returns false where the store has no such archive, or other bytes under its name. */
async function copyArchive(
  archives: ArchiveStore,
  to: string,
  archive: KnownArchive,
  onBytes: (count: number) => void,
): Promise<boolean> {
  const opened = await archives.open(archive.sha256)
  if (opened === null) return false
  const accept = (facts: FileFacts) => sameFile(facts, archive)
  const temporary = join(unfinishedFolder(to), archive.sha256)
  return accept(
    await writeWhole(archiveFile(to, archive.sha256), temporary, opened.body, { onBytes, accept }),
  )
}

/** The rename of the folder is what makes the snapshot one. */
async function publish(to: string, draft: string, manifest: BackupManifest, now: number): Promise<string> {
  const file = join(draft, MANIFEST)
  await writeWhole(file, `${file}.new`, once(Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`)))
  const path = await freshSnapshot(to, now)
  try {
    await rename(draft, path)
    await flush(dirname(path))
  } catch (error) {
    throw explainDisk(error, path)
  }
  return path
}
