import type { RegistryClient } from '@rbee/api-client'
import { RbeeError } from '@rbee/schema'
import { workerPages } from '../../registry/worker-pages.ts'
import { inOrder } from '../in-order.ts'
import type { LogFinding } from './findings.ts'
import type { LoggedReleases } from './logged-releases.ts'

const WORKERS_AT_ONCE = 8

type Client = Pick<RegistryClient, 'listWorkers' | 'listVersions' | 'getRelease'>

/** Told of how far it is: the workers there are, and each one that was compared. */
export interface CompareProgress {
  onTotal(workers: number): void
  onWorker(): void
}

/**
 * Compares every release that a registry serves with the log, and every release of the log with what is served.
 *
 * @param url of the registry, for errors.
 */
export async function compareReleases(
  client: Client,
  url: string,
  logged: LoggedReleases,
  progress: CompareProgress,
): Promise<LogFinding[]> {
  const findings = [...logged.findings]
  const compare = (workers: readonly string[]) =>
    inOrder(
      workers,
      WORKERS_AT_ONCE,
      (id) => id,
      (id) => compareWorker(client, logged, id),
    )
  const unlisted = new Set(logged.workers())
  for await (const page of workerPages(client.listWorkers, url)) {
    const ids = page.workers.map(({ id }): string => id)
    progress.onTotal(page.total)
    for await (const found of compare(ids)) {
      findings.push(...found)
      progress.onWorker()
    }
    for (const id of ids) unlisted.delete(id)
  }
  for await (const found of compare([...unlisted])) findings.push(...found)
  return findings
}

/**
 * Compares the releases that a mirror has with the log. What it does not have is no finding: it may be of some workers only, and
 * older than its log.
 */
export async function compareCopies(client: Client, logged: LoggedReleases): Promise<LogFinding[]> {
  const findings = [...logged.findings]
  for (const worker of logged.workers()) {
    const copied = await orAbsent(client.listVersions(worker))
    for (const version of copied?.versions ?? []) {
      const release = await orMissing(client.getRelease(worker, version))
      const finding = release === null ? missing(logged, worker, version) : logged.judge(release)
      if (finding !== null) findings.push(finding)
    }
  }
  return findings
}

/** A web server says in its own way that it has no such file. */
async function orAbsent<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await orMissing(call)
  } catch (error) {
    if (error instanceof RbeeError && error.code === 'registry_invalid') return null
    throw error
  }
}

async function compareWorker(client: Client, logged: LoggedReleases, worker: string): Promise<LogFinding[]> {
  const served = await orMissing(client.listVersions(worker))
  const versions = new Set([...logged.versions(worker), ...(served?.versions ?? [])])
  const findings: LogFinding[] = []
  for (const version of versions) {
    const release = await orMissing(client.getRelease(worker, version))
    const finding = release === null ? missing(logged, worker, version) : logged.judge(release)
    if (finding !== null) findings.push(finding)
  }
  return findings
}

/** A version that is listed and not there is no matter of the log. */
function missing(logged: LoggedReleases, worker: string, version: string): LogFinding | null {
  const index = logged.indexOf(worker, version)
  if (index === null) return null
  const message = `${worker}@${version} is not served, and entry ${index} publishes it`
  return { code: 'log_release_missing', message, worker, version, index }
}

async function orMissing<T>(call: Promise<T>): Promise<T | null> {
  try {
    return await call
  } catch (error) {
    if (!(error instanceof RbeeError)) throw error
    if (error.code === 'worker_not_found' || error.code === 'release_not_found') return null
    throw error
  }
}
