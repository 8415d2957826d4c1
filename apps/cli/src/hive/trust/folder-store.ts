import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode, RbeeError } from '@rbee/schema'
import type { TrustStore } from '@rbee/trust/client'
import { writeTextAtomically } from '../atomic-text.ts'
import { translateDiskError } from '../disk-errors.ts'

/** What is trusted of one registry, in files of a folder. Fails with `setting_invalid` or `disk_full`. */
export function folderStore(folder: string): TrustStore {
  return {
    async read(name) {
      const path = join(folder, name)
      try {
        return await readFile(path)
      } catch (error) {
        if (hasCode(error, 'ENOENT', 'ENOTDIR')) return null
        throw hasCode(error, 'EACCES', 'EPERM') ? notReadable(path, error) : error
      }
    },
    write: (name, bytes) => writeTextAtomically(join(folder, name), bytes),
    async remove(name) {
      const path = join(folder, name)
      try {
        await rm(path, { force: true })
      } catch (error) {
        throw translateDiskError(error, path)
      }
    },
  }
}

/**
 * A store in front of another one that writes nothing there until it is told to: what an unknown registry says is not kept
 * before somebody agreed to trust it.
 */
export function heldStore(behind: TrustStore): TrustStore & { keep(): Promise<void> } {
  let held: Map<string, Uint8Array> | null = new Map()
  return {
    read: async (name) => held?.get(name) ?? (held === null ? behind.read(name) : null),
    async write(name, bytes) {
      if (held === null) await behind.write(name, bytes)
      else held.set(name, bytes)
    },
    async remove(name) {
      if (held === null) await behind.remove(name)
      else held.delete(name)
    },
    async keep() {
      for (const [name, bytes] of held ?? []) await behind.write(name, bytes)
      held = null
    },
  }
}

/** A store in front of another one that never writes there: for who only asks what would happen. */
export function layeredStore(behind: TrustStore): TrustStore {
  const layer = new Map<string, Uint8Array | null>()
  return {
    async read(name) {
      const own = layer.get(name)
      return own === undefined ? behind.read(name) : own
    },
    async write(name, bytes) {
      layer.set(name, bytes)
    },
    async remove(name) {
      layer.set(name, null)
    },
  }
}

/**
 * A store that goes on in memory where files may not be written, as for who only looks on a read-only disk: everything is
 * verified, and only what would be remembered for the next time is not.
 *
 * @param tell is called the first time, with what kept it from being written.
 */
export function forgivingStore(behind: TrustStore, tell: (problem: RbeeError) => void): TrustStore {
  const unwritten = new Map<string, Uint8Array>()
  return {
    read: async (name) => unwritten.get(name) ?? behind.read(name),
    async write(name, bytes) {
      try {
        await behind.write(name, bytes)
        unwritten.delete(name)
      } catch (error) {
        if (!(error instanceof RbeeError)) throw error
        if (unwritten.size === 0) tell(error)
        unwritten.set(name, bytes)
      }
    },
    async remove(name) {
      unwritten.delete(name)
      await behind.remove(name)
    },
  }
}

function notReadable(path: string, cause: Error & { code: string }): RbeeError {
  return new RbeeError('setting_invalid', `${path} may not be read (${cause.code})`, {
    next: 'it belongs to another user: choose another folder with --home or RBEE_HOME, or change its permissions',
    cause,
  })
}
