import { RbeeError, type ReleaseDocument, type WorkerId } from '@rbee/schema'
import type { RegistryConnection } from '../../registry/connect.ts'
import type { HiveHome } from '../home.ts'
import type { InstalledBuild } from '../installed.ts'
import { readList, refreshList } from '../revocations/refresh-list.ts'
import type { VerifiedConnection } from '../trust/connect-verified.ts'
import { readKnownRegistry } from '../trust/known-registry.ts'
import { checkFiles } from './check-files.ts'
import { checkRelease, findingOf, orFailed } from './check-release.ts'
import { checkStanding } from './check-standing.ts'
import { type Finding, failed, notAvailable, type Verification } from './finding.ts'
import { recordedFindings } from './recorded.ts'

export interface VerifySurroundings {
  readonly home: HiveHome
  /** Ask nobody: what is kept here decides. */
  readonly offline: boolean
  readonly connect: (registry: string) => Promise<VerifiedConnection>
  /** For the list of quarantined releases. */
  readonly reach: (registry: string) => Promise<RegistryConnection>
  readonly clock: () => number
  readonly signal: AbortSignal
}

/** A build of a worker: one that is installed, or one that a registry offers. */
export interface BuildToVerify {
  readonly worker: WorkerId
  readonly version: string
  readonly variant: string
  readonly platform: string
  readonly digest: InstalledBuild['digest']
  readonly registry: string
  /** Null where it is not installed. */
  readonly installed: InstalledBuild | null
  /** Null where the registry was not asked yet. */
  readonly release: ReleaseDocument | null
}

const NOT_ASKED = 'the registry was not asked'
/** As long as somebody waits for an answer. */
const PATIENCE_MS = 15_000

/**
 * Finds out what is proven about a build, and by whom: its files are read again, and everybody who can say something is asked
 * now. Nothing is called proven that was not looked at.
 */
export async function verifyBuild(
  build: BuildToVerify,
  surroundings: VerifySurroundings,
): Promise<Verification> {
  const { home, offline, clock } = surroundings
  const { worker, installed, registry } = build
  const files =
    installed === null
      ? notAvailable('files', 'it is not installed here')
      : await orFailed('files', () => checkFiles(home, worker, installed))
  const asked = await askRegistry(build, surroundings)
  const list = offline
    ? await readList(home, registry)
    : await refreshList({ ...surroundings, connect: surroundings.reach, registry, ...LIST_RULES })
  const standing = checkStanding(list, { id: worker, ...build }, asked.release, clock())
  const checks = [files, ...asked.findings, standing]
  const { version, variant, platform, digest } = build
  return {
    ...{ worker, version, variant, platform, digest, registry },
    installed_at: installed?.installed_at ?? null,
    checked_at: new Date(clock()).toISOString(),
    online: asked.online,
    ok: checks.every(({ status }) => status !== 'failed'),
    checks,
  }
}

const LIST_RULES = { maxAgeMs: 0, timeoutMs: PATIENCE_MS }

interface Asked {
  readonly online: boolean
  readonly release: ReleaseDocument | null
  readonly findings: readonly Finding[]
}

async function askRegistry(build: BuildToVerify, surroundings: VerifySurroundings): Promise<Asked> {
  const { installed, registry, worker, version } = build
  if (installed?.built_from !== undefined) return builtHere(installed.built_from.pkgbuild_sha256)
  if (surroundings.offline) return { online: false, release: null, findings: recorded(installed, NOT_ASKED) }
  try {
    const connection = await surroundings.connect(registry)
    const release = build.release ?? (await connection.client.getRelease(worker, version))
    const findings = await checkRelease({
      ...surroundings,
      ...build,
      ...connection,
      release,
      artifact: build,
      known: await readKnownRegistry(surroundings.home, registry),
    })
    return { online: true, release, findings }
  } catch (error) {
    if (!(error instanceof RbeeError) || error.code === 'interrupted') throw error
    if (error.code === 'registry_unreachable')
      return { online: false, release: null, findings: recorded(installed, error.message) }
    const rest = OTHERS.map((check) => notAvailable(check, 'the release is not known'))
    return { online: true, release: null, findings: [unknownRelease(build, error), ...rest] }
  }
}

/** No release is ever deleted: a registry that does not know what it had signed lost it, or hides it. */
function unknownRelease({ installed, registry }: BuildToVerify, error: RbeeError): Finding {
  const isGone = error.code === 'release_not_found' || error.code === 'worker_not_found'
  if (installed === null || !isGone) return findingOf('registry', error)
  const day = installed.installed_at.slice(0, 10)
  const message = `${registry} does not know this release any more, from which it was installed on ${day}: ask its operator why`
  return failed('registry', error.code, message)
}

const OTHERS = ['log', 'publisher', 'workflow', 'rebuilds'] as const

function recorded(installed: InstalledBuild | null, why: string): Finding[] {
  if (installed !== null) return recordedFindings(installed, why)
  return (['registry', ...OTHERS] as const).map((check) => notAvailable(check, why))
}

function builtHere(pkgbuild: string): Asked {
  const why = `it was built here, from the PKGBUILD sha256:${pkgbuild}`
  const findings = (['registry', ...OTHERS] as const).map((check) => notAvailable(check, why))
  return { online: false, release: null, findings }
}
