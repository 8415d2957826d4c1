import { execFile } from 'node:child_process'
import { access, constants, open, readdir, statfs } from 'node:fs/promises'
import { availableParallelism, machine, totalmem } from 'node:os'
import { dirname } from 'node:path'
import type { CommandAnswer, Probe } from '../probe.ts'

/** A driver that hangs must not hang the installation. PowerShell alone needs up to three seconds on a cold start. */
const COMMAND_TIMEOUT_MS = 15_000
/** The longest real answer, a full vulkaninfo of eight GPUs, has about 3 MiB. */
const MAX_OUTPUT_BYTES = 8 * 2 ** 20
/** The longest real file, /proc/cpuinfo of a machine with 1,024 processors, has about 2 MiB. */
const MAX_FILE_BYTES = 4 * 2 ** 20

/**
 * The machine that this process runs on.
 *
 * @param commandTimeoutMs after this time a program counts as one that does not answer
 */
export function nodeProbe(
  env: Readonly<Record<string, string | undefined>>,
  commandTimeoutMs = COMMAND_TIMEOUT_MS,
): Probe {
  return {
    platform: process.platform,
    arch: kernelArch(),
    env,
    logicalProcessors: availableParallelism(),
    totalMemory: totalmem(),
    run: (command, args) => run(command, args, env, commandTimeoutMs),
    readFile,
    listFolder,
    access: accessOf,
    diskFree,
  }
}

/** A 32-bit process on a 64-bit kernel runs 32-bit programs, so that the process decides. */
function kernelArch(): string {
  return process.arch === 'arm' || process.arch === 'ia32' ? process.arch : machine()
}

function run(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  timeout: number,
): Promise<CommandAnswer | null> {
  return new Promise((resolve) => {
    const options = {
      // Answers are read by program, so that they must not be translated.
      env: { ...env, LC_ALL: 'C', LANG: 'C' },
      timeout,
      killSignal: 'SIGKILL',
      maxBuffer: MAX_OUTPUT_BYTES,
      windowsHide: true,
    } as const
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      clearTimeout(abandon)
      if (error === null) resolve({ code: 0, stdout, stderr })
      else if (typeof error.code === 'number') resolve({ code: error.code, stdout, stderr })
      else if (error.code === 'ENOENT' || error.code === 'EACCES') resolve(null)
      else resolve({ code: null, stdout, stderr })
    })
    // A process that waits inside a broken driver cannot even be killed: it is left behind.
    const abandon = setTimeout(() => {
      child.stdout?.destroy()
      child.stderr?.destroy()
      child.unref()
      resolve({ code: null, stdout: '', stderr: '' })
    }, timeout + 1000)
    child.stdin?.end()
  })
}

async function readFile(path: string): Promise<string | null> {
  try {
    await using file = await open(path)
    const chunks: Buffer[] = []
    let length = 0
    // Files of /proc and /sys state no size and end when a read gives nothing.
    while (length < MAX_FILE_BYTES) {
      const { buffer, bytesRead } = await file.read(Buffer.alloc(64 * 1024))
      if (bytesRead === 0) break
      chunks.push(buffer.subarray(0, bytesRead))
      length += bytesRead
    }
    return Buffer.concat(chunks).toString('utf8')
  } catch (error) {
    return nullForSystemError(error)
  }
}

async function listFolder(path: string): Promise<string[] | null> {
  try {
    return (await readdir(path)).toSorted()
  } catch (error) {
    return nullForSystemError(error)
  }
}

async function accessOf(path: string): Promise<'open' | 'denied' | 'missing'> {
  try {
    await access(path, constants.R_OK | constants.W_OK)
    return 'open'
  } catch (error) {
    nullForSystemError(error)
    return isSystemError(error) && (error.code === 'ENOENT' || error.code === 'ENOTDIR')
      ? 'missing'
      : 'denied'
  }
}

async function diskFree(path: string): Promise<number | null> {
  try {
    const { bavail, bsize } = await statfs(path)
    return bavail * bsize
  } catch (error) {
    nullForSystemError(error)
    const parent = dirname(path)
    return parent === path ? null : diskFree(parent)
  }
}

function nullForSystemError(error: unknown): null {
  if (isSystemError(error)) return null
  throw error
}

function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'code' in error && typeof error.code === 'string'
}
