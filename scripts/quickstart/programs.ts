import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A failure that is told in one sentence; what the program itself printed stands above it. */
export class QuickstartError extends Error {
  override readonly name = 'QuickstartError'
}

export interface Programs {
  /** Runs a program to its end and returns what it printed on stdout; its stderr is shown as it comes. */
  run(program: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<string>
  /** Starts the catalog and waits until it is ready. */
  startCatalog(options: { port: number; dataDir: string }): Promise<{ url: string; stop(): Promise<void> }>
}

const READY_TIMEOUT_MS = 60_000

/** The four programs of this clone, run as a user would run them. */
export function programsOf(
  project: string,
  env: Readonly<Record<string, string | undefined>>,
  signal: AbortSignal,
): Programs {
  const entry = (program: string) => join(project, 'apps/cli/src/entry', `${program}.ts`)
  const children = (extra: Readonly<Record<string, string>> = {}) => ({
    ...Object.fromEntries(Object.entries(env).filter(([name]) => name !== 'INIT_CWD')),
    ...extra,
  })

  return {
    async run(program, args, extra) {
      const child = spawn(process.execPath, [entry(program), ...args], {
        cwd: project,
        env: children(extra),
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let stdout = ''
      child.stdout.setEncoding('utf8').on('data', (text: string) => {
        stdout += text
      })
      const code = await exitOf(child, signal)
      signal.throwIfAborted()
      if (code !== 0) throw new QuickstartError(`${program} ${args.join(' ')} ended with exit code ${code}`)
      return stdout.trim()
    },

    async startCatalog({ port, dataDir }) {
      const log = join(dataDir, 'catalog.log')
      mkdirSync(dataDir, { recursive: true })
      const output = openSync(log, 'w')
      const args = [entry('rbee-catalog'), 'serve', '--port', String(port), '--data-dir', dataDir]
      const child = spawn(process.execPath, args, {
        cwd: project,
        env: children(),
        stdio: ['ignore', output, output],
      })
      closeSync(output)
      const url = `http://127.0.0.1:${port}`
      await waitUntilReady(child, url, log, signal)
      return {
        url,
        stop: async () => {
          child.kill('SIGTERM')
          await exitOf(child, new AbortController().signal)
        },
      }
    },
  }
}

async function waitUntilReady(
  child: ChildProcess,
  url: string,
  log: string,
  signal: AbortSignal,
): Promise<void> {
  const deadline = Date.now() + READY_TIMEOUT_MS
  for (;;) {
    if (child.exitCode !== null || child.signalCode !== null) {
      throw new QuickstartError(`the catalog did not start:\n${readFileSync(log, 'utf8').trim()}`)
    }
    if (await isReady(url)) return
    if (signal.aborted || Date.now() > deadline) {
      child.kill('SIGTERM')
      signal.throwIfAborted()
      throw new QuickstartError(`the catalog was not ready in time; its log: ${log}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(`${url}/ready`, { signal: AbortSignal.timeout(2_000) })
    await answer.body?.cancel()
    return answer.ok
  } catch (error) {
    if (error instanceof TypeError || (error instanceof Error && error.name === 'TimeoutError')) return false
    throw error
  }
}

function exitOf(child: ChildProcess, signal: AbortSignal): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve(child.exitCode)
  const end = () => child.kill('SIGTERM')
  signal.addEventListener('abort', end, { once: true })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', (code) => {
      signal.removeEventListener('abort', end)
      resolve(code)
    })
  })
}
