import type { HostProfile } from '@rbee/schema'
import type { HiveHome } from '../home.ts'
import { examineHome } from './check-home.ts'
import { checkHost } from './check-host.ts'
import { checkPath } from './check-path.ts'
import { checkConnection, type RegistryPlace } from './check-registry.ts'
import { checkInstalled, checkRunning } from './check-workers.ts'
import type { DoctorFinding } from './finding.ts'

export interface DoctorRequest {
  readonly home: HiveHome
  /** Of the machine that is looked at. */
  readonly profile: Promise<HostProfile>
  /** Fails with `setting_invalid`. */
  readonly connect: () => Promise<RegistryPlace>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly clock: () => number
  readonly signal: AbortSignal
  /** Whether installed workers run their self-tests. */
  readonly selfTest: boolean
}

/** Looks at everything that workers on this machine depend on. Changes nothing, and asks only the registry. */
export async function examineMachine(request: DoctorRequest): Promise<DoctorFinding[]> {
  const { home, env } = request
  const [profile, path, examined, online] = await Promise.all([
    request.profile,
    checkPath(env),
    examineHome(home),
    checkConnection(request.connect, env, request),
  ])
  const surroundings = { ...request, platform: `${profile.os}-${profile.arch}` }
  const workers: DoctorFinding[] = []
  // One after the other: each reads its whole build, and a self-test may need the GPU for itself.
  for (const worker of examined.installed) workers.push(await checkInstalled(home, worker, surroundings))
  const running = await Promise.all(
    examined.running.map((record) => checkRunning(record, examined.installed)),
  )
  return [...checkHost(profile), path, ...online, ...examined.findings, ...workers, ...running.flat()]
}
