import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'

/** A failure that is told in one sentence; what the program itself printed stands above it. */
export class QuickstartError extends Error {
  override readonly name = 'QuickstartError'
}

/** A program that ended with another exit code than 0. */
export class ProgramFailure extends QuickstartError {
  /** What it printed on stdout. */
  readonly stdout: string

  constructor({ program, args }: ProgramCall, code: number | null, stdout: string) {
    super(`${program} ${args.join(' ')} ended with exit code ${code}`)
    this.stdout = stdout
  }
}

/** How one of the programs is called. */
export interface ProgramCall {
  readonly program: string
  readonly args: readonly string[]
  /** Variables besides those of this process. */
  readonly env?: Readonly<Record<string, string>>
}

/** The four programs of this clone, run as a user would run them. */
export interface Programs {
  /**
   * Runs a program to its end and returns what it printed on stdout; its stderr is shown as it comes.
   *
   * @throws {ProgramFailure}
   */
  run(call: ProgramCall): Promise<string>
  /** Starts a program whose stdout and stderr the caller reads. */
  start(call: ProgramCall): ChildProcess
}

/**
 * @param env of this process; the caller's folder is left out, because the programs are called from the project's.
 * @param signal ends the program that {@link Programs.run} waits for.
 */
export function programsOf(
  project: string,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Programs {
  const spawnProgram = ({ program, args, env: extra }: ProgramCall, stderr: 'inherit' | 'pipe') =>
    spawn(process.execPath, [join(project, 'apps/cli/src/entry', `${program}.ts`), ...args], {
      cwd: project,
      env: { ...env, INIT_CWD: undefined, ...extra },
      stdio: ['ignore', 'pipe', stderr],
      // A terminal sends Ctrl-C to the whole process group: each program is told once, by this process, and in order.
      detached: true,
    })

  return {
    async run(call) {
      signal.throwIfAborted()
      const child = spawnProgram(call, 'inherit')
      let stdout = ''
      child.stdout?.setEncoding('utf8').on('data', (text: string) => {
        stdout += text
      })
      const code = await exitOf(child, signal)
      signal.throwIfAborted()
      if (code !== 0) throw new ProgramFailure(call, code, stdout.trim())
      return stdout.trim()
    },
    start: (call) => spawnProgram(call, 'pipe'),
  }
}

function exitOf(child: ChildProcess, signal: AbortSignal): Promise<number | null> {
  const end = () => child.kill('SIGTERM')
  signal.addEventListener('abort', end, { once: true })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    // After its last output.
    child.once('close', (code) => {
      signal.removeEventListener('abort', end)
      resolve(code)
    })
  })
}
