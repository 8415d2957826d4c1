import type { RegistryClient } from '@rbee/api-client'
import type { RegistryConnection } from '../../registry/connect.ts'
import type { Evidence } from '../evidence/evidence.ts'
import type { HiveHome } from '../home.ts'
import { type InstalledBuild, type InstalledWorker, listInstalled } from '../installed.ts'
import { listInstances } from '../instances.ts'
import { isExpired, revocationOf } from '../revocations/kept-list.ts'
import { type Refreshed, readList, refreshList } from '../revocations/refresh-list.ts'
import { askAbout, type Said } from './ask-about.ts'

export interface AuditRequest {
  readonly home: HiveHome
  /** Ask nobody: what is kept here decides. */
  readonly offline: boolean
  /** Fails with `setting_invalid`. */
  readonly connect: (registry: string) => Promise<RegistryConnection>
  readonly clock: () => number
  readonly signal: AbortSignal
}

/** What a registry says may not run, as it is kept here. */
export interface AuditedList {
  readonly registry: string
  /** `missing`: none was ever fetched. Only a current list says that nothing is quarantined. */
  readonly state: 'current' | 'expired' | 'missing'
  readonly sequence: number | null
  readonly issued_at: string | null
  readonly expires_at: string | null
  /** Since it was issued. */
  readonly age_seconds: number | null
  /** Whether it names everything that is quarantined; a list has room for so many. */
  readonly complete: boolean
  /** What kept it from being a newer one. */
  readonly problem: { readonly code: string; readonly message: string } | null
}

/** What there is to say against one installed build. */
export interface AuditedWorker extends Said {
  readonly worker: string
  readonly version: string
  readonly variant: string
  readonly registry: string
  /** `previous`: the build before, which is kept for a way back and not started while it is quarantined. */
  readonly role: 'active' | 'previous'
  /** What spoke for it when it was installed; null where that was not asked. */
  readonly evidence: Evidence | null
  /** Names of its running instances. */
  readonly running: readonly string[]
  /** Null, or why it may not run. */
  readonly quarantined: string | null
  /** RFC 3339. */
  readonly quarantined_at: string | null
}

export interface Audit {
  /** Nothing that would be started is quarantined, and every list is good for now. */
  readonly ok: boolean
  readonly lists: readonly AuditedList[]
  readonly workers: readonly AuditedWorker[]
}

/** As long as somebody waits for an answer. */
const PATIENCE_MS = 15_000

/**
 * Checks everything that is installed against the lists of quarantined releases, and asks registries, where they answer, what
 * else there is to say: withdrawn releases, deprecated workers, newer versions. Changes nothing but the kept lists.
 */
export async function auditMachine(request: AuditRequest): Promise<Audit> {
  const { home, clock } = request
  const installed = (await listInstalled(home)).sound
  const running = (await listInstances(home)).sound.map(({ instance }) => instance)
  const builds = installed.flatMap(buildsOf)
  const lists = new Map<string, Refreshed>()
  for (const { build } of builds) {
    if (!lists.has(build.registry)) lists.set(build.registry, await listOf(build.registry, request))
  }
  const workers: AuditedWorker[] = []
  for (const { worker, build, role } of builds) {
    const known = lists.get(build.registry)
    const said = await sayOf(worker, build, known, request)
    const revocation = known?.kept && revocationOf(known.kept.list, { id: worker.id, ...build })
    workers.push({
      worker: worker.id,
      version: build.version,
      variant: build.variant,
      registry: build.registry,
      role,
      evidence: build.evidence ?? null,
      running: running
        .filter((one) => one.id === worker.id && one.build === build.build)
        .map(({ name }) => name),
      quarantined: revocation?.reason ?? null,
      quarantined_at: revocation?.quarantined_at ?? null,
      ...said,
    })
  }
  const audited = [...lists].map(([registry, refreshed]) => describeList(registry, refreshed, clock()))
  const bad = workers.some(
    ({ quarantined, role, running }) => quarantined !== null && (role === 'active' || running.length > 0),
  )
  return { ok: !bad && audited.every(({ state }) => state === 'current'), lists: audited, workers }
}

interface AuditedBuild {
  readonly worker: InstalledWorker
  readonly build: InstalledBuild
  readonly role: AuditedWorker['role']
}

function buildsOf(worker: InstalledWorker): AuditedBuild[] {
  const active: AuditedBuild = { worker, build: worker.active, role: 'active' }
  return worker.previous === null ? [active] : [active, { worker, build: worker.previous, role: 'previous' }]
}

function listOf(
  registry: string,
  { home, offline, connect, clock, signal }: AuditRequest,
): Promise<Refreshed> {
  if (offline) return readList(home, registry)
  return refreshList({ home, registry, connect, maxAgeMs: 0, timeoutMs: PATIENCE_MS, clock, signal })
}

/** Nobody is asked for the build before, which nobody will install. */
function sayOf(
  { id, active }: InstalledWorker,
  build: InstalledBuild,
  list: Refreshed | undefined,
  { offline, connect }: AuditRequest,
): Promise<Said> {
  const isAway = list?.problem?.code === 'registry_unreachable'
  const client = async (): Promise<RegistryClient> => (await connect(build.registry)).client
  return askAbout(id, build, offline || isAway || build.build !== active.build ? null : client)
}

function describeList(registry: string, { kept, problem }: Refreshed, now: number): AuditedList {
  const why = problem && { code: problem.code, message: problem.message }
  if (kept === null) {
    return {
      ...{ registry, state: 'missing', sequence: null, issued_at: null, expires_at: null, age_seconds: null },
      ...{ complete: false, problem: why },
    }
  }
  const { sequence, issued_at, expires_at, total, releases } = kept.list
  return {
    registry,
    state: isExpired(kept.list, now) ? 'expired' : 'current',
    sequence,
    issued_at,
    expires_at,
    age_seconds: Math.max(0, Math.floor((now - Date.parse(issued_at)) / 1000)),
    complete: total === releases.length,
    problem: why,
  }
}
