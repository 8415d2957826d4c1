import { type ChildProcess, execFileSync, type SpawnOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, chownSync, existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { freePort } from '../../packages/testing/src/free-port.ts'
import { run } from '../processes.ts'
import type { MissingPeer, Stage } from './peer.ts'
import { connectTo } from './postgresql-catalog.ts'

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
  stop(): Promise<void>
}

/** What somebody sets who has read the manual and owns a machine like this one. Nothing is flushed to the disk, as on our side. */
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
    return { name: NAME, note: 'it is not installed (apt-get install postgresql)' }
  }
  const folder = join(stage.folder, 'postgresql')
  const owner = ordinaryUser()
  mkdirSync(folder)
  if (owner) chownSync(folder, owner.uid, owner.gid)
  const data = join(folder, 'data')
  const port = await freePort()
  const options: SpawnOptions = { cwd: folder, stdio: 'ignore', ...owner }
  const initialise = ['-D', data, '-U', 'bench', '-A', 'trust', '-E', 'UTF8', '--locale=C.UTF-8', '--no-sync']
  execFileSync(join(programs, 'initdb'), initialise, { cwd: folder, stdio: 'ignore', ...owner })
  appendFileSync(join(data, 'postgresql.conf'), `${SETTINGS}port = ${port}\n`)
  const child = spawn(join(programs, 'postgres'), ['-D', data], options)
  const [, version] = /(\d+(?:\.\d+)?)/.exec(run(join(programs, 'postgres'), ['--version'])) ?? []
  if (child.pid === undefined) throw new Error('postgres has no process')
  const server = {
    name: `${NAME} ${version}`,
    port,
    pid: child.pid,
    folder: data,
    stop: () => stopped(child),
  }
  try {
    await untilItAnswers(port, child)
  } catch (error) {
    await server.stop()
    throw error
  }
  return server
}

async function untilItAnswers(port: number, child: ChildProcess): Promise<void> {
  for (let tries = 0; ; tries += 1) {
    if (child.exitCode !== null) throw new Error(`postgres ended with ${child.exitCode}`)
    const sql = connectTo(port)
    try {
      await sql`SELECT 1`
      return
    } catch (error) {
      if (tries === 300) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    } finally {
      await sql.end()
    }
  }
}

/** At once, and without writing anything more: the folder is removed. */
async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGQUIT')
  await ended
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
  const options = { stdio: 'ignore', env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } } as const
  try {
    execFileSync('apt-get', ['update', '-qq'], options)
    execFileSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'postgresql'], options)
  } catch (error) {
    process.stderr.write(`${String(error)}\n`)
  }
  return findPrograms()
}

/** Whom Debian made for it, where this is root. */
function ordinaryUser(): { uid: number; gid: number } | undefined {
  if (!isRoot()) return undefined
  return { uid: Number(run('id', ['-u', 'postgres'])), gid: Number(run('id', ['-g', 'postgres'])) }
}

function isRoot(): boolean {
  return process.getuid?.() === 0
}
