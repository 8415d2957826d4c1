import type { HostProfile } from '@rbee/schema'
import type { Probe } from '../probe.ts'

export type Container = HostProfile['container']

/** Names of control groups in which container engines put their containers. */
const CGROUPS: readonly (readonly [RegExp, NonNullable<Container>])[] = [
  [/\/kubepods[./]/, 'kubernetes'],
  [/\/libpod-|\/machine\.slice\/libpod/, 'podman'],
  [/\/docker[-/]/, 'docker'],
  [/\/lxc[./]/, 'lxc'],
]

/**
 * The kind of container this process runs in, or null. Kubernetes is asked for first, since its containers also carry
 * the marks of the engine below it. Sources: the container interface of systemd (systemd.io/CONTAINER_INTERFACE),
 * Kubernetes "Accessing the API from a pod", podman-run(1) on /run/.containerenv.
 */
export async function detectContainer(probe: Probe): Promise<Container> {
  if (probe.platform !== 'linux') return null
  if (probe.env.KUBERNETES_SERVICE_HOST !== undefined) return 'kubernetes'
  const [containerenv, dockerenv, engine, cgroup] = await Promise.all([
    probe.readFile('/run/.containerenv'),
    probe.readFile('/.dockerenv'),
    probe.readFile('/run/systemd/container'),
    probe.readFile('/proc/1/cgroup'),
  ])
  const byCgroup = CGROUPS.find(([pattern]) => pattern.test(cgroup ?? ''))?.[1]
  if (byCgroup === 'kubernetes') return byCgroup
  if (containerenv !== null) return 'podman'
  if (dockerenv !== null) return 'docker'
  return byEngineName(engine ?? probe.env.container) ?? byCgroup ?? null
}

function byEngineName(name: string | undefined): Container {
  switch (name?.trim()) {
    case 'docker':
      return 'docker'
    case 'podman':
      return 'podman'
    case 'lxc':
    case 'lxc-libvirt':
      return 'lxc'
  }
  return null
}
