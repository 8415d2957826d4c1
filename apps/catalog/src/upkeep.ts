import type { Registry, RegistryPorts } from '@rbee/registry'
import { RbeeError } from '@rbee/schema'
import type { MetadataRepository } from '@rbee/trust'
import type { Log } from './log.ts'

/**
 * Puts back rows that a new or emptied database lacks, as many as one call allows. Has to run before anything writes
 * documents.
 *
 * @returns whether documents may be written; else another call has to go on first.
 */
export async function restoreLostRows(registry: Registry, log: Log): Promise<boolean> {
  const { restored, lost, complete, writable } = await registry.restoreLostRows()
  if (restored > 0) log.info({ workers: restored, complete }, 'restored rows that the database lacked')
  if (lost.length > 0)
    log.error({ workers: lost }, 'rows of these workers are lost; their releases are read-only')
  return writable
}

/** Logs workers whose documents cannot be composed; they are served as they were before. */
export function tellUnwritable(log: Log): NonNullable<RegistryPorts['onUnwritable']> {
  return (failure) =>
    log.error({ worker: failure.worker, error: failure }, 'documents of a worker cannot be composed')
}

/** Shows in the transparency log what happened, changes of the registry's own keys included, and by which key it is signed. */
export async function bringLogUpToDate(registry: Registry, log: Log): Promise<void> {
  await registry.logKeyChanges()
  await writeLog(registry, log)
  await signLogKey(registry, log)
}

/**
 * Shows in the transparency log what happened. Fails with `setting_invalid` where the log was begun with another key; one
 * that is damaged is told of, and everything but the log goes on as it was.
 */
export async function writeLog(registry: Registry, log: Log): Promise<void> {
  try {
    await registry.writeLog()
  } catch (error) {
    if (!(error instanceof RbeeError) || error.code === 'setting_invalid') throw error
    log.error({ error }, 'the transparency log cannot be written')
  }
}

/** Lists the key of the transparency log in the signed metadata. A log that is damaged is told of. */
async function signLogKey(registry: Registry, log: Log): Promise<void> {
  try {
    await registry.signLogKey()
  } catch (error) {
    if (!(error instanceof RbeeError)) throw error
    log.error({ error }, 'the key of the transparency log cannot be signed')
  }
}

/**
 * Writes documents that an interrupted change left behind, before anything is served. Those that cannot be signed stay due;
 * `/ready` tells why.
 */
export async function writeInterrupted(registry: Registry, log: Log): Promise<void> {
  try {
    await registry.writeDueDocuments()
  } catch (error) {
    if (!(error instanceof RbeeError) || error.code !== 'signing_failed') throw error
    log.error({ error }, 'documents are served that are not signed')
  }
}

/** Indexes workers that search lacks, and tells of it. */
export async function mendIndex(registry: Registry, log: Log, isThorough: boolean): Promise<void> {
  const workers = await registry.mendIndex(isThorough)
  if (workers > 0) log.info({ workers }, 'indexed workers that search lacked')
}

/**
 * What has to be done now and then: documents and statistics that an interrupted change left behind are written, and what
 * expired is removed. A failure is logged and waits for the next run: nobody is there to be told.
 */
export async function upkeep(registry: Registry, log: Log): Promise<void> {
  try {
    await bringLogUpToDate(registry, log)
    const { written: workers } = await registry.writeDueDocuments()
    await mendIndex(registry, log, false)
    await registry.issueRevocations()
    await registry.writeDueStatistics()
    const { uploads } = await registry.sweep()
    await registry.listFilesOfArchives()
    if (workers + uploads > 0) log.info({ workers, uploads }, 'upkeep done')
  } catch (error) {
    log.error({ error }, 'upkeep failed')
  }
}

/**
 * Hands over mails that are due, and changes the owner of workers whose waiting time is over. A failure is logged and waits for the
 * next run.
 */
export async function moveTransfers(registry: Registry, log: Log): Promise<void> {
  try {
    await registry.sendMails()
    for (const worker of await registry.completeTransfers()) log.info({ worker }, 'worker has another owner')
    await registry.sendMails()
  } catch (error) {
    log.error({ error }, 'changes of owner cannot be carried out')
  }
}

/** Logs mails that could not be handed over, without their addresses. */
export function tellMailFailed(log: Log): NonNullable<RegistryPorts['onMailFailed']> {
  return ({ mail, kind, attempts, reason }) =>
    log.error({ mail, kind, attempts, reason }, 'a mail could not be handed over; it is tried again')
}

/** Signs what would expire. A failure is logged, and told at `/ready`. */
export async function renewMetadata(metadata: MetadataRepository, log: Log): Promise<void> {
  try {
    await metadata.renew()
  } catch (error) {
    log.error({ error }, 'the metadata cannot be signed')
  }
}
