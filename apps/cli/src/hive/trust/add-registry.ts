import { readFile, stat } from 'node:fs/promises'
import { hasCode, RbeeError } from '@rbee/schema'
import { readRootFile, type TrustedRoot, trustRoot } from '@rbee/trust/client'
import type { HiveHome } from '../home.ts'
import { withLock } from '../lock.ts'
import { folderStore } from './folder-store.ts'
import { readKnownRegistry, writeTrustRecord } from './known-registry.ts'

/** A root of a hundred keys takes a tenth of it. */
const MAX_BYTES = 512_000

type RootName = Pick<TrustedRoot, 'version' | 'sha256'>

export interface AddedRegistry {
  readonly registry: string
  readonly root: RootName
  /** What was trusted until now; null where nothing was, or what was is damaged. */
  readonly before: RootName | null
}

/**
 * Trusts a registry by the file of a root, in place of any other. Fails with `file_not_found`, `file_unreadable`, and as
 * `readRootFile` does.
 */
export async function addRegistry(
  home: HiveHome,
  registry: string,
  file: string,
  now: number,
): Promise<AddedRegistry> {
  const root = readRootFile(await readSmall(file))
  const before = await trustedBefore(home, registry)
  // The one that is trusted already may have led to newer ones, and what was seen since is not to be forgotten.
  await withLock(home, { trust: registry }, async () => {
    if (before?.sha256 !== root.sha256) await trustRoot(folderStore(home.trustFolder(registry)), root)
    await writeTrustRecord(home, { registry, by: 'file', since: new Date(now).toISOString() })
  })
  const { version, sha256 } = root
  return { registry, root: { version, sha256 }, before }
}

async function trustedBefore(home: HiveHome, registry: string): Promise<RootName | null> {
  try {
    const known = await readKnownRegistry(home, registry)
    return known && { version: known.root.version, sha256: known.root.sha256 }
  } catch (error) {
    // This is the cure of it.
    if (error instanceof RbeeError && error.code === 'state_damaged') return null
    throw error
  }
}

async function readSmall(path: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path)
    if (size <= MAX_BYTES) return await readFile(path)
  } catch (error) {
    if (hasCode(error, 'ENOENT', 'ENOTDIR')) {
      throw new RbeeError('file_not_found', `${path} does not exist`, {
        next: 'get the file of the root from the operator of the registry',
        cause: error,
      })
    }
    if (!hasCode(error, 'EACCES', 'EPERM', 'EISDIR')) throw error
    throw new RbeeError('file_unreadable', `${path} cannot be read (${error.code})`, { cause: error })
  }
  throw new RbeeError('file_unreadable', `${path} is too large for a root`, {
    next: 'name the file of a root, such as 1.root.json',
  })
}
