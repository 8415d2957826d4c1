import { createHash } from 'node:crypto'
import { mkdir, open, readdir, readFile, rename, rm, rmdir, stat } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { hasCode, RbeeError, type Sha256 } from '@rbee/schema'
import { z } from 'zod'
import { readJson, writeJsonAtomically } from '../atomic-json.ts'
import { writeTextAtomically } from '../atomic-text.ts'
import { translateDiskError } from '../disk-errors.ts'
import { isImmutable, mirrorPath } from './mirror-path.ts'

const STALE = '.stale.json'
const NEXT = '.next'
const PARTIAL = '.partial'
const TIMESTAMP = '/v1/tuf/timestamp.json'
const staleSchema = z.record(z.string(), z.iso.datetime())

/** A static mirror while it is brought up to date. */
export interface MirrorFolder {
  /** What lies at an address or waits for it; null for nothing. */
  read(address: string): Promise<Buffer | null>
  /** Of what lies at an address or waits for it; null for nothing. */
  size(address: string): Promise<number | null>
  /** Says that what lies there is still right. */
  keep(address: string): void
  /** Writes what never changes at once; everything else waits for {@link MirrorFolder.publish}. */
  put(address: string, bytes: Uint8Array): Promise<void>
  /** Writes an archive from where an interrupted download of it stopped. Fails with `digest_mismatch`. */
  putArchive(archive: MirroredArchive, open: (start: number) => AsyncIterable<Uint8Array>): Promise<void>
  /** Shows what waits, the timestamp last: until then clients see what was there before. */
  publish(): Promise<void>
  /** Removes what has not been right for so long. @returns how many files */
  removeStale(now: number, graceMs: number): Promise<number>
}

export interface MirroredArchive {
  readonly address: string
  readonly sha256: Sha256
  readonly size: number
}

/** Fails with `disk_full`, `setting_invalid` and `state_damaged`. */
export async function mirrorFolder(root: string): Promise<MirrorFolder> {
  const kept = new Set<string>()
  const waiting = new Map<string, string>()
  await rm(join(root, NEXT), { recursive: true, force: true })
  await make(join(root, NEXT))
  await make(join(root, PARTIAL))

  const place = (address: string): string => {
    const path = mirrorPath(root, address)
    if (path === null) throw new RbeeError('registry_invalid', `${address} is no address of a registry`)
    return path
  }
  const newest = (address: string): string => waiting.get(address) ?? place(address)
  return {
    read: async (address) => orNothing(readFile(newest(address))),
    size: async (address) => (await orNothing(stat(newest(address))))?.size ?? null,
    keep: (address) => void kept.add(place(address)),
    async put(address, bytes) {
      const path = place(address)
      kept.add(path)
      if (isImmutable(address)) return writeTextAtomically(path, bytes)
      const next = waiting.get(address) ?? join(root, NEXT, String(waiting.size))
      await writeTextAtomically(next, bytes)
      waiting.set(address, next)
    },
    async putArchive({ address, sha256, size }, opened) {
      const path = place(address)
      const partial = join(root, PARTIAL, sha256)
      try {
        await fill(partial, size, opened)
        if ((await digestOf(partial)) !== sha256) {
          await rm(partial)
          throw new RbeeError('digest_mismatch', `${address} is not what the registry signed`, {
            next: 'it was removed; try again, and tell the operator of the registry if it stays',
          })
        }
        await make(dirname(path))
        await rename(partial, path)
      } catch (error) {
        throw translateDiskError(error, path)
      }
      kept.add(path)
    },
    async publish() {
      const last = [...waiting].toSorted(([a], [b]) => Number(a === TIMESTAMP) - Number(b === TIMESTAMP))
      for (const [address] of last) await make(dirname(place(address)))
      for (const [address, next] of last) await rename(next, place(address))
      waiting.clear()
      await rm(join(root, NEXT), { recursive: true, force: true })
    },
    async removeStale(now, graceMs) {
      const file = join(root, STALE)
      const before = (await readJson(file, staleSchema, 'delete that file')) ?? {}
      const stale: Record<string, string> = {}
      let removed = 0
      for await (const path of filesBelow(join(root, 'v1'))) {
        if (kept.has(path)) continue
        const name = relative(root, path)
        const since = before[name] ?? new Date(now).toISOString()
        if (now - Date.parse(since) < graceMs) stale[name] = since
        else {
          await rm(path, { force: true })
          await removeEmpty(dirname(path))
          removed += 1
        }
      }
      await writeJsonAtomically(file, stale)
      return removed
    },
  }
}

async function make(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true })
  } catch (error) {
    throw translateDiskError(error, folder)
  }
}

async function fill(
  path: string,
  size: number,
  opened: (start: number) => AsyncIterable<Uint8Array>,
): Promise<void> {
  const there = (await orNothing(stat(path)))?.size ?? 0
  const start = there > size ? 0 : there
  await using file = await open(path, start === there && there > 0 ? 'a' : 'w')
  if (start < size) for await (const chunk of opened(start)) await file.writeFile(chunk)
  await file.sync()
}

async function digestOf(path: string): Promise<string> {
  const hash = createHash('sha256')
  await using file = await open(path)
  for await (const chunk of file.createReadStream({ autoClose: false })) hash.update(chunk)
  return hash.digest('hex')
}

async function orNothing<Result>(work: Promise<Result>): Promise<Result | null> {
  try {
    return await work
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR')) return null
    throw error
  }
}

async function* filesBelow(folder: string): AsyncGenerator<string> {
  for (const entry of (await orNothing(readdir(folder, { withFileTypes: true }))) ?? []) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) yield* filesBelow(path)
    else yield path
  }
}

async function removeEmpty(folder: string): Promise<void> {
  try {
    await rmdir(folder)
  } catch (error) {
    if (!hasCode(error, 'ENOTEMPTY', 'EEXIST', 'ENOENT')) throw error
  }
}
