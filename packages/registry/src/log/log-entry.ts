import { canonicalJson, type LogEntry, type LoggedArtifact, sha256Schema } from '@rbee/schema'
import type { NumberedEvent, ReleaseRow, WorkerEventRow } from '../ports/database.ts'
import type { NewLogEntry } from '../ports/log-entries.ts'
import { sha256OfText } from '../sha256.ts'

/** The entry of a release that was published. */
export function publishEntry({ worker, version, input, identity, publishedAt, publishedBy }: ReleaseRow) {
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
    actor: actorOf(publishedBy),
    at: timeOf(publishedAt),
  })
}

/** The entry of something that happened to a release or worker afterwards. */
export function eventEntry({ id, event }: NumberedEvent): NewLogEntry {
  return { ...newEntry(entryOfEvent(event)), event: id }
}

function entryOfEvent({ kind, worker, version, reason, successor, actor, at }: WorkerEventRow): LogEntry {
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
      return { kind: 'staff_action', action: kind, ...common, version }
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

/** Says the same of the same token, and not which it is: everybody reads the log. */
function actorOf(tokenId: string): string {
  return tokenId === 'operator' ? tokenId : `token:${sha256OfText(tokenId).slice(0, 32)}`
}

function timeOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString()
}
