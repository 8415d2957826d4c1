import { RbeeError, type Version, versionSchema, type WorkerId, workerIdSchema } from '@rbee/schema'

/** What stands on the command line for one release: `WORKER@VERSION`. */
export interface ReleaseName {
  readonly id: WorkerId
  readonly version: Version
}

/** Nothing is guessed: what is withdrawn is named in full. Fails with `usage`. */
export function parseReleaseName(text: string | undefined): ReleaseName {
  const [worker, stated, ...more] = (text ?? '').split('@')
  const id = workerIdSchema.safeParse(worker)
  const version = versionSchema.safeParse(stated)
  if (id.success && version.success && more.length === 0) return { id: id.data, version: version.data }
  throw new RbeeError('usage', `"${text ?? ''}" names no release`, {
    next: 'name the worker by its id, and the version: my-worker@1.2.0',
  })
}

/** Fails with `usage`. */
export function parseWorkerName(text: string | undefined): WorkerId {
  const id = workerIdSchema.safeParse(text)
  if (id.success) return id.data
  throw new RbeeError('usage', `"${text ?? ''}" is not the id of a worker: ${id.error.issues[0]?.message}`)
}
