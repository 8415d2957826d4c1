import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hasCode, RbeeError } from '@rbee/schema'
import { readRootFile, type TrustedRoot } from '@rbee/trust/client'
import { z } from 'zod'
import { readJson, writeJsonAtomically } from '../atomic-json.ts'
import { translateDiskError } from '../disk-errors.ts'
import type { HiveHome } from '../home.ts'
import { withLock } from '../lock.ts'
import { namesIn } from '../names-in.ts'
import { folderStore } from './folder-store.ts'

const RECORD = 'registry.json'

/** Since when a registry is trusted, and on whose word. */
const trustRecordSchema = z.object({
  registry: z.string(),
  /** `file`: a root was handed over; `first_use`: whoever answered first was believed. */
  by: z.enum(['file', 'first_use']),
  since: z.iso.datetime(),
})
export type TrustRecord = z.infer<typeof trustRecordSchema>

/** A registry that is trusted here. */
export interface KnownRegistry {
  readonly record: TrustRecord
  readonly root: TrustedRoot
}

/**
 * What is trusted of a registry; null where nothing is. Fails with `state_damaged`: a root that is gone or cannot be read must
 * not lead to trusting whoever answers next.
 */
export async function readKnownRegistry(home: HiveHome, registry: string): Promise<KnownRegistry | null> {
  const folder = home.trustFolder(registry)
  const cure = `put it in order with: rbee-hive trust add ${registry} --root FILE`
  const record = await readJson(join(folder, RECORD), trustRecordSchema, cure)
  const bytes = await folderStore(folder).read('root.json')
  if (record === null) return null
  if (bytes === null) throw damaged(join(folder, 'root.json'), 'it is gone', cure)
  try {
    return { record, root: readRootFile(bytes) }
  } catch (error) {
    if (!(error instanceof RbeeError)) throw error
    throw damaged(join(folder, 'root.json'), error.message, cure)
  }
}

/** The last thing that is written of a registry that becomes known. */
export async function writeTrustRecord(home: HiveHome, record: TrustRecord): Promise<void> {
  await writeJsonAtomically(join(home.trustFolder(record.registry), RECORD), record)
}

/** The addresses of all registries that are known, or were before something was damaged. */
export async function listKnownRegistries(home: HiveHome): Promise<KnownRegistry[]> {
  const known: KnownRegistry[] = []
  for (const name of await namesIn(home.trust)) {
    const record = await readJson(join(home.trust, name, RECORD), trustRecordSchema, 'delete that folder')
    const registry = record && (await readKnownRegistry(home, record.registry))
    if (registry !== null) known.push(registry)
  }
  return known.toSorted((a, b) => (a.record.registry < b.record.registry ? -1 : 1))
}

/** @returns whether anything was known of it. */
export async function forgetRegistry(home: HiveHome, registry: string): Promise<boolean> {
  const folder = home.trustFolder(registry)
  return withLock(home, { trust: registry }, async () => {
    try {
      await rm(folder, { recursive: true })
      return true
    } catch (error) {
      if (hasCode(error, 'ENOENT')) return false
      throw translateDiskError(error, folder)
    }
  })
}

function damaged(path: string, what: string, cure: string): RbeeError {
  return new RbeeError('state_damaged', `${path} is damaged: ${what}`, { next: cure })
}
