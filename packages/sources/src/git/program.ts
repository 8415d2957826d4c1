import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { RbeeError } from '@rbee/schema'

/**
 * What every call of git gets instead of this process's environment: no configuration of the machine or the user, no
 * prompts, no network (a partial clone would otherwise fetch what is missing, through any helper that its configuration
 * names), no replaced objects, no pathspec magic.
 */
const SAFE_ENVIRONMENT = {
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_ASKPASS: '',
  GIT_ALLOW_PROTOCOL: '',
  GIT_NO_LAZY_FETCH: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_OPTIONAL_LOCKS: '0',
  GIT_LITERAL_PATHSPECS: '1',
  GIT_PAGER: 'cat',
  LC_ALL: 'C',
} as const

export interface GitCall {
  readonly cwd: string
  /** Beside {@link SAFE_ENVIRONMENT}. */
  readonly environment: Readonly<Record<string, string>>
  /** Where programs are found: the PATH of the process. Undefined means the system's default. */
  readonly searchPath: string | undefined
}

export interface GitResult {
  readonly exitCode: number | null
  readonly stdout: Buffer
  /** The first lines, for messages. */
  readonly stderr: string
}

const STDERR_MAX_LENGTH = 2_000
const TIMEOUT_MS = 120_000

/** Starts git. Arguments are handed over as a list: no shell reads them. */
export function startGit(args: readonly string[], call: GitCall): ChildProcessWithoutNullStreams {
  return spawn('git', args, {
    cwd: call.cwd,
    env: {
      ...SAFE_ENVIRONMENT,
      ...call.environment,
      ...(call.searchPath === undefined ? {} : { PATH: call.searchPath }),
    },
    stdio: 'pipe',
  })
}

/**
 * Runs git to its end.
 *
 * @param maxBytes of output; more ends the program.
 * @throws RbeeError `catalog_unreadable` where git cannot be started or takes too long, `catalog_limit` where it says too much.
 */
export function runGit(args: readonly string[], call: GitCall, maxBytes = 1 << 20): Promise<GitResult> {
  return new Promise((resolve, reject) => {
    const child = startGit(args, call)
    const chunks: Buffer[] = []
    let size = 0
    let stderr = ''
    const stop = (error: RbeeError) => {
      child.kill('SIGKILL')
      reject(error)
    }
    const timer = setTimeout(
      () =>
        stop(new RbeeError('catalog_unreadable', `git ${args[0]} took longer than ${TIMEOUT_MS / 1000} s`)),
      TIMEOUT_MS,
    )
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      chunks.push(chunk)
      if (size > maxBytes) {
        stop(
          new RbeeError(
            'catalog_limit',
            `git ${args[0]} says more than ${maxBytes} bytes of this repository`,
          ),
        )
      }
    })
    child.stderr.on('data', (chunk: Buffer) => {
      if (stderr.length < STDERR_MAX_LENGTH) stderr += chunk.toString('utf8')
    })
    child.stdin.on('error', ignoreBrokenPipe)
    child.stdin.end()
    child.on('error', (error) => {
      clearTimeout(timer)
      reject(startFailure(error))
    })
    child.on('close', (exitCode) => {
      clearTimeout(timer)
      resolve({ exitCode, stdout: Buffer.concat(chunks), stderr: stderr.slice(0, STDERR_MAX_LENGTH).trim() })
    })
  })
}

/** The program went away first; its exit says why. */
export function ignoreBrokenPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error
}

export function startFailure(error: NodeJS.ErrnoException): RbeeError {
  return error.code === 'ENOENT'
    ? new RbeeError('catalog_unreadable', 'git is not installed, and the catalog lies in a Git repository', {
        next: 'install git',
        cause: error,
      })
    : new RbeeError('catalog_unreadable', `git cannot be started (${error.code})`, { cause: error })
}
