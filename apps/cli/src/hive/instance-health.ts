import type { Instance, InstanceRecord } from './instances.ts'
import { isHealthy } from './readiness.ts'

/** Whether an instance answers its health address; null when it has none. */
export async function instanceHealth(
  { state, pid, health_url }: Instance,
  record: InstanceRecord,
): Promise<boolean | null> {
  if (health_url === null) return null
  if (state !== 'running' || pid === null) return false
  // Asked through its own port, as users do. Whether it is the worker that listens behind it was seen at its start.
  return isHealthy({ pid: record.supervisor.pid, port: null, healthUrl: health_url })
}
