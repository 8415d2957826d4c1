import { createHash } from 'node:crypto'
import { dirname, join } from 'node:path'
import {
  canonicalJson,
  digestSchema,
  platformSchema,
  RbeeError,
  type ReleaseDocument,
  releaseDocumentSchema,
  variantNameSchema,
  versionSchema,
  type WorkerId,
  workerIdSchema,
} from '@rbee/schema'
import { z } from 'zod'
import { variantOfAddress } from '../address.ts'
import { readJson, writeJsonAtomically } from '../atomic-json.ts'
import { makeFolder } from '../disk-errors.ts'
import type { HiveHome } from '../home.ts'
import { withLock } from '../lock.ts'

/** What was decided for one worker, and all that another host needs to decide the same for itself. */
export const lockedWorkerSchema = z.object({
  version: versionSchema,
  registry: z.string(),
  /** What the user asked for; null where it was left to the program. */
  policy: z.object({ version: versionSchema.nullable(), variant: variantNameSchema.nullable() }),
  /** What came of it on the host that wrote the file, and why. */
  chosen: z.object({
    variant: z.string(),
    platform: platformSchema,
    digest: digestSchema,
    reason: z.string(),
  }),
  /** Every variant with its requirements and the digest of each of its artifacts. */
  release: releaseDocumentSchema,
})
export type LockedWorker = z.infer<typeof lockedWorkerSchema>

/**
 * The file travels between machines, through editors, merges and disks. Its checksum keeps a byte that changed on the way from
 * being read as a decision. Whoever means to change the file takes the checksum out.
 */
const rbeeLockSchema = z
  .strictObject({
    lock_version: z.literal(1),
    checksum: digestSchema.optional(),
    workers: z.record(z.string(), z.unknown()),
  })
  .refine(({ checksum, workers }) => checksum === undefined || checksum === checksumOf(workers), {
    error: 'it is not what was written: its checksum differs',
  })
  .transform(({ workers }) => ({ workers }))
  .pipe(z.object({ workers: z.partialRecord(workerIdSchema, lockedWorkerSchema) }))

/** The lock file of a home folder: it names everything that is installed there. */
export function homeLock(home: HiveHome): string {
  return join(home.root, 'rbee.lock')
}

/**
 * What the file says of the worker that an address means. Null where it does not name it, or does not exist. Fails with
 * `state_damaged`.
 */
export async function readLocked(path: string, address: string): Promise<LockedWorker | null> {
  const workers = Object.values((await read(path))?.workers ?? {}).filter((worker) => worker !== undefined)
  const locked =
    workers.find(({ release }) => release.worker === address) ??
    workers.find(({ release }) => variantOfAddress(address, release) !== null)
  if (locked === undefined) return null
  const { release, version, chosen } = locked
  const named = release.variants
    .find(({ name }) => name === chosen.variant)
    ?.artifacts.find(({ platform }) => platform === chosen.platform)
  if (release.version === version && named?.digest === chosen.digest) return locked
  throw new RbeeError('state_damaged', `${path} contradicts itself about ${release.worker}`, { next: CURE })
}

/** Puts what was decided for a worker into the file, beside what it says of others; null takes it out. */
export async function writeLocked(
  path: string,
  id: WorkerId,
  locked: LockedWorker | null,
  home: HiveHome,
): Promise<void> {
  // Two installations of different workers change the same file.
  await withLock(home, { lockFile: path }, async () => {
    const before = await read(path)
    if (locked === null && before?.workers[id] === undefined) return
    const { [id]: _, ...others } = before?.workers ?? {}
    const all = locked === null ? others : { ...others, [id]: locked }
    const workers = Object.fromEntries(Object.entries(all).toSorted(([a], [b]) => (a < b ? -1 : 1)))
    await makeFolder(dirname(path))
    await writeJsonAtomically(path, { lock_version: 1, checksum: checksumOf(workers), workers })
  })
}

/** Every artifact of a release: `cuda linux-x86_64` and its digest. */
export function digestsOf({ variants }: ReleaseDocument): ReadonlyMap<string, string> {
  return new Map(
    variants.flatMap(({ name, artifacts }) =>
      artifacts.map(({ platform, digest }) => [`${name} ${platform}`, digest] as const),
    ),
  )
}

/** As `sha256:` and hex digits, of the canonical JSON: a file that was only laid out anew is the same. */
function checksumOf(workers: unknown): string {
  return `sha256:${createHash('sha256').update(canonicalJson(workers)).digest('hex')}`
}

const CURE = 'delete that file; installing without --locked writes it anew'

function read(path: string) {
  return readJson(path, rbeeLockSchema, CURE)
}
