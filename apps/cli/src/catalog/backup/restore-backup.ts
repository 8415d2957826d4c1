import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { prepareRestored } from '@rbee/db/sqlite'
import type { ArchiveStore, DocumentStore } from '@rbee/registry'
import { RbeeError, UPLOAD_PART_BYTES, uploadPartBytes, uploadPartCount } from '@rbee/schema'
import type { CommandContext } from '../../program/command.ts'
import { factsOf, flush, sameFile, writeWhole } from './files.ts'
import {
  archiveFile,
  type BackupManifest,
  DATABASE,
  documentFile,
  type FileFacts,
  keyFile,
} from './manifest.ts'
import type { RestoreTarget } from './restore-target.ts'

/**
 * Puts a verified snapshot where a server can be started on it. Archives come first: nothing refers to them yet. The
 * database comes last, in one step, so that until then there is no catalog, and a restore that was interrupted is simply
 * run again. The server writes the documents from the rows when it starts.
 */
export async function restoreBackup(
  context: CommandContext,
  { backup, snapshot, manifest }: { backup: string; snapshot: string; manifest: BackupManifest },
  target: RestoreTarget,
): Promise<void> {
  await putArchives(context, backup, manifest, target.archives)
  const source = join(snapshot, DATABASE)
  await writeWhole(target.draft, `${target.draft}.new`, createReadStream(source))
  prepareRestored(target.draft, new Set(manifest.archives.map(({ sha256 }) => sha256)))
  await flush(target.draft)
  await target.displace({ keys: manifest.keys.length > 0 })
  await putKeys(snapshot, manifest, target.keys)
  for (const { kind } of manifest.documents) {
    await putDocument(target.documents, kind, await readFile(documentFile(snapshot, kind)))
  }
  await target.commit()
}

/** As they were: whoever trusts the server goes on doing so. */
async function putKeys(snapshot: string, { keys }: BackupManifest, folder: string): Promise<void> {
  for (const { path } of keys) {
    const place = join(folder, path)
    await writeWhole(place, `${place}.new`, createReadStream(keyFile(snapshot, path)))
  }
}

async function putDocument(
  documents: DocumentStore,
  kind: BackupManifest['documents'][number]['kind'],
  body: Uint8Array,
): Promise<void> {
  await documents.put({ kind }, body)
}

async function putArchives(
  context: CommandContext,
  backup: string,
  manifest: BackupManifest,
  archives: ArchiveStore,
): Promise<void> {
  const total = manifest.archives.reduce((sum, { size }) => sum + size, 0)
  const progress = context.terminal.progress({ label: 'restoring archives', total, unit: 'bytes' })
  for (const facts of manifest.archives) {
    context.signal.throwIfAborted()
    if (!(await hasArchive(archives, facts)))
      await putArchive(archives, archiveFile(backup, facts.sha256), facts)
    progress.advance(facts.size)
  }
  if (total > 0) progress.done()
}

/** Believes nothing that lies in the place already: it may be why the catalog has to be restored. */
async function hasArchive(archives: ArchiveStore, facts: FileFacts): Promise<boolean> {
  const opened = await archives.open(facts.sha256)
  return opened !== null && sameFile(await factsOf(opened.body), facts)
}

/** The store compares size and digest before the archive appears. */
async function putArchive(archives: ArchiveStore, path: string, { sha256, size }: FileFacts): Promise<void> {
  const staging = await archives.stage(size)
  try {
    const parts = []
    for (let part = 1; part <= uploadPartCount(size); part += 1) {
      const start = (part - 1) * UPLOAD_PART_BYTES
      const length = uploadPartBytes(size, part)
      if (length === null) throw new Error(`An archive of ${size} bytes has no part ${part}`)
      const bytes: ReadableStream<Uint8Array> = Readable.toWeb(
        createReadStream(path, { start, end: start + length - 1 }),
      )
      parts.push({ part, receipt: await archives.writePart(staging, part, bytes, length) })
    }
    await archives.assemble(staging, parts)
    await archives.promote(staging, sha256, size)
  } catch (error) {
    await archives.discard(staging)
    if (!(error instanceof RbeeError && error.code === 'digest_mismatch')) throw error
    throw new RbeeError('digest_mismatch', `${path} changed while it was restored`, { cause: error })
  }
}
