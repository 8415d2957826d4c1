import type { LogEntry, LoggedArtifact, ReleaseDocument } from '@rbee/schema'
import { artifactsOf, parseEntry, sameArtifacts } from '@rbee/transparency-log'
import type { LogFinding } from './findings.ts'

/** What the log says of one release. */
interface LoggedRelease {
  /** Place of the entry that tells of its publication. */
  readonly index: number
  readonly artifacts: readonly LoggedArtifact[]
  yanked: boolean
  quarantined: boolean
}

/** What the log says of all releases, once every entry was told. */
export interface LoggedReleases {
  add(index: number, bytes: Uint8Array): void
  /** Workers with releases. */
  workers(): ReadonlySet<string>
  /** The versions of a worker. */
  versions(worker: string): readonly string[]
  /** Place of the entry that publishes a release; null where there is none. */
  indexOf(worker: string, version: string): number | null
  /** What speaks against a release as it is served; null where nothing does. */
  judge(release: ReleaseDocument): LogFinding | null
  readonly findings: readonly LogFinding[]
  readonly count: number
}

/** Collects what the entries of a log say. Kinds of entries of later versions are passed over. */
export function loggedReleases(): LoggedReleases {
  const workers = new Map<string, Map<string, LoggedRelease>>()
  const findings: LogFinding[] = []
  let count = 0

  const find = (worker: string, version: string) => workers.get(worker)?.get(version)

  function publish(index: number, entry: Extract<LogEntry, { kind: 'publish' }>): void {
    const { worker, version, artifacts } = entry
    const known = find(worker, version)
    if (known !== undefined) {
      if (sameArtifacts(known.artifacts, artifacts)) return
      findings.push({
        code: 'log_release_altered',
        message: `entry ${index} publishes ${worker}@${version} again, with other contents than entry ${known.index}`,
        worker,
        version,
        index,
      })
      return
    }
    const releases = workers.get(worker) ?? new Map<string, LoggedRelease>()
    workers.set(worker, releases)
    releases.set(version, { index, artifacts, yanked: false, quarantined: false })
    count += 1
  }

  return {
    findings,
    get count() {
      return count
    },
    workers: () => new Set(workers.keys()),
    versions: (worker) => [...(workers.get(worker)?.keys() ?? [])],
    add(index, bytes) {
      const entry = parseEntry(bytes)
      switch (entry?.kind) {
        case 'publish':
          publish(index, entry)
          break
        case 'yank':
        case 'unyank':
        case 'quarantine':
        case 'release_quarantine': {
          const release = find(entry.worker, entry.version)
          if (release) stand(release, entry.kind)
        }
      }
    },
    indexOf: (worker, version) => find(worker, version)?.index ?? null,
    judge: (document) => judge(document, find(document.worker, document.version)),
  }
}

function stand(release: LoggedRelease, kind: 'yank' | 'unyank' | 'quarantine' | 'release_quarantine'): void {
  switch (kind) {
    case 'yank':
    case 'unyank':
      release.yanked = kind === 'yank'
      break
    case 'quarantine':
    case 'release_quarantine':
      release.quarantined = kind === 'quarantine'
      break
  }
}

function judge(document: ReleaseDocument, logged: LoggedRelease | undefined): LogFinding | null {
  const { worker, version } = document
  const served = artifactsOf(document)
  if (logged === undefined) {
    // A version that can only be built from source has no bytes that the log could vouch for.
    if (served.length === 0) return null
    const message = `${worker}@${version} is served, and no entry of the log publishes it`
    return { code: 'log_release_unlogged', message, worker, version, index: null }
  }
  const altered = (what: string): LogFinding => ({
    code: 'log_release_altered',
    message: `${worker}@${version} ${what} (entry ${logged.index})`,
    worker,
    version,
    index: logged.index,
  })
  if (!sameArtifacts(served, logged.artifacts))
    return altered('is served with other digests than the log says')
  if ((document.yanked !== null) !== logged.yanked) {
    return altered(`is ${logged.yanked ? 'yanked in the log and not' : 'not yanked in the log and'} shown so`)
  }
  if ((document.quarantined !== null) !== logged.quarantined) {
    return altered(
      `is ${logged.quarantined ? 'quarantined in the log and not' : 'not quarantined in the log and'} shown so`,
    )
  }
  return null
}
