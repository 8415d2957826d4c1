import { access, constants, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { hasCode, RbeeError, workerIdSchema } from '@rbee/schema'
import type { HiveHome } from '../home.ts'
import { type InstalledWorker, readInstalled } from '../installed.ts'
import { type InstanceRecord, surveyInstances } from '../instances.ts'
import { cureOfLeftovers, leftoversOf } from '../leftovers.ts'
import { namesIn } from '../names-in.ts'
import { livingOwner } from '../process-identity.ts'
import { abandonedStagings } from '../staging.ts'
import { type DoctorFinding, fine, problem, warning } from './finding.ts'

/** What the home folder holds, as far as it can be read. */
export interface HomeExamination {
  readonly findings: readonly DoctorFinding[]
  readonly installed: readonly InstalledWorker[]
  /** Instances whose supervisor lives. */
  readonly running: readonly InstanceRecord[]
}

/**
 * Looks at the hive's home folder and changes nothing there: whether it can be written, whether its files can be read,
 * and what killed programs left behind.
 */
export async function examineHome(home: HiveHome): Promise<HomeExamination> {
  const place = await checkPlace(home.root)
  if (place.status === 'problem') return { findings: [place], installed: [], running: [] }
  const workers = await examineWorkers(home)
  const instances = await examineInstances(home)
  const found = [...workers.findings, ...instances.findings, ...(await checkStaging(home))]
  const sound = found.length === 0 ? [fine('state', 'its files are sound, and nothing was left behind')] : []
  return {
    findings: [place, ...found, ...sound],
    installed: workers.installed,
    running: instances.running,
  }
}

async function checkPlace(root: string): Promise<DoctorFinding> {
  const cure = 'choose another folder with --home or RBEE_HOME, or change its permissions'
  try {
    if (!(await stat(root)).isDirectory()) return problem('home', `${root} is no folder`, cure)
    await access(root, constants.R_OK | constants.W_OK | constants.X_OK)
    return fine('home', root)
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return checkFuturePlace(root, cure)
    if (!hasCode(error, 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR')) throw error
    return problem('home', `${root} may not be read and written (${error.code})`, cure)
  }
}

/** A home that does not exist is made by the first install: in the nearest folder above it that does. */
async function checkFuturePlace(root: string, cure: string): Promise<DoctorFinding> {
  for (let above = dirname(root); ; above = dirname(above)) {
    try {
      await access(above, constants.W_OK | constants.X_OK)
      return fine('home', `${root} will be made by the first install`)
    } catch (error) {
      if (hasCode(error, 'ENOENT') && above !== dirname(above)) continue
      if (!hasCode(error, 'EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'ENOENT')) throw error
      return problem('home', `${root} cannot be made: ${above} may not be written (${error.code})`, cure)
    }
  }
}

async function examineWorkers(home: HiveHome) {
  const findings: DoctorFinding[] = []
  const installed: InstalledWorker[] = []
  for (const name of await namesIn(home.workers)) {
    const id = workerIdSchema.safeParse(name)
    if (!id.success) continue
    const worker = await readable(() => readInstalled(home, id.data), `worker ${name}`, findings)
    if (worker) installed.push(worker)
    else if (worker === null && (await namesIn(home.worker(id.data).builds)).length > 0) {
      const { folder } = home.worker(id.data)
      const text = `${folder} holds builds, none of which is installed, as after an interrupted removal`
      findings.push(warning('state', text, `remove that folder, or install ${name} again`))
    }
  }
  return { findings, installed }
}

async function examineInstances(home: HiveHome) {
  const { sound, damaged } = await surveyInstances(home)
  const findings = damaged.map(({ message, next }) => problem('state', message, next))
  const running: InstanceRecord[] = []
  for (const { record, supervised } of sound) {
    if (supervised) running.push(record)
    else findings.push(await describeLeftovers(record))
  }
  return { findings, running }
}

/** Runs a reader; a damaged or unreadable file becomes a finding and the answer undefined. */
async function readable<Value>(
  read: () => Promise<Value>,
  check: string,
  findings: DoctorFinding[],
): Promise<Value | undefined> {
  try {
    return await read()
  } catch (error) {
    if (!(error instanceof RbeeError)) throw error
    findings.push(problem(check, error.message, error.next))
    return undefined
  }
}

async function describeLeftovers(record: InstanceRecord): Promise<DoctorFinding> {
  const left = await leftoversOf(record)
  const what = left.length === 0 ? '' : ` and left running: process ${left.join(', ')}`
  const { instance } = record
  return warning('state', `what watched over ${instance.name} was killed${what}`, cureOfLeftovers(instance))
}

async function checkStaging(home: HiveHome): Promise<DoctorFinding[]> {
  const builds = await Promise.all((await namesIn(home.sourceBuilds)).map((name) => livingOwner(name)))
  const places = [
    {
      folder: home.staging,
      left: (await abandonedStagings(home)).length,
      one: 'download',
      several: 'downloads',
      next: 'the next install goes on with its own, and clears the others away after a week',
    },
    {
      folder: home.sourceBuilds,
      left: builds.filter((owner) => owner === null).length,
      one: 'build from source',
      several: 'builds from source',
      next: 'the next install clears them away',
    },
  ]
  return places.flatMap(({ folder, left, one, several, next }) => {
    if (left === 0) return []
    const text = `${folder} holds ${left} unfinished ${left === 1 ? one : several} of interrupted installs`
    return [warning('state', text, next)]
  })
}
