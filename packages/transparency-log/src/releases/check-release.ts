import { type LogEntry, RbeeError, type ReleaseDocument, type WorkerLog } from '@rbee/schema'
import { checkInclusion } from '../client/checks.ts'
import type { LogSource } from '../client/log-source.ts'
import type { TreeHead } from '../merkle/proofs.ts'
import { artifactsOf, sameArtifacts } from './logged-artifacts.ts'
import { parseEntry } from './parse-entry.ts'

/** The entry that publishes a release, and its place in the log. */
export interface ReleaseEntry {
  readonly index: number
  readonly entry: Extract<LogEntry, { kind: 'publish' }>
}

/**
 * Checks that the log publishes a release with exactly the bytes that its document names. Fails with
 * `log_release_unlogged` where no entry of the signed log does, with `log_release_altered` where it names other bytes, and as
 * {@link checkInclusion}; with `log_invalid` where the list contradicts the entry.
 *
 * @param head the signed tree head; one that is older than the release does not hold it yet.
 * @param log where the registry says that the entries of the release stand; not believed.
 */
export async function checkRelease(
  source: LogSource,
  head: TreeHead,
  release: Pick<ReleaseDocument, 'worker' | 'version' | 'variants'>,
  log: WorkerLog,
): Promise<ReleaseEntry> {
  const name = `${release.worker}@${release.version}`
  if (log.worker !== release.worker) throw contradicted(name)
  for (const { index, kind, version, entry: text } of log.entries) {
    const bytes = new TextEncoder().encode(text)
    const entry = parseEntry(bytes)
    if (entry?.kind !== 'publish') continue
    if (entry.worker !== release.worker || entry.version !== release.version) continue
    await checkInclusion(source, head, index, bytes)
    if (kind !== entry.kind || version !== entry.version) throw contradicted(name)
    if (sameArtifacts(entry.artifacts, artifactsOf(release))) return { index, entry }
    throw new RbeeError(
      'log_release_altered',
      `The log publishes ${name} with other bytes (entry ${index})`,
      {
        details: { index },
      },
    )
  }
  throw new RbeeError('log_release_unlogged', `No entry of the log publishes ${name}`)
}

function contradicted(name: string): RbeeError {
  return new RbeeError(
    'log_invalid',
    `The registry says otherwise where ${name} stands in the log than the log`,
  )
}
