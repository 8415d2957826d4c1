import {
  canonicalJson,
  type KeyChange,
  type LogEntry,
  type LoggedArtifact,
  logEntrySchema,
  sha256Schema,
  type WorkerId,
} from '@rbee/schema'
import type { NumberedEvent, ReleaseRow, WorkerEventRow } from '../ports/database.ts'
import type { NewLogEntry, RegistryEvent } from '../ports/log-entries.ts'
import { sha256OfText } from '../sha256.ts'

/** The entry of a release that was published. */
export function publishEntry(release: ReleaseRow) {
  const { worker, version, input, identity, publishedAt } = release
  const artifacts = input.artifacts
    .map(
      ({ platform, variant, digest, archives }): LoggedArtifact => ({
        platform,
        variant,
        digest,
        archives: archives.map(({ sha256 }) => sha256).toSorted(),
      }),
    )
    .toSorted((a, b) => (`${a.platform}/${a.variant}` < `${b.platform}/${b.variant}` ? -1 : 1))
  return newEntry({
    kind: 'publish',
    worker,
    version,
    release: sha256Schema.parse(identity),
    artifacts,
    actor: publisherAsActor(release),
    at: timeOf(publishedAt),
  })
}

/** The entry of something that happened to a release or worker afterwards. */
export function eventEntry({ id, event }: NumberedEvent): NewLogEntry {
  return { ...newEntry(entryOfEvent(event)), event: id }
}

/** The entry of what staff did, or of a change of the registry's own keys. */
export function registryEntry({ id, body }: { readonly id: number; readonly body: string }): NewLogEntry {
  const entry = logEntrySchema.parse(JSON.parse(body))
  return { ...newEntry(entry), body, registryEvent: id }
}

/** Staff did something that concerns nobody's rows, or several workers' at once. */
export function staffEvent(
  caller: { readonly tokenId: string },
  at: number,
  { action, worker = null, reason }: { action: string; worker?: WorkerId | null; reason: string },
): RegistryEvent {
  const actor = actorOf(caller.tokenId)
  return {
    name: null,
    body: canonicalJson(
      logEntrySchema.parse({
        kind: 'staff_action',
        actor,
        at: timeOf(at),
        action,
        worker,
        version: null,
        reason,
      }),
    ),
  }
}

/** A worker's keys changed. @param change as it stands in their history. */
export function keyChangeEvent(
  caller: { readonly tokenId: string },
  worker: WorkerId,
  { change, key, at, reason }: KeyChange,
): RegistryEvent {
  const entry = logEntrySchema.parse({
    kind: 'key_change',
    actor: actorOf(caller.tokenId),
    at,
    worker,
    change: LOGGED_CHANGE[change],
    role: 'publisher',
    keys: key === null ? [] : [key.key_id],
    reason,
  })
  return { name: null, body: canonicalJson(entry) }
}

/** A reset takes all keys away and may bring one: those that are left are the entry's. */
const LOGGED_CHANGE = {
  bound: 'added',
  added: 'added',
  revoked: 'revoked',
  staff_reset: 'rotated',
} as const satisfies Record<KeyChange['change'], string>

function entryOfEvent(event: WorkerEventRow): LogEntry {
  const { kind, worker, version, reason, successor, actor, at } = event
  const common = { worker, reason, actor: actorOf(actor), at: timeOf(at) }
  switch (kind) {
    case 'yank':
    case 'unyank':
    case 'quarantine':
    case 'release_quarantine':
      if (version === null) throw new Error(`an event "${kind}" of ${worker} names no version`)
      return { kind, ...common, version }
    case 'deprecate':
      return { kind, ...common, successor }
    case 'undeprecate':
      return { kind, ...common }
    case 'confirm_security_fix':
    case 'withdraw_security_fix':
    case 'approve_transfer':
    case 'refuse_transfer':
    case 'cancel_transfer':
      return { kind: 'staff_action', action: kind, ...common, version }
    case 'transfer':
      return { kind, ...common, from: ownerAsActor(event.ownerFrom), to: ownerAsActor(event.ownerTo) }
  }
}

function newEntry(entry: LogEntry): NewLogEntry {
  return {
    kind: entry.kind,
    worker: entry.worker,
    version: 'version' in entry ? entry.version : null,
    event: null,
    body: canonicalJson(entry),
  }
}

/** Those who act without a token: the operator's own secret, the code in a mail, and the registry itself. */
const WITHOUT_TOKEN: ReadonlySet<string> = new Set(['operator', 'objection', 'registry'])

/** The repository of a trusted workflow, which is public anyway; its number where it is not too long a name. */
function publisherAsActor({ publisher, publishedBy }: ReleaseRow): string {
  if (publisher?.kind !== 'trusted_publisher') return actorOf(publishedBy)
  const name = `github:${publisher.repository}`
  return name.length <= 100 ? name : `github:${publisher.repository_id}`
}

/** Says the same of the same token, and not which it is: everybody reads the log. */
export function actorOf(tokenId: string): string {
  return WITHOUT_TOKEN.has(tokenId) ? tokenId : `token:${sha256OfText(tokenId).slice(0, 32)}`
}

/** The owner of a worker in the form of an actor. Catalogs may be places that nobody should know of. */
function ownerAsActor(owner: string | null | undefined): string {
  if (owner === null || owner === undefined) throw new Error('an event of another owner names none')
  if (owner.startsWith('token:')) return actorOf(owner.slice('token:'.length))
  return owner.startsWith('catalog:') ? 'catalog' : owner
}

function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
