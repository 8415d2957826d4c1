import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { type ErrorCode, hasCode, RbeeError } from '@rbee/schema'

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
  /** Ends git, and what git started. */
  readonly signal?: AbortSignal
}

export interface GitLimits {
  /** Of output; more ends the program. By default 1 MiB. */
  readonly maxBytes?: number
  /** By default two minutes. */
  readonly timeoutMs?: number
  /** Of the failure when that time is over; by default `catalog_unreadable`. */
  readonly timeoutCode?: ErrorCode
}

export interface GitResult {
  readonly exitCode: number | null
  readonly stdout: Buffer
  /** The first lines, for messages. */
  readonly stderr: string
}

const STDERR_MAX_LENGTH = 4_000
const TIMEOUT_MS = 120_000
const MAX_BYTES = 2 ** 20

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
    // A group of its own: git hands the work to programs of its own, which have to end with it.
    detached: process.platform !== 'win32',
  })
}

/** Ends git and every program that it started. */
function endGit(child: ChildProcessWithoutNullStreams): void {
  if (child.pid === undefined) return
  try {
    if (process.platform === 'win32') child.kill('SIGKILL')
    else process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    // It was gone already.
    if (!hasCode(error, 'ESRCH')) throw error
  }
}

/**
 * Runs git to its end.
 *
 * @throws RbeeError `catalog_unreadable` where git cannot be started or takes too long, `catalog_limit` where it says too
 *   much; what the signal was aborted with where that ended it.
 */
export function runGit(args: readonly string[], call: GitCall, limits: GitLimits = {}): Promise<GitResult> {
  const { maxBytes = MAX_BYTES, timeoutMs = TIMEOUT_MS, timeoutCode = 'catalog_unreadable' } = limits
  const name = args.find((argument) => /^[a-z]/.test(argument) && !argument.includes('=')) ?? 'git'
  return new Promise((resolve, reject) => {
    call.signal?.throwIfAborted()
    const child = startGit(args, call)
    const chunks: Buffer[] = []
    let size = 0
    let stderr = ''
    const stop = (error: unknown) => {
      endGit(child)
      reject(error)
    }
    const abort = () => stop(call.signal?.reason)
    call.signal?.addEventListener('abort', abort, { once: true })
    const timer = setTimeout(
      () => stop(new RbeeError(timeoutCode, `git ${name} took longer than ${timeoutMs / 1000} s`)),
      timeoutMs,
    )
    const settle = () => {
      clearTimeout(timer)
      call.signal?.removeEventListener('abort', abort)
    }
    child.stdout.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size <= maxBytes) chunks.push(chunk)
      else
        stop(
          new RbeeError('catalog_limit', `git ${name} says more than ${maxBytes} bytes of this repository`),
        )
    })
    child.stderr.on('data', (chunk: Buffer) => {
      if (stderr.length < STDERR_MAX_LENGTH) stderr += chunk.toString('utf8')
    })
    child.stdin.on('error', ignoreBrokenPipe)
    child.stdin.end()
    child.on('error', (error) => {
      settle()
      reject(startFailure(error))
    })
    child.on('close', (exitCode) => {
      settle()
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
