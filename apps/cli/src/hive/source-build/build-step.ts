import { type ChildProcess, spawn } from 'node:child_process'
import { RbeeError } from '@rbee/schema'
import { formatBytes, type Terminal } from '../../program/terminal.ts'
import { processesMarked, signalGroup } from '../process-group.ts'
import type { BuildLog } from './build-log.ts'
import { endUser, listTasks } from './build-user.ts'
import { type BuildLimits, limitedCommand } from './limits.ts'
import {
  BUILD_PATH,
  type PlacePaths,
  SANDBOX_PATHS,
  type Sandbox,
  type ShownFile,
  sandboxedCommand,
} from './sandbox.ts'
import { type BuildUsage, type ReachedLimit, watch } from './watchdog.ts'
import { BUILD_VARIABLE, type Workplace } from './workplace.ts'

/** All steps of one build share it. */
export interface BuildRun {
  readonly place: Workplace
  readonly bash: string
  /** Null where the user agreed to go without. */
  readonly sandbox: Sandbox | null
  /** What the sandbox shows beside the system; the PKGBUILD when left out. */
  readonly shown?: readonly ShownFile[]
  readonly limits: BuildLimits
  /** In milliseconds since the epoch. */
  readonly deadline: number
  readonly log: BuildLog
  readonly terminal: Terminal
  readonly signal: AbortSignal
  readonly clock: () => number
}

export interface BuildStep {
  /** What is being done, as in `building`. */
  readonly doing: string
  readonly command: readonly string[]
  /** Beside those that every step gets. */
  readonly environment?: Readonly<Record<string, string>>
  readonly network: boolean
  /** False for programs of ours that only fetch. */
  readonly sandboxed: boolean
  /** What a failure may come from that is no limit. */
  readonly hint?: string | null
}

/** How long the pipes of an ended step are listened to. */
const LAST_WORDS_MS = 2_000

/** The paths that programs of the build use. */
export function pathsOf({ sandbox, place }: Pick<BuildRun, 'sandbox' | 'place'>): PlacePaths {
  return sandbox === null ? place : SANDBOX_PATHS
}

/**
 * Runs one step of a build under its limits, in the sandbox where there is one, and writes down what it prints. Nothing of it
 * is left running afterwards. Fails with `build_failed`, with details `log` and `limit`.
 */
export async function runBuildStep(run: BuildRun, step: BuildStep): Promise<void> {
  run.signal.throwIfAborted()
  await run.log.note(step.doing)
  const child = await start(run, step)
  const ended = new AbortController()
  const end = () => endFamily(child)
  run.signal.addEventListener('abort', end, { once: true })
  if (run.signal.aborted) end()
  const activity = run.terminal.activity(step.doing)
  const { place, limits, deadline } = run
  const watching = watch(
    { pid: child.pid ?? -1, user: place.user, folders: [place.root], limits, deadline },
    run.clock,
    (usage) => activity.update(describeUsage(usage, run.log)),
    ended.signal,
  ).then((reached) => {
    if (reached !== null) end()
    return reached
  })
  try {
    const [outcome, reached] = await Promise.all([
      outcomeOf(child, run.log).finally(() => ended.abort()),
      watching,
    ])
    run.signal.throwIfAborted()
    if (reached !== null || outcome !== null) throw await failure(run, step, reached, outcome)
  } finally {
    ended.abort()
    activity.done()
    run.signal.removeEventListener('abort', end)
    end()
    await endStragglers(place)
  }
}

async function start(run: BuildRun, { command, environment = {}, network, sandboxed }: BuildStep) {
  const { place, bash, limits } = run
  const limited = limitedCommand(bash, command, limits, place.user === null ? await threadsOfUser() : 0)
  const sandbox = sandboxed ? run.sandbox : null
  const paths = pathsOf({ sandbox, place })
  const inside = {
    PATH: BUILD_PATH,
    HOME: paths.home,
    TMPDIR: paths.temporary,
    USER: 'builder',
    LOGNAME: 'builder',
    SHELL: bash,
    LANG: 'C.UTF-8',
    LC_ALL: 'C.UTF-8',
    TERM: 'dumb',
    [BUILD_VARIABLE]: place.name,
    ...environment,
  }
  const [program = '', ...args] =
    sandbox === null ? limited : await sandboxedCommand(sandbox, place, network, inside, limited, run.shown)
  return spawn(program, args, {
    cwd: sandbox === null ? place.start : '/',
    env: sandbox === null ? inside : { [BUILD_VARIABLE]: place.name },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
    ...(place.user ?? {}),
  })
}

/** The kernel may hold all of the user's threads against the limit. */
async function threadsOfUser(): Promise<number> {
  const uid = process.getuid?.()
  const own = (await listTasks()).filter((task) => task.uid === uid)
  return own.reduce((sum, { threads }) => sum + threads, 0)
}

/** Ends the group; in the sandbox everything else ends with its first process. */
function endFamily({ pid }: ChildProcess): void {
  if (pid !== undefined) signalGroup(pid, 'SIGKILL')
}

/** Without a sandbox a process may have left its group: its user gives it away, or its environment, if it kept that. */
async function endStragglers({ name, user }: Workplace): Promise<void> {
  for (const group of await processesMarked(`${BUILD_VARIABLE}=${name}`)) signalGroup(group, 'SIGKILL')
  if (user !== null) await endUser(user.uid)
}

/** Null when it went well. */
function outcomeOf(child: ReturnType<typeof spawn>, log: BuildLog): Promise<string | null> {
  return new Promise((resolve, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        // A program that prints more quickly than the disk writes has to wait.
        stream.pause()
        log.write(text).then(() => stream.resume(), reject)
      })
    }
    child.once('error', (error) => resolve(`it could not be started: ${error.message}`))
    child.once('exit', () => {
      const listening = setTimeout(() => {
        child.stdout?.destroy()
        child.stderr?.destroy()
      }, LAST_WORDS_MS)
      child.once('close', () => clearTimeout(listening))
    })
    child.once('close', (code, signal) => {
      if (code === 0) resolve(null)
      else resolve(signal === null ? `it ended with exit code ${code}` : `it was ended by ${signal}`)
    })
  })
}

async function failure(
  { log }: BuildRun,
  step: BuildStep,
  reached: ReachedLimit | null,
  outcome: string | null,
): Promise<RbeeError> {
  const why = reached?.message ?? outcome ?? 'it failed'
  const said = reached === null ? log.lastLines(3).join(' / ').slice(-400) : ''
  await log.note(`${step.doing}: ${why}`)
  return new RbeeError('build_failed', `${step.doing} failed: ${why}${said === '' ? '' : `: ${said}`}`, {
    next: [
      `read all of it in ${log.path}; what was installed before stays`,
      ...(reached === null && step.hint ? [step.hint] : []),
    ].join('; '),
    details: { log: log.path, limit: reached?.limit ?? null },
  })
}

function describeUsage({ processes, memory }: BuildUsage, log: BuildLog): string {
  const [line = ''] = log.lastLines(1)
  return `${processes} ${processes === 1 ? 'process' : 'processes'}, ${formatBytes(memory)}  ${line}`
}
