import { Buffer } from 'node:buffer'
import { join } from 'node:path'
import type { TreeHead } from '@rbee/transparency-log'
import { z } from 'zod'
import { readJson, writeJsonAtomically } from '../atomic-json.ts'
import type { HiveHome } from '../home.ts'
import { withLock } from '../lock.ts'

/** What the log of a registry was when something of it was installed last. */
const keptLogSchema = z.object({
  registry: z.string(),
  /** The key that it is signed with, as NAME+ID+BASE64. */
  key: z.string(),
  size: z.int().nonnegative(),
  /** Base64, as in a checkpoint. */
  root: z.base64(),
  seen_at: z.iso.datetime(),
})

export interface KeptLog extends TreeHead {
  readonly key: string
  /** RFC 3339. */
  readonly seenAt: string
}

/** Null where none was seen. Fails with `state_damaged`: what was seen must not be forgotten without anybody's knowledge. */
export async function readKeptLog(home: HiveHome, registry: string): Promise<KeptLog | null> {
  const cure = `restore that file; or forget all that was seen of the registry with: rbee-hive trust remove ${registry}`
  const kept = await readJson(fileOf(home, registry), keptLogSchema, cure)
  if (kept === null) return null
  const { key, size, root, seen_at } = kept
  return { key, size, root: new Uint8Array(Buffer.from(root, 'base64')), seenAt: seen_at }
}

/**
 * Keeps what was seen of a log, unless another run kept something else since it was compared with `before`. Fails with
 * `disk_full` and `setting_invalid`.
 *
 * @returns what is kept now: anything else than `log` has to be compared with it first.
 */
export function keepLog(
  home: HiveHome,
  registry: string,
  log: KeptLog,
  before: KeptLog | null,
): Promise<KeptLog> {
  return withLock(home, { trust: registry }, async () => {
    const now = await readKeptLog(home, registry)
    if (now !== null && !isSame(now, before)) return now
    const { key, size, root, seenAt } = log
    await writeJsonAtomically(fileOf(home, registry), {
      registry,
      key,
      size,
      root: Buffer.from(root).toString('base64'),
      seen_at: seenAt,
    } satisfies z.input<typeof keptLogSchema>)
    return log
  })
}

function isSame(a: KeptLog, b: KeptLog | null): boolean {
  return b !== null && a.key === b.key && a.size === b.size && Buffer.compare(a.root, b.root) === 0
}

/** `log.json` is what the registry signed. */
function fileOf(home: HiveHome, registry: string): string {
  return join(home.trustFolder(registry), 'seen-log.json')
}
