import { constants } from 'node:fs/promises'
import { join } from 'node:path'
import { compareFiles } from '../build-files.ts'
import { programOf } from '../build-program.ts'
import { canAccess } from '../can-access.ts'
import type { HiveHome } from '../home.ts'
import type { InstalledWorker } from '../installed.ts'
import { instanceHealth } from '../instance-health.ts'
import type { InstanceRecord } from '../instances.ts'
import { findOtherBuilds } from '../other-build.ts'
import { runSelfTest } from '../self-test.ts'
import { askState } from '../supervise/control-client.ts'
import { workerEnvironment } from '../worker-environment.ts'
import { type DoctorFinding, fine, problem, warning } from './finding.ts'

export interface WorkerSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly signal: AbortSignal
  readonly clock: () => number
  /** The platform of this machine, such as `linux-x86_64`. */
  readonly platform: string
  /** Whether installed workers run their self-tests. */
  readonly selfTest: boolean
}

/** Whether an installed build is there, is what was published, and, where that is asked for, still proves itself. */
export async function checkInstalled(
  home: HiveHome,
  { id, active, previous }: InstalledWorker,
  surroundings: WorkerSurroundings,
): Promise<DoctorFinding> {
  const check = `worker ${id}`
  const name = `${id} ${active.version} (${active.variant})`
  const built = active.built_from !== undefined
  const from = built ? ` --variant ${active.variant} --from source` : ''
  const again = `install it again with: rbee-hive uninstall ${id} && rbee-hive install ${id}@${active.version}${from}`
  const { builds } = home.worker(id)
  const folder = join(builds, active.build)
  if (active.platform !== surroundings.platform)
    return problem(
      check,
      `${name} is a build for ${active.platform}, this is ${surroundings.platform}`,
      again,
    )
  const missing = await lacksProgram(folder, active.binary_name)
  if (missing !== null) return problem(check, `${name}: ${missing}`, again)
  if (surroundings.selfTest) {
    const outcome = await runSelfTest(folder, active.selftest, {
      ...surroundings,
      env: workerEnvironment(surroundings.env),
    })
    if (!outcome.passed)
      return problem(check, `${name} fails its self-test: ${outcome.cause}`, 'cure what it reports')
  }
  const files = await compareFiles(home, id, active)
  if (files.kind !== 'same') return warning(check, `${name}: ${files.message}`, again)
  if (previous !== null && !(await canAccess(join(builds, previous.build))))
    return warning(check, `${name}: the build before it is gone, so that rollback is not possible`, null)
  const proven = surroundings.selfTest && active.selftest !== null ? ', and it passes its self-test' : ''
  return fine(check, `${name} is as it was ${built ? 'built here' : 'published'}${proven}`)
}

async function lacksProgram(folder: string, binary: string): Promise<string | null> {
  const program = programOf(folder, binary)
  if (!(await canAccess(program))) return `its program ${program} is missing`
  return (await canAccess(program, constants.X_OK)) ? null : `its program ${program} may not be executed`
}

/** Whether an instance serves, or why it does not, and whether it runs the active build of its worker. */
export async function checkRunning(
  record: InstanceRecord,
  installed: readonly InstalledWorker[],
): Promise<DoctorFinding[]> {
  const found = await checkInstance(record)
  const others = findOtherBuilds(installed, [record.instance])
  return [found, ...others.map(({ message, next }) => warning(found.check, message, next))]
}

async function checkInstance(record: InstanceRecord): Promise<DoctorFinding> {
  const instance = await askState(record)
  const check = `running ${instance.name}`
  const logs = `see why with: rbee-hive logs ${instance.name}`
  switch (instance.state) {
    case 'starting':
    case 'stopping':
      return fine(check, `it is ${instance.state}`)
    case 'crashed':
      return problem(
        check,
        `it crashed (${instance.last_exit?.message ?? 'the cause is unknown'})`,
        `${logs} --previous`,
      )
    case 'running': {
      if ((await instanceHealth(instance, record)) === false)
        return problem(check, `it does not answer at ${instance.health_url}`, logs)
      if (instance.restarts === 0) return fine(check, instance.url ?? 'it runs')
      return warning(
        check,
        `it runs, and had to be started again ${instance.restarts === 1 ? 'once' : `${instance.restarts} times`}`,
        logs,
      )
    }
  }
}
