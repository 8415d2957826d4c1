import { join } from 'node:path'
import { inspectSnapshot } from '@rbee/db/sqlite'
import { RbeeError } from '@rbee/schema'
import type { CommandContext } from '../../program/command.ts'
import { factsOfFile, type OnBytes, sameFile } from './files.ts'
import {
  archiveFile,
  type BackupManifest,
  DATABASE,
  damaged,
  documentFile,
  type FileFacts,
  keyFile,
  readManifest,
} from './manifest.ts'

/**
 * Reads every byte of a snapshot and compares it with the manifest, checks the database, and that nothing the database
 * names is left out. Fails with `digest_mismatch` or `state_damaged`, which name the file.
 */
export async function verifyBackup(
  context: CommandContext,
  backup: string,
  snapshot: string,
): Promise<BackupManifest> {
  const manifest = await readManifest(snapshot)
  const files = filesOf(backup, snapshot, manifest)
  const total = files.reduce((sum, { facts }) => sum + facts.size, 0)
  const progress = context.terminal.progress({ label: 'verifying', total, unit: 'bytes' })
  for (const { path, facts } of files) {
    await verifyFile(path, facts, (count) => {
      context.signal.throwIfAborted()
      progress.advance(count)
    })
  }
  progress.done()
  refuseGaps(manifest, join(snapshot, DATABASE))
  return manifest
}

function filesOf(
  backup: string,
  snapshot: string,
  manifest: BackupManifest,
): { path: string; facts: FileFacts }[] {
  return [
    { path: join(snapshot, DATABASE), facts: manifest.database },
    ...manifest.documents.map((facts) => ({ path: documentFile(snapshot, facts.kind), facts })),
    ...manifest.keys.map((facts) => ({ path: keyFile(snapshot, facts.path), facts })),
    ...manifest.archives.map((facts) => ({ path: archiveFile(backup, facts.sha256), facts })),
  ]
}

async function verifyFile(path: string, stated: FileFacts, onBytes: OnBytes): Promise<void> {
  const facts = await factsOfFile(path, onBytes)
  if (facts === null) throw damaged(`${path} is missing from the backup`)
  if (sameFile(facts, stated)) return
  throw new RbeeError('digest_mismatch', `${path} is damaged: its bytes are not those that were saved`, {
    next: 'use another snapshot with --snapshot, or another backup; nothing was changed',
    details: { file: path, declared: stated.sha256, actual: facts.sha256 },
  })
}

function refuseGaps(manifest: BackupManifest, database: string): void {
  const listed = new Set([...manifest.archives.map(({ sha256 }) => sha256), ...manifest.missing])
  const gap = inspectSnapshot(database).archives.find(({ sha256 }) => !listed.has(sha256))
  if (gap) throw damaged(`The database names the archive ${gap.sha256}, which the backup leaves out`)
}
