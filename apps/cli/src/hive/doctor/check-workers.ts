import { createReadStream } from 'node:fs'
import { constants } from 'node:fs/promises'
import { join } from 'node:path'
import {
  digestOfStructure,
  digestTar,
  listPackEntries,
  type PackEntry,
  type TarStructure,
} from '@rbee/packaging'
import { hasCode, RbeeError } from '@rbee/schema'
import { readStructure } from '../archive-structure.ts'
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
  const structure = await readStructure(home, id, active.build)
  const changed = await differs(folder, active.digest, structure, built)
  if (changed !== null) return warning(check, `${name}: ${changed}`, again)
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

/**
 * Makes the archive again in memory and compares digests: with what was kept of its structure; else as publishing packs it.
 * Archives that other programs packed differ from that without any change, so that this is a warning only.
 */
async function differs(
  folder: string,
  digest: string,
  structure: TarStructure | null,
  built: boolean,
): Promise<string | null> {
  try {
    const entries = await listPackEntries(folder)
    if (structure !== null) return await differsFrom(structure, entries, folder, digest)
    const now = await digestTar(entries)
    if (now.digest === digest) return null
    if (built) return 'its files are not those that were built here'
    return 'its files are not those that were published, unless the archive was packed by other means than rbee-publish'
  } catch (error) {
    if (error instanceof RbeeError) return `its files cannot be checked: ${error.message}`
    if (!hasCode(error, 'EACCES', 'EPERM', 'ENOENT')) throw error
    return `its files cannot be read (${error.code})`
  }
}

async function differsFrom(
  structure: TarStructure,
  entries: readonly PackEntry[],
  folder: string,
  digest: string,
): Promise<string | null> {
  const found = new Map(entries.flatMap((entry) => (entry.type === 'file' ? [[entry.name, entry]] : [])))
  for (const { name, size, executable } of structure.files) {
    const entry = found.get(name)
    if (entry === undefined) return `its file ${name} is missing`
    if (entry.size !== size) return `its file ${name} is not the one that was published`
    if (entry.executable !== executable) return `the mode of its file ${name} was changed`
    found.delete(name)
  }
  const [extra] = found.keys()
  if (extra !== undefined) return `its file ${extra} was not published with it`
  const now = await digestOfStructure(structure, (name) => createReadStream(join(folder, name)))
  return now === digest ? null : 'its files are not those that were published'
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
