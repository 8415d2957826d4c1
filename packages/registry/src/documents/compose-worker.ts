import { workerKeysOf } from '@rbee/provenance'
import type {
  ReleaseDocument,
  VersionsDocument,
  WorkerChecks,
  WorkerDocument,
  WorkerKeys,
} from '@rbee/schema'
import type { WorkerRecord } from '../ports/database.ts'
import { historyOf } from '../provenance/worker-history.ts'
import { composeRebuildList, type RebuildList } from '../rebuilds/rebuild-list.ts'
import { aliasesOf, type ComposedAlias } from './aliases.ts'
import { releaseDocument } from './release-document.ts'
import { versionsDocument } from './versions-document.ts'
import { latestRelease, visibleReleases } from './visible-releases.ts'
import { workerDocument, workerTexts } from './worker-document.ts'

/** Every document of one worker, as plain data. */
export interface ComposedWorker {
  readonly worker: WorkerDocument
  readonly versions: VersionsDocument
  readonly releases: readonly ReleaseDocument[]
  readonly readme: string | null
  readonly changelog: string | null
  /** Null where the texts of its catalog were not checked. */
  readonly checks: WorkerChecks | null
  readonly pkgbuild: string | null
  readonly srcinfo: string | null
  /** Null where no key was ever bound. */
  readonly keys: WorkerKeys | null
  readonly aliases: readonly ComposedAlias[]
  /** Of releases of which anything was attested. */
  readonly rebuilds: readonly RebuildList[]
}

/** Composes a worker's documents from its rows; null when it has neither recipe nor release and so is not to be seen. */
export function composeWorker(record: WorkerRecord): ComposedWorker | null {
  const releases = visibleReleases(record)
  const latest = latestRelease(releases)
  if (latest === null) return null
  const texts = workerTexts(record, latest)
  const aliases = aliasesOf(record, releases)
  return {
    worker: workerDocument(record, latest, texts, aliases),
    versions: versionsDocument(record, releases, latest),
    releases: releases.map((release) => releaseDocument(record, release)),
    ...texts,
    checks: workerChecks(record),
    keys: record.keyChanges === undefined ? null : workerKeysOf(historyOf(record)),
    aliases,
    rebuilds: releases.flatMap(({ version }) => composeRebuildList(record, version) ?? []),
  }
}

function workerChecks({ worker, recipe }: WorkerRecord): WorkerChecks | null {
  const { checks = null, version } = recipe?.entry ?? {}
  return checks === null || version === undefined ? null : { worker: worker.id, version, ...checks }
}
