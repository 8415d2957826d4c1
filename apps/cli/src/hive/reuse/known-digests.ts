import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { hasCode, type Sha256, sha256Schema, tryParseJson } from '@rbee/schema'
import { z } from 'zod'
import { writeJsonAtomically } from '../atomic-json.ts'
import type { InstalledFile } from '../disk/installed-files.ts'
import type { HiveHome } from '../home.ts'

const keptSchema = z.object({ digests: z.record(z.string(), sha256Schema) })
const READ_BYTES = 1024 * 1024

/** Digests of installed files, each of which is read once for as long as it does not change. */
export interface KnownDigests {
  /** Null for a file that is gone, or is changed meanwhile. Fails with the signal's reason. */
  digestOf(file: InstalledFile): Promise<Sha256 | null>
  /** Remembers them, and forgets those of files that are not there any more. */
  keep(installed: readonly InstalledFile[]): Promise<void>
}

/** What is remembered is not believed: it only saves a look at files that are others, and a wrong one costs a download. */
export async function openKnownDigests(home: HiveHome, signal: AbortSignal): Promise<KnownDigests> {
  const known = new Map<string, Sha256>(Object.entries(await readKept(home.fileDigests)))
  let learnt = false
  return {
    async digestOf(file) {
      const key = stampOf(file)
      const before = known.get(key)
      if (before !== undefined) return before
      const digest = await hashOf(file, signal)
      if (digest === null) return null
      known.set(key, digest)
      learnt = true
      return digest
    },
    async keep(installed) {
      if (!learnt) return
      const present = new Set(installed.map(stampOf))
      const kept = [...known].filter(([key]) => present.has(key))
      await writeJsonAtomically(home.fileDigests, { digests: Object.fromEntries(kept) })
    },
  }
}

/** The same for every name of a file, and another one when it was written to. */
export function stampOf({
  inode,
  size,
  modified,
}: Pick<InstalledFile, 'inode' | 'size' | 'modified'>): string {
  return `${inode}:${size}:${modified}`
}

/** Nothing where nothing is remembered, or it cannot be read. */
async function readKept(path: string): Promise<Readonly<Record<string, Sha256>>> {
  try {
    return keptSchema.safeParse(tryParseJson(await readFile(path, 'utf8'))).data?.digests ?? {}
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR', 'EISDIR', 'EACCES', 'EPERM')) return {}
    throw error
  }
}

async function hashOf({ path, size }: InstalledFile, signal: AbortSignal): Promise<Sha256 | null> {
  const hash = createHash('sha256')
  let read = 0
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) {
      signal.throwIfAborted()
      hash.update(chunk)
      read += chunk.length
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'EACCES', 'EPERM')) return null
    throw error
  }
  return read === size ? sha256Schema.parse(hash.digest('hex')) : null
}
