import type { Probe } from '../probe.ts'
import { wholeNumber } from '../text/fields.ts'

const ROOT = '/sys/fs/cgroup'
/** Levels of groups that are looked at; real systems have fewer than ten. */
const MAX_DEPTH = 32

/**
 * The strictest memory limit of the control groups this process is in, in bytes, or null when there is none.
 * A limit of any enclosing group counts. Source: Documentation/admin-guide/cgroup-v2.rst (memory.max) and
 * cgroup-v1/memory.rst (memory.limit_in_bytes) of Linux.
 */
export async function readCgroupLimit(probe: Probe): Promise<number | null> {
  const memberships = ((await probe.readFile('/proc/self/cgroup')) ?? '').split('\n').map(parseMembership)
  const files = memberships.flatMap((membership) => (membership ? limitFiles(membership) : []))
  const limits = await Promise.all(files.map(async (file) => wholeNumber(await probe.readFile(file))))
  const known = limits.filter((limit) => limit !== null)
  return known.length === 0 ? null : Math.min(...known)
}

interface Membership {
  readonly folder: string
  readonly file: string
  readonly path: string
}

/** `0::/user.slice` is version 2, `4:memory:/docker/…` version 1. */
function parseMembership(line: string): Membership | null {
  const [hierarchy, controllers, path] = line.split(':', 3)
  if (hierarchy === undefined || controllers === undefined || !path?.startsWith('/')) return null
  if (path.split('/').includes('..')) return null
  if (hierarchy === '0' && controllers === '') return { folder: ROOT, file: 'memory.max', path }
  if (!controllers.split(',').includes('memory')) return null
  return { folder: `${ROOT}/memory`, file: 'memory.limit_in_bytes', path }
}

/** The group's own file and those of all groups around it; inside a container the path is often one of the host's. */
function limitFiles({ folder, file, path }: Membership): string[] {
  const names = path
    .split('/')
    .filter((name) => name !== '')
    .slice(0, MAX_DEPTH)
  const groups = names.map((_, index) => `${folder}/${names.slice(0, index + 1).join('/')}`)
  return [folder, ...groups].map((group) => `${group}/${file}`)
}
