import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openFileStores } from '../../packages/blobs/src/files/index.ts'
import { openSqliteDatabase, type SqliteDatabase } from '../../packages/db/src/sqlite/index.ts'
import { type DocumentStore, type NewLogEntry, writeLog } from '../../packages/registry/src/index.ts'
import {
  checkInclusion,
  type LogSource,
  type NoteSigner,
  newSignerKey,
  parseSignerKey,
  parseTilePath,
  readCheckpoint,
  replayLog,
} from '../../packages/transparency-log/src/index.ts'
import { type Measurement, median } from '../measurement.ts'

const ENTRIES = 100_000
const BATCH = 100
/** An entry of one artifact in two compressions has about as many bytes. */
const BODY_BYTES = 480
const SINGLE = 50

/** What the transparency log takes with 100,000 entries, on SQLite and files. */
export async function log(): Promise<Measurement> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-log-'))
  const database = openSqliteDatabase(join(folder, 'catalog.sqlite'))
  try {
    const { documents } = await openFileStores(folder, (length) => new Uint8Array(randomBytes(length)))
    const logSigner = parseSignerKey(newSignerKey('bench.example', new Uint8Array(randomBytes(32))))
    const ports = { database, documents, logSigner }
    const filling = await secondsOf(() => fill(database, ENTRIES))
    const showing = await secondsOf(() => writeLog(ports))
    const singles: number[] = []
    for (let count = 0; count < SINGLE; count += 1) {
      singles.push(await secondsOf(() => fill(database, 1).then(() => writeLog(ports))))
    }
    const verifying = await verify(documents, logSigner)
    return {
      what: `A transparency log of ${ENTRIES.toLocaleString('en')} entries`,
      unit: 's',
      higherIsBetter: false,
      withoutPeers: true,
      results: [
        { name: 'append all to the database', median: filling },
        { name: 'write and sign all tiles', median: showing },
        { name: 'append and sign one more', median: median(singles) },
        { name: 'verify all from the files', median: verifying.all },
        { name: 'prove that one is in it', median: verifying.one },
      ],
    }
  } finally {
    database.close()
    await rm(folder, { recursive: true, force: true })
  }
}

async function fill(database: SqliteDatabase, count: number): Promise<void> {
  for (let start = 0; start < count; start += BATCH) {
    const length = Math.min(BATCH, count - start)
    await database.appendLog(Array.from({ length }, anEntry))
  }
}

function anEntry(): NewLogEntry {
  const body = JSON.stringify({ kind: 'staff_action', reason: randomBytes(BODY_BYTES / 2).toString('hex') })
  return { kind: 'staff_action', worker: null, version: null, event: null, body }
}

async function verify(
  documents: DocumentStore,
  { verifier }: NoteSigner,
): Promise<{ all: number; one: number }> {
  const source: LogSource = async (path) => {
    const tile = parseTilePath(path)
    const stored = await documents.get(
      tile === null ? { kind: 'log-checkpoint' } : { kind: 'log-tile', ...tile },
    )
    return stored?.body ?? null
  }
  const head = await readCheckpoint(source, verifier)
  const entries: Uint8Array[] = []
  const all = await secondsOf(async () => {
    await replayLog(source, head, { known: null, onEntry: (_, entry) => entries.push(entry) })
  })
  const times: number[] = []
  for (let index = 0; index < head.size; index += Math.floor(head.size / SINGLE)) {
    const entry = entries[index] ?? new Uint8Array()
    times.push(await secondsOf(() => checkInclusion(source, head, index, entry)))
  }
  return { all, one: median(times) }
}

async function secondsOf(work: () => Promise<void>): Promise<number> {
  const started = performance.now()
  await work()
  return (performance.now() - started) / 1000
}
