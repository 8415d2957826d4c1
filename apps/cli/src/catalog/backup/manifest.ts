import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeIssues, RbeeError, type Sha256, sha256Schema } from '@rbee/schema'
import { z } from 'zod'

/** The file of a snapshot that says what belongs to it. */
export const MANIFEST = 'backup.json'
/** The copy of the database in a snapshot. */
export const DATABASE = 'catalog.sqlite'

const fileSchema = z.strictObject({ size: z.int().nonnegative(), sha256: sha256Schema })

/** Documents that are made from no row, so that they are saved as they are. */
export const savedDocumentSchema = z.enum(['catalog-status', 'programs'])
export type SavedDocument = z.infer<typeof savedDocumentSchema>

/** Below the folder of keys: plain names, so that no restore writes anywhere else. */
const keyPathSchema = z
  .string()
  .max(200)
  .regex(/^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*\/){0,3}[A-Za-z0-9_-][A-Za-z0-9._-]*$/, 'is not the path of a key')

const manifestSchema = z.strictObject({
  format: z.literal('rbee-catalog-backup/1', { error: 'is not a backup that this version can read' }),
  created_at: z.iso.datetime(),
  /** Of the program that made it. */
  version: z.string(),
  workers: z.int().nonnegative(),
  releases: z.int().nonnegative(),
  database: fileSchema,
  documents: z.array(fileSchema.extend({ kind: savedDocumentSchema })),
  archives: z.array(fileSchema),
  /** The server's own keys; without them clients would not believe what was restored. Left out by earlier versions. */
  keys: z
    .array(fileSchema.extend({ path: keyPathSchema }))
    .max(1_000)
    .default([]),
  /** Archives that the database knows and the store did not have, or had with other bytes. */
  missing: z.array(sha256Schema),
})

/** What a snapshot holds, with the digest of every file: the only list that a restore believes. */
export type BackupManifest = z.infer<typeof manifestSchema>
/** Size in bytes and digest of a file. */
export type FileFacts = z.infer<typeof fileSchema>

/** Fails with `state_damaged`, which names the file. */
export async function readManifest(snapshot: string): Promise<BackupManifest> {
  const path = join(snapshot, MANIFEST)
  const result = manifestSchema.safeParse(parsed(await readFile(path, 'utf8'), path))
  if (result.success) return result.data
  throw damaged(`${path} is damaged: ${describeIssues(result.error)}`)
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw damaged(`${path} is damaged: it is not JSON`, cause)
  }
}

/** A backup that must not be used. */
export function damaged(message: string, cause?: unknown): RbeeError {
  return new RbeeError('state_damaged', message, {
    next: 'use another snapshot with --snapshot, or another backup; nothing was changed',
    cause,
  })
}

/** Where a snapshot keeps a document. */
export function documentFile(snapshot: string, kind: SavedDocument): string {
  return join(snapshot, 'documents', `${kind}.json`)
}

/** Where a snapshot keeps a file of the folder with the server's keys. */
export function keyFile(snapshot: string, path: string): string {
  return join(snapshot, 'keys', path)
}

/** Where a backup keeps an archive, once for all its snapshots. */
export function archiveFile(backup: string, sha256: Sha256): string {
  return join(backup, 'archives', sha256.slice(0, 2), sha256)
}
