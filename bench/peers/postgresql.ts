import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../../packages/testing/src/free-port.ts'
import { run } from '../processes.ts'
import type { MissingPeer, Stage } from './peer.ts'

const NAME = 'PostgreSQL'
/** Where Debian puts the programs of each version. */
const PROGRAMS = '/usr/lib/postgresql'

export interface PostgresServer {
  /** With its version. */
  readonly name: string
  readonly port: number
  /** Of its first process. */
  readonly pid: number
  /** Where its data lie. */
  readonly folder: string
  stop(): void
}

/** What somebody sets who has read the manual and owns a machine like this one. Flushing to the disk is left out for both sides. */
const SETTINGS = `
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
shared_buffers = 1GB
effective_cache_size = 4GB
work_mem = 128MB
maintenance_work_mem = 1GB
max_wal_size = 8GB
random_page_cost = 1.1
default_toast_compression = lz4
jit = off
max_parallel_workers_per_gather = 2
fsync = off
synchronous_commit = off
full_page_writes = off
`

/**
 * Starts a server of its own in the folder of the stage. It refuses to run as root, so that then it runs as the user that
 * Debian made for it. Whoever calls stops it.
 */
export async function startPostgres(stage: Stage): Promise<PostgresServer | MissingPeer> {
  const programs = findPrograms() ?? installed()
  if (programs === null) {
    return { name: NAME, note: 'PostgreSQL is not installed (apt-get install postgresql)' }
  }
  const folder = join(stage.folder, 'postgresql')
  mkdirSync(folder)
  if (isRoot()) run('chown', ['postgres', folder])
  const data = join(folder, 'data')
  const log = join(folder, 'log')
  const port = await freePort()
  const ordinary = (program: string, ...args: string[]) =>
    isRoot()
      ? run('runuser', ['-u', 'postgres', '--', join(programs, program), ...args])
      : run(join(programs, program), args)
  ordinary('initdb', '-D', data, '-U', 'bench', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync')
  appendFileSync(join(data, 'postgresql.conf'), `${SETTINGS}port = ${port}\n`)
  // It keeps the pipe of its messages open, which would be waited for.
  ordinary('pg_ctl', '-D', data, '-l', log, '-w', '-s', 'start')
  const pid = Number(run('head', ['-n', '1', join(data, 'postmaster.pid')]))
  const version = run(join(programs, 'postgres'), ['--version']).trim().split(' ')[2]
  return {
    name: `${NAME} ${version}`,
    port,
    pid,
    folder: data,
    stop: () => void ordinary('pg_ctl', '-D', data, '-m', 'immediate', '-s', 'stop'),
  }
}

/** Of the newest version that is there. */
function findPrograms(): string | null {
  if (!existsSync(PROGRAMS)) return null
  const [newest] = readdirSync(PROGRAMS).toSorted((a, b) => Number(b) - Number(a))
  const folder = newest === undefined ? null : join(PROGRAMS, newest, 'bin')
  return folder !== null && existsSync(join(folder, 'initdb')) ? folder : null
}

/** Only root can install it. */
function installed(): string | null {
  if (!isRoot()) return null
  process.stderr.write('installing postgresql …\n')
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
    execFileSync('apt-get', ['update', '-qq'], { stdio: 'ignore', env })
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'postgresql'], {
      stdio: 'ignore',
      env,
    })
  } catch (error) {
    process.stderr.write(`${String(error)}\n`)
  }
  return findPrograms()
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}
