import { type Revocation, type Revocations, revocationsSchema } from '@rbee/schema'
import { z } from 'zod'
import { readJson, writeJsonAtomically } from '../atomic-json.ts'
import type { HiveHome } from '../home.ts'
import type { InstalledBuild } from '../installed.ts'

/** The last list of quarantined releases that a registry gave, as it lies in the home folder. */
const keptListSchema = z.object({
  registry: z.string(),
  /** When the registry last said that this is its list. */
  fetched_at: z.iso.datetime(),
  etag: z.string().nullable(),
  list: revocationsSchema,
  /** Whether it is what the registry signed; one that is not gives way to any that is. */
  signed: z.boolean().default(false),
})
export type KeptList = z.infer<typeof keptListSchema>

/** Null where none was fetched yet. Fails with `state_damaged`. */
export function readKeptList(home: HiveHome, registry: string): Promise<KeptList | null> {
  const cure = 'delete that file; it is fetched again when a worker is started, or with: rbee-hive audit'
  return readJson(home.revocationsFile(registry), keptListSchema, cure)
}

export async function keepList(home: HiveHome, kept: KeptList): Promise<void> {
  await writeJsonAtomically(home.revocationsFile(kept.registry), kept)
}

/** What is installed, as a list may name it. */
type Named = Pick<InstalledBuild, 'version' | 'digest'> & { readonly id: string }

/** The entry that forbids a build to run: that of its release, or of its very bytes under another name. Null for none. */
export function revocationOf(list: Revocations, { id, version, digest }: Named): Revocation | null {
  const own = list.releases.find((one) => one.worker === id && one.version === version)
  return own ?? list.releases.find(({ digests }) => digests.includes(digest)) ?? null
}

/** Whether the list still says what is quarantined, as it states itself. */
export function isExpired({ expires_at }: Revocations, now: number): boolean {
  return now >= Date.parse(expires_at)
}
