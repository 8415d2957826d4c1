import { RbeeError, type Revocation, type Revocations, type WorkerId } from '@rbee/schema'
import type { CommandContext } from '../../program/command.ts'
import { connectRegistry } from '../../registry/connect.ts'
import { fetchThroughMirror } from '../../registry/mirrors.ts'
import type { HiveHome } from '../home.ts'
import type { InstalledBuild } from '../installed.ts'
import type { ListPlace } from './fetch-list.ts'
import { revocationOf } from './kept-list.ts'
import { refreshList } from './refresh-list.ts'

/** A start waits no longer for a registry that does not answer. */
const START_PATIENCE_MS = 2_000
/** A running worker's registry is asked again after this time. */
const RUNNING_MAX_AGE_MS = 60 * 60_000

/** Keeps quarantined releases from being run. */
export interface RevocationGuard {
  /**
   * Fails with `quarantined` for a build that may not run. The registry is asked, for two seconds at most; without its answer
   * the list that is kept here decides.
   */
  assertMayStart(id: WorkerId, build: InstalledBuild): Promise<void>
  /** Why a build that runs should not; null where nothing is known against it. */
  findRevocation(id: WorkerId, build: InstalledBuild): Promise<Revocation | null>
  /** What a registry says may not run, for whoever chooses a release: asked for now, then of its mirror, else as it is kept here. */
  listOf(registry: string): Promise<Revocations | null>
}

export interface GuardSurroundings
  extends Pick<CommandContext, 'env' | 'clock' | 'signal' | 'answers' | 'mirror'> {
  /** Told of lists that cannot be believed. */
  readonly warn: (line: string) => void
  /** Keeps no list here. */
  readonly readOnly?: boolean
}

export function revocationGuard(home: HiveHome, surroundings: GuardSurroundings): RevocationGuard {
  const { signal, warn, readOnly = false } = surroundings
  const asOf = surroundings.answers?.asOf ?? null
  const clock = asOf === null ? surroundings.clock : () => asOf
  const listOf = async (registry: string, maxAgeMs: number) => {
    const { kept, problem } = await refreshList({
      home,
      registry,
      connect: (address) => connectWithMirror(surroundings, address),
      maxAgeMs,
      timeoutMs: START_PATIENCE_MS,
      readOnly,
      clock,
      signal,
    })
    // That a registry is away is no news; that what it says cannot be used is.
    if (problem !== null && problem.code !== 'registry_unreachable') warn(problem.message)
    return kept?.list ?? null
  }
  const find = async (id: WorkerId, build: InstalledBuild, maxAgeMs: number) => {
    const list = await listOf(build.registry, maxAgeMs)
    return list && revocationOf(list, { id, ...build })
  }
  return {
    async assertMayStart(id, build) {
      const revocation = await find(id, build, 0)
      if (revocation !== null) throw quarantinedBuild(id, build, revocation)
    },
    findRevocation: (id, build) => find(id, build, RUNNING_MAX_AGE_MS),
    listOf: (registry) => listOf(registry, 0),
  }
}

async function connectWithMirror(surroundings: GuardSurroundings, registry: string): Promise<ListPlace> {
  const { url, fetch } = await connectRegistry(surroundings, registry)
  const { mirror } = surroundings
  return mirror === undefined
    ? { url, fetch }
    : { url, fetch, mirrored: fetchThroughMirror(fetch, url, mirror) }
}

/** Says why a build is not started, and what can be done. */
function quarantinedBuild(
  id: WorkerId,
  { version, variant }: Pick<InstalledBuild, 'version' | 'variant'>,
  { worker, version: revoked, reason, quarantined_at }: Revocation,
): RbeeError {
  const same = worker === id && revoked === version
  const bytes = same ? '' : `, whose bytes are those of ${worker} ${revoked},`
  const since = quarantined_at.slice(0, 10)
  return new RbeeError(
    'quarantined',
    `${id} ${version} (${variant})${bytes} is quarantined since ${since}: ${reason}`,
    {
      next: `take another release with: rbee-hive update ${id}; or go back to the build before with: rbee-hive rollback ${id}`,
      details: { worker, version: revoked, reason, quarantined_at },
    },
  )
}
