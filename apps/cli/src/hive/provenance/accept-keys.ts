import { continuesHistory } from '@rbee/provenance'
import { type KeyChange, RbeeError, type WorkerId } from '@rbee/schema'
import type { CommandContext } from '../../program/command.ts'
import type { HiveHome } from '../home.ts'
import { idsOf, type KeptKeys, readKeptKeys, replaceKeys } from './kept-keys.ts'
import { type KeysQuestion, signedKeys } from './signed-keys.ts'

export interface AcceptRequest extends KeysQuestion {
  readonly home: HiveHome
  readonly registry: string
  /** Agree without being asked. */
  readonly yes: boolean
}

/** What became of the keys of a worker. */
export interface AcceptedKeys {
  readonly worker: WorkerId
  readonly registry: string
  /** `current`: there was nothing to agree to. */
  readonly status: 'accepted' | 'current'
  /** Ids of the keys that were valid when they were seen last; null where none were seen. */
  readonly before: readonly string[] | null
  readonly now: readonly string[]
  /** What the registry did without the publisher's signature since. */
  readonly resets: readonly { readonly at: string; readonly reason: string }[]
  /** Whether the history is another one altogether, and not the known one with more behind it. */
  readonly rewritten: boolean
}

/**
 * Takes the keys that a registry names for a worker in place of the known ones, after somebody agreed who was shown both.
 * Fails with `registry_unsigned`, `usage` where nobody can be asked, `publisher_key_changed` where they do not agree, and as
 * {@link signedKeys}.
 */
export async function acceptKeys(
  request: AcceptRequest,
  surroundings: Pick<CommandContext, 'terminal' | 'ask' | 'quiet' | 'clock' | 'signal'>,
): Promise<AcceptedKeys> {
  const { home, registry, worker } = request
  const history = await signedKeys(request)
  if (history === null) {
    throw new RbeeError('registry_unsigned', `${registry} signs nothing, and so names no keys of ${worker}`)
  }
  const known = await readKeptKeys(home, registry, worker)
  const changes = known?.history.changes ?? []
  const rewritten = !continuesHistory(changes, history.changes)
  const resets =
    known === null ? [] : resetsIn(rewritten ? history.changes : history.changes.slice(changes.length))
  const isChanged = rewritten || resets.length > 0
  const outcome: AcceptedKeys = {
    worker,
    registry,
    status: isChanged ? 'accepted' : 'current',
    before: known === null ? null : idsOf(known.history),
    now: idsOf(history),
    resets,
    rewritten,
  }
  if (isChanged) await agree(request, outcome, known, surroundings)
  if (isChanged || history.changes.length > 0) {
    // What the log holds by now was published before, as far as anybody can tell here.
    const seenAt = new Date(surroundings.clock()).toISOString()
    await replaceKeys(home, registry, { history, logSize: null, seenAt })
  }
  return outcome
}

function resetsIn(changes: readonly KeyChange[]): AcceptedKeys['resets'] {
  return changes.flatMap(({ change, at, reason }) => (change === 'staff_reset' ? [{ at, reason }] : []))
}

async function agree(
  { yes }: AcceptRequest,
  { worker, registry, now, resets, rewritten }: AcceptedKeys,
  known: KeptKeys | null,
  { terminal, ask, quiet, signal }: Parameters<typeof acceptKeys>[1],
): Promise<void> {
  const before = known === null ? [] : idsOf(known.history)
  terminal.warn(`the keys of ${worker} at ${registry} changed without the signature of its publisher`)
  if (rewritten) terminal.info('  the whole history of its keys is another one than was seen before')
  for (const { at, reason } of resets)
    terminal.info(`  reset by the registry on ${at.slice(0, 10)}: ${reason}`)
  for (const id of before) terminal.info(`  known  ${id}`)
  for (const id of now) terminal.info(`  now    ${id}`)
  if (now.length === 0) terminal.info('  now    no key: its releases need not be signed any more')
  if (yes) return
  const again = `rbee-hive trust accept-keys ${worker} --yes`
  if (ask === null || quiet) {
    throw new RbeeError('usage', 'nobody is here to agree to these keys', {
      next: `compare them with what the publisher says, and then: ${again}`,
    })
  }
  const answer = await ask(
    'Compare them with what its publisher says elsewhere. Take these from now on? [y/N] ',
  )
  signal.throwIfAborted()
  if (/^y(?:es)?$/i.test(answer.trim())) return
  throw new RbeeError('publisher_key_changed', `the keys of ${worker} were not accepted`, {
    next: 'nothing was changed; ask its publisher which keys are theirs',
    details: { worker, before, now },
  })
}
