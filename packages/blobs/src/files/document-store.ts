import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type DocumentStore, documentPath, type RandomBytes, type StoredDocument } from '@rbee/registry'
import { turnsPerKey } from '../turns.ts'
import { orMissing, pathInside, writing } from './disk.ts'

/** Folder of half-written documents, on the same file system as the finished ones so that a rename is one step. */
export const TEMPORARY = 'temporary'

/**
 * Documents as files below `root`. A write is a temporary file and a rename; it is not flushed to the disk, because
 * the registry writes every document again from the database.
 *
 * Writes of one key follow each other inside this process, which makes conditional ones sound; only one process may
 * write to a folder.
 */
export function fileDocumentStore(root: string, randomBytes: RandomBytes): DocumentStore {
  const inTurn = turnsPerKey()

  async function read(path: string): Promise<StoredDocument | null> {
    const body = await orMissing(readFile(path))
    return body && { body: new Uint8Array(body.buffer, body.byteOffset, body.length), etag: etagOf(body) }
  }

  async function replace(path: string, body: Uint8Array): Promise<void> {
    const temporary = join(root, TEMPORARY, Buffer.from(randomBytes(16)).toString('hex'))
    try {
      await mkdir(dirname(path), { recursive: true })
      await writeFile(temporary, body, { flag: 'wx' })
      await rename(temporary, path)
    } catch (error) {
      await rm(temporary, { force: true })
      throw error
    }
  }

  return {
    get(key) {
      return read(pathInside(root, documentPath(key)))
    },
    put(key, body, expected) {
      const path = pathInside(root, documentPath(key))
      const copy = body.slice()
      return inTurn(path, async () => {
        if (expected !== undefined && ((await read(path))?.etag ?? null) !== expected.etag) return null
        await writing(() => replace(path, copy))
        return etagOf(copy)
      })
    },
    delete(key) {
      const path = pathInside(root, documentPath(key))
      return inTurn(path, () => rm(path, { force: true }))
    },
  }
}

/** 128 bits of SHA-256: equal for equal bytes, out of reach for a chosen collision. */
function etagOf(body: Uint8Array): string {
  return `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`
}
