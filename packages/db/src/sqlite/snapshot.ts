import { RbeeError, type Sha256, sha256Schema } from '@rbee/schema'
import { z } from 'zod'
import { bodyOf } from '../bodies.ts'
import { DatabaseSync } from './engine.ts'
import { failureOf, isBusy } from './failures.ts'
import { migrate, refuseNewer } from './migrate.ts'
import { inTransaction } from './transaction.ts'

/** An archive that a database takes for stored. */
export interface KnownArchive {
  readonly sha256: Sha256
  /** In bytes. */
  readonly size: number
}

/** What a snapshot needs to be served, and how much it holds. */
export interface SnapshotContents {
  readonly archives: readonly KnownArchive[]
  readonly workers: number
  readonly releases: number
}

/**
 * Writes all rows of the SQLite file `file`, as of one moment, into the new file `target`. Other processes may write to
 * `file` meanwhile: one read transaction sees nothing of it, where SQLite's backup API would begin again with every change.
 * The file is not flushed to the disk. Fails with `disk_full` and `state_damaged`.
 */
export function writeSnapshot(file: string, target: string): void {
  withFile(file, { readOnly: true }, (sqlite) => {
    sqlite.exec('PRAGMA busy_timeout = 5000')
    sqlite.prepare('VACUUM INTO ?').run(target)
  })
}

/**
 * Checks every page and reference of a snapshot and lists what it names; the file stays as it is. Fails with
 * `state_damaged`, and with `setting_invalid` when it was made by a newer version.
 */
export function inspectSnapshot(file: string): SnapshotContents {
  return withFile(file, { readOnly: true }, (sqlite) => {
    checkIntegrity(sqlite, file)
    refuseNewer(sqlite)
    const archives = new Map<Sha256, KnownArchive>()
    for (const archive of [...storedArchives(sqlite), ...releasedArchives(sqlite)]) {
      archives.set(archive.sha256, archive)
    }
    return {
      archives: [...archives.values()],
      workers: countOf(sqlite, 'workers'),
      releases: countOf(sqlite, 'releases'),
    }
  })
}

/**
 * Makes a copy of a snapshot the database of a server whose documents are all still to be written: every worker is due.
 * Uploads end, as their parts were not saved, and archives other than `stored` are forgotten.
 */
export function prepareRestored(file: string, stored: ReadonlySet<Sha256>): void {
  withFile(file, {}, (sqlite) => {
    migrate(sqlite)
    inTransaction(sqlite, 'IMMEDIATE', () => {
      for (const table of ['upload_parts', 'uploads', 'sync_bodies', 'syncs']) {
        sqlite.exec(`DELETE FROM ${table}`)
      }
      sqlite.exec('INSERT INTO due (worker) SELECT id FROM workers')
      // A number that no document shows, so that every one is due.
      sqlite.exec('UPDATE downloads_by_worker SET documented = -1')
      const forget = sqlite.prepare('DELETE FROM blobs WHERE sha256 = ?')
      for (const { sha256 } of storedArchives(sqlite)) if (!stored.has(sha256)) forget.run(sha256)
    })
  })
}

/** Ends the use of a database and puts everything into its one file. Fails with `busy` while a process has it open. */
export function closeForGood(file: string): void {
  withFile(file, {}, (sqlite) => {
    try {
      // SQLite gives up the write-ahead log only when nobody else has the file open.
      sqlite.exec('PRAGMA journal_mode = DELETE')
    } catch (cause) {
      if (!isBusy(cause)) throw cause
      throw new RbeeError('busy', `Another process has ${file} open`, {
        next: 'stop the server first',
        cause,
      })
    }
  })
}

function withFile<T>(file: string, options: { readOnly?: boolean }, work: (sqlite: DatabaseSync) => T): T {
  const sqlite = new DatabaseSync(file, options)
  try {
    return work(sqlite)
  } catch (error) {
    throw failureOf(error)
  } finally {
    sqlite.close()
  }
}

function checkIntegrity(sqlite: DatabaseSync, file: string): void {
  const rows = sqlite.prepare('PRAGMA integrity_check(1)').all()
  const findings = rows.map((row) => String(row.integrity_check)).filter((finding) => finding !== 'ok')
  const orphans = sqlite.prepare('PRAGMA foreign_key_check').all()
  findings.push(...orphans.map(({ table, parent }) => `a row of ${table} has no row of ${parent}`))
  if (findings.length === 0) return
  throw new RbeeError('state_damaged', `The database ${file} is damaged: ${findings[0]}`)
}

function storedArchives(sqlite: DatabaseSync): KnownArchive[] {
  return z.array(knownArchiveSchema).parse(sqlite.prepare('SELECT sha256, size FROM blobs').all())
}

const knownArchiveSchema = z.object({ sha256: sha256Schema, size: z.number() })
const releaseRowSchema = z.object({ release: z.string(), body: z.string() })
const releasedSchema = z.object({ artifacts: z.array(z.object({ archives: z.array(knownArchiveSchema) })) })

/** A database that was filled again from documents knows its releases, and not what was stored for them. */
function releasedArchives(sqlite: DatabaseSync): KnownArchive[] {
  const rows = sqlite
    .prepare(
      "SELECT worker || ' ' || version AS release, body FROM release_bodies ORDER BY worker, version, part",
    )
    .all()
  const parts = Map.groupBy(z.array(releaseRowSchema).parse(rows), ({ release }) => release)
  return [...parts.values()]
    .flatMap((body) => releasedSchema.parse(bodyOf(body)).artifacts)
    .flatMap(({ archives }) => archives)
}

function countOf(sqlite: DatabaseSync, table: 'workers' | 'releases'): number {
  return Number(sqlite.prepare(`SELECT count(*) AS count FROM ${table}`).get()?.count)
}
