import { createHash } from 'node:crypto'
import { mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setImmediate } from 'node:timers/promises'
import {
  type DocumentStore,
  documentPath,
  type Expectation,
  type RandomBytes,
  type StoredDocument,
} from '@rbee/registry'
import { hasCode } from '@rbee/schema'
import { turnsPerKey } from '../turns.ts'
import { orMissing, pathInside, writing } from './disk.ts'

/** Folder of half-written documents, on the same file system as the finished ones so that a rename is one step. */
export const TEMPORARY = 'temporary'

/**
 * Up to this size a document is written without handing each step to another thread, which would take several times as
 * long as the step: the first sync of a catalog of 10,000 workers writes 100,000 documents.
 */
const SMALL_BYTES = 64 * 1024
/** Small documents after which requests get a turn, at some ten microseconds each. */
const SMALL_AT_ONCE = 32

/**
 * Documents as files below `root`. A write is a temporary file and a rename; it is not flushed to the disk, because
 * the registry writes every document again from the database.
 *
 * Writes of one key follow each other inside this process, which makes conditional ones sound; only one process may
 * write to a folder.
 */
export function fileDocumentStore(root: string, randomBytes: RandomBytes): DocumentStore {
  const inTurn = turnsPerKey()
  /** Names of temporary files: no two of this process or of an earlier one are the same. */
  const run = Buffer.from(randomBytes(16)).toString('hex')
  let files = 0

  async function read(path: string): Promise<StoredDocument | null> {
    const body = await orMissing(readFile(path))
    return body && { body: new Uint8Array(body.buffer, body.byteOffset, body.length), etag: etagOf(body) }
  }

  async function holds(path: string, expected: Expectation): Promise<boolean> {
    if (expected.etag === null) return statSync(path, { throwIfNoEntry: false }) === undefined
    return (await read(path))?.etag === expected.etag
  }

  function temporaryFile(): string {
    files += 1
    return join(root, TEMPORARY, `${run}-${files}`)
  }

  async function replace(path: string, body: Uint8Array): Promise<void> {
    const temporary = temporaryFile()
    try {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(temporary, body, { flag: 'wx' })
      await rename(temporary, path)
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
  }

  async function replaceSmall(path: string, body: Uint8Array): Promise<void> {
    const temporary = temporaryFile()
    try {
      writeFileSync(temporary, body, { flag: 'wx' })
      moveInto(temporary, path)
    } catch (error) {
      rmSync(temporary, { force: true })
      throw error
    }
    if (files % SMALL_AT_ONCE === 0) await setImmediate()
  }

  return {
    get(key) {
      return read(pathInside(root, documentPath(key)))
    },
    put(key, body, expected) {
      const path = pathInside(root, documentPath(key))
      const copy = body.slice()
      return inTurn(path, async () => {
        if (expected !== undefined && !(await holds(path, expected))) return null
        await writing(() => (copy.length <= SMALL_BYTES ? replaceSmall(path, copy) : replace(path, copy)))
        return etagOf(copy)
      })
    },
    delete(key) {
      const path = pathInside(root, documentPath(key))
      return inTurn(path, () => rm(path, { force: true }))
    },
  }
}

/** A worker's first document finds no folder, and all others do. */
function moveInto(temporary: string, path: string): void {
  try {
    renameSync(temporary, path)
  } catch (error) {
    if (!hasCode(error, 'ENOENT')) throw error
    mkdirSync(dirname(path), { recursive: true })
    renameSync(temporary, path)
  }
}

/** 128 bits of SHA-256: equal for equal bytes, out of reach for a chosen collision. */
function etagOf(body: Uint8Array): string {
  return `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`
}
