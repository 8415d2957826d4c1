import { join } from 'node:path'
import { continuesHistory, type KeyHistory, readHistory, validKeys } from '@rbee/provenance'
import { keyChangeSchema, RbeeError, type WorkerId } from '@rbee/schema'
import { z } from 'zod'
import { readJson, writeJsonAtomically } from '../atomic-json.ts'
import type { HiveHome } from '../home.ts'
import { withLock } from '../lock.ts'

/** The publisher's keys of a worker as they were when something of it was installed last. */
const keptKeysSchema = z.object({
  registry: z.string(),
  worker: z.string(),
  history: z.array(keyChangeSchema),
  /** Entries of the registry's log then; null for a registry without one. What is logged behind them was published later. */
  log_size: z.int().nonnegative().nullable(),
  seen_at: z.iso.datetime(),
})

export interface KeptKeys {
  readonly history: KeyHistory
  readonly logSize: number | null
  /** RFC 3339. */
  readonly seenAt: string
}

/** Null where no keys were seen. Fails with `state_damaged`: keys must not be forgotten without anybody's knowledge. */
export async function readKeptKeys(
  home: HiveHome,
  registry: string,
  worker: WorkerId,
): Promise<KeptKeys | null> {
  const path = fileOf(home, registry, worker)
  const cure = `restore that file; or, if you know the publisher's keys from elsewhere, delete it`
  const kept = await readJson(path, keptKeysSchema, cure)
  if (kept === null) return null
  try {
    const history = readHistory(worker, kept.history)
    return { history, logSize: kept.log_size, seenAt: kept.seen_at }
  } catch (error) {
    if (!(error instanceof RbeeError)) throw error
    throw new RbeeError('state_damaged', `${path} is damaged: ${error.message}`, { next: cure, cause: error })
  }
}

/**
 * Keeps the keys of a worker. Fails with `publisher_key_changed` where another run kept others meanwhile, and with `disk_full`
 * and `setting_invalid`.
 */
export function keepKeys(home: HiveHome, registry: string, keys: KeptKeys): Promise<void> {
  const { worker, changes } = keys.history
  return withLock(home, { trust: registry }, async () => {
    const now = await readKeptKeys(home, registry, worker)
    if (now !== null && continuesHistory(changes, now.history.changes) && isLater(now, keys)) return
    assertContinued(now, keys.history)
    await writeKeys(home, registry, keys)
  })
}

/** Keeps the keys of a worker in place of any others: somebody agreed to it. */
export function replaceKeys(home: HiveHome, registry: string, keys: KeptKeys): Promise<void> {
  return withLock(home, { trust: registry }, () => writeKeys(home, registry, keys))
}

/**
 * Fails with `publisher_key_changed` where the history is not the known one with changes behind it that the publisher signed.
 */
export function assertContinued(known: KeptKeys | null, history: KeyHistory): void {
  if (known === null) return
  const { worker, changes } = known.history
  if (!continuesHistory(changes, history.changes)) {
    throw changed(known, history, `the history of the keys of ${worker} is not the one that was seen before`)
  }
  const reset = history.changes.slice(changes.length).find(({ change }) => change === 'staff_reset')
  if (reset === undefined) return
  const why = `the registry reset the keys of ${worker} on ${reset.at.slice(0, 10)}: ${reset.reason}`
  throw changed(known, history, why)
}

function changed(known: KeptKeys, now: KeyHistory, why: string): RbeeError {
  const { worker } = known.history
  return new RbeeError('publisher_key_changed', why, {
    next: `nothing was changed; ask its publisher which keys are theirs, and if these are: rbee-hive trust accept-keys ${worker}`,
    details: { worker, before: idsOf(known.history), now: idsOf(now) },
  })
}

/** Of the keys that are valid now. */
export function idsOf(history: KeyHistory): string[] {
  return validKeys(history).map(({ key_id }) => key_id)
}

function isLater(a: KeptKeys, b: KeptKeys): boolean {
  return (a.logSize ?? 0) >= (b.logSize ?? 0)
}

function writeKeys(home: HiveHome, registry: string, { history, logSize, seenAt }: KeptKeys): Promise<void> {
  const { worker, changes } = history
  const kept: z.input<typeof keptKeysSchema> = {
    registry,
    worker,
    history: [...changes],
    log_size: logSize,
    seen_at: seenAt,
  }
  return writeJsonAtomically(fileOf(home, registry, worker), kept)
}

function fileOf(home: HiveHome, registry: string, worker: WorkerId): string {
  return join(home.trustFolder(registry), 'publishers', `${worker}.json`)
}
