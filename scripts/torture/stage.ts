import { randomUUID } from 'node:crypto'
import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Breach, must } from './breach.ts'
import { type Ended, markedProcesses, mustSucceed, type Started, startProgram } from './processes.ts'

const MARKER = 'RBEE_TORTURE'
const POLL_MS = 50
/** Polls until something is given up: more than anything needs on a machine that is busy with other things. */
const POLLS = 1_200
/** Repeats of a check, each of which takes a while itself. */
const CHECKS = 100

/** A folder of its own, and programs that are run in it. */
export interface Stage {
  readonly folder: string
  /** Scratch of the programs: their TMPDIR. */
  readonly scratch: string
  readonly signal: AbortSignal
  start(program: string, args: readonly string[], env?: Readonly<Record<string, string>>): Started
  /** Runs a program to its end, which must be a success. @returns its stdout. */
  run(program: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>
  /** Waits until something holds; fails with a `Breach` that says what did not happen. */
  until(holds: () => boolean | Promise<boolean>, what: string): Promise<void>
  /**
   * Repeats a check until it finds no breach: a server whose client was killed still finishes the request that it has, and
   * documents change one after the other meanwhile. Fails with the last `Breach`.
   */
  eventually(check: () => Promise<void>): Promise<void>
  /** Waits until no process that was started here is left but these. */
  onlyRunning(expected: readonly number[]): Promise<void>
  /** Ends everything that was started here. @param keep leaves the folder for who looks into a breach. */
  close(keep: boolean): Promise<void>
}

/** @param env of this process; settings of rbee itself are left out. */
export async function openStage(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Promise<Stage> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), `rbee-torture-${name}-`)))
  const scratch = join(folder, 'tmp')
  await mkdir(scratch)
  const id = randomUUID()
  const own = Object.fromEntries(
    Object.entries(env).filter(([variable]) => !/^(RBEE_|INIT_CWD$|npm_)/.test(variable)),
  )
  const start: Stage['start'] = (program, args, more = {}) =>
    startProgram(program, args, {
      cwd: folder,
      env: { ...own, TMPDIR: scratch, [MARKER]: id, ...more },
    })
  const until: Stage['until'] = async (holds, what) => {
    for (let poll = 0; poll < POLLS; poll += 1) {
      if (await holds()) return
      await sleep(POLL_MS, undefined, { signal })
    }
    throw new Breach(what)
  }
  const running = () => markedProcesses(`${MARKER}=${id}`)

  return {
    folder,
    scratch,
    signal,
    start,
    async run(program, args, more) {
      const ended = await start(program, args, more).ended
      signal.throwIfAborted()
      mustSucceed(`${program} ${args.join(' ')}`, ended)
      return ended.stdout
    },
    until,
    async eventually(check) {
      let breach: Breach | null = null
      const isMet = async () => {
        try {
          await check()
          return true
        } catch (error) {
          if (!(error instanceof Breach)) throw error
          breach = error
          return false
        }
      }
      for (let attempt = 0; attempt < CHECKS; attempt += 1) {
        if (await isMet()) return
        await sleep(POLL_MS, undefined, { signal })
      }
      if (breach) throw breach
    },
    async onlyRunning(expected) {
      let others = ''
      const find = async () => {
        const unexpected = [...(await running())].filter(([pid]) => !expected.includes(pid))
        others = unexpected.map(([pid, command]) => `${pid} ${command}`).join('\n')
        return unexpected.length === 0
      }
      try {
        await until(find, '')
      } catch (error) {
        if (!(error instanceof Breach)) throw error
        throw new Breach(`processes are left over:\n${others}`)
      }
    },
    async close(keep) {
      for (const pid of (await running()).keys()) endProcess(pid)
      if (!keep) await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error
  }
}

/** A catalog server that was started on a stage. */
export interface CatalogServer {
  readonly url: string
  readonly pid: number
  stop(): Promise<Ended>
}

/** What the server prints once it listens. */
const UP = /^the catalog is up: (http\S+)/m

/** Starts a catalog and waits until it answers; null when it was killed before. */
export async function startCatalog(
  stage: Stage,
  args: readonly string[],
  token: string,
  onStarted: (started: Started) => void = () => {},
): Promise<CatalogServer | null> {
  const options = ['--port', '0', '--log-format', 'off', '--rate-limit', 'off', ...args]
  const started = stage.start('rbee-catalog', ['serve', ...options], { RBEE_OPERATOR_TOKEN: token })
  onStarted(started)
  const url = await new Promise<string | null>((resolve) => {
    const look = () => {
      const address = UP.exec(started.stderr())?.[1]
      if (address !== undefined) resolve(address)
    }
    started.child.stderr?.on('data', look)
    void started.ended.then(() => resolve(null))
  })
  if (url === null) return null
  return {
    url,
    pid: started.child.pid ?? 0,
    stop() {
      started.child.kill('SIGTERM')
      return started.ended
    },
  }
}

/** As {@link startCatalog}, for a server that nobody kills while it starts. */
export async function mustStartCatalog(
  stage: Stage,
  args: readonly string[],
  token: string,
): Promise<CatalogServer> {
  let said = () => ''
  const server = await startCatalog(stage, args, token, (started) => {
    said = started.stderr
  })
  stage.signal.throwIfAborted()
  must(server !== null, `the catalog does not start: ${said()}`)
  return server
}
