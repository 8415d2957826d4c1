import { formatBytes } from '../../program/terminal.ts'
import type { BuildRun } from './build-step.ts'
import { fetchFile } from './file-source.ts'
import { fetchRepository } from './git-source.ts'
import type { PinnedSource } from './pinned-source.ts'
import type { AddressRules } from './source-address.ts'

export interface SourceFetching {
  readonly fetch: typeof fetch
  readonly rules: AddressRules
  /** Null where no source needs it. */
  readonly git: string | null
  /** How this machine gets out. */
  readonly environment: Readonly<Record<string, string>>
}

/**
 * Brings all sources of a build to their place, where each is what was agreed to. Together they may take what the whole
 * build may. Fails with `source_unreachable`, `digest_mismatch` or `build_failed`.
 */
export async function fetchSources(
  run: BuildRun,
  sources: readonly PinnedSource[],
  fetching: SourceFetching,
): Promise<void> {
  const { place, limits, deadline, clock, signal, terminal, log } = run
  let left = limits.disk
  for (const source of sources) {
    if (source.kind === 'git') {
      if (fetching.git === null) throw new Error('a build with a repository was prepared without git')
      await fetchRepository(run, source, fetching.git, fetching.environment)
      continue
    }
    await log.note(`fetching ${source.url.href}`)
    const activity = terminal.activity(`fetching ${source.name}`)
    let received = 0
    try {
      await fetchFile(source, place, {
        ...{ fetch: fetching.fetch, rules: fetching.rules, signal, maxBytes: left, deadline, clock },
        onBytes: (count) => {
          received += count
          activity.update(formatBytes(received))
        },
      })
    } finally {
      activity.done()
    }
    left -= received
  }
}
