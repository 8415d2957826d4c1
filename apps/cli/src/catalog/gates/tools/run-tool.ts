import { spawn } from 'node:child_process'
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { RbeeError } from '@rbee/schema'
import type { Tool } from './tool.ts'

/** Time for one batch. makepkg's functions take some 20 ms a file. */
const TIMEOUT_MS = 10 * 60_000
const MAX_OUTPUT = 4 * 2 ** 20
/** `nobody` on every system with makepkg. Nothing that root may do is needed. */
const NOBODY = 65_534
const REASON_LENGTH = 300

/** A file for a tool to read. */
export interface ToolFile {
  readonly text: string
  /** Of a PKGBUILD what makepkg has to write of it. */
  readonly srcinfo: string | null
  /** Equal for files of the same variables and functions. */
  readonly shape: string
}

export interface ToolRun {
  readonly searchPath: string | undefined
  readonly signal: AbortSignal
}

/**
 * Gives files to a program, all of them to one process, in a folder that is removed afterwards.
 *
 * @returns the program's reasons by the place of the file, for those that it cannot read.
 * @throws RbeeError `tool_failed` where the program itself fails.
 */
export async function runTool(
  tool: Tool,
  files: readonly ToolFile[],
  run: ToolRun,
): Promise<ReadonlyMap<number, string>> {
  const folder = await mkdtemp(join(tmpdir(), 'rbee-gates-'))
  try {
    await chmod(folder, 0o755)
    for (const [place, { text, srcinfo }] of files.entries()) {
      await writeReadable(join(folder, nameOf(place)), text)
      if (srcinfo !== null) await writeReadable(join(folder, `${place}.srcinfo`), srcinfo)
    }
    const shapes = new Set<string>()
    const questions = files.map(({ shape }, place) => {
      const isFirst = !shapes.has(shape)
      shapes.add(shape)
      return `${tool.question(nameOf(place), isFirst)}\n`
    })
    const said = await answerOf(tool, folder, questions.join(''), run)
    return new Map(
      said.split('\n').flatMap((line) => {
        const [, place, reason = ''] = /^\.\/(\d+)\.txt\t(.*)$/.exec(line) ?? []
        return place === undefined ? [] : [[Number(place), reason.trim().slice(0, REASON_LENGTH)] as const]
      }),
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** Readable by {@link NOBODY} whatever the umask of this process. */
async function writeReadable(path: string, text: string): Promise<void> {
  await writeFile(path, text)
  await chmod(path, 0o644)
}

/** With a folder before it, so that bash does not look for it on the PATH. */
const nameOf = (place: number) => `./${place}.txt`

function answerOf(
  { name, command: [program, ...args], environment }: Tool,
  cwd: string,
  questions: string,
  { searchPath, signal }: ToolRun,
): Promise<string> {
  const isRoot = process.getuid?.() === 0
  const child = spawn(program, args, {
    cwd,
    env: { PATH: searchPath, HOME: cwd, ...environment },
    stdio: ['pipe', 'pipe', 'pipe'],
    signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    killSignal: 'SIGKILL',
    ...(isRoot ? { uid: NOBODY, gid: NOBODY } : {}),
  })
  return new Promise((resolve, reject) => {
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (stdout.length < MAX_OUTPUT) stdout += text
    })
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      if (stderr.length < REASON_LENGTH) stderr += text
    })
    // It ended early; its exit code says so.
    child.stdin.on('error', () => {})
    child.stdin.end(questions)
    child.once('error', (cause) =>
      reject(signal.aborted ? signal.reason : failure(name, cause.message, cause)),
    )
    child.once('close', (code) => {
      if (code === 0) resolve(stdout)
      else reject(failure(name, stderr.slice(0, REASON_LENGTH).trim() || `exit code ${code}`))
    })
  })
}

function failure(name: string, why: string, cause?: unknown): RbeeError {
  return new RbeeError('tool_failed', `${name} failed: ${why}`, {
    next: `see that ${name} works on this machine, or take it off the PATH`,
    cause,
  })
}
