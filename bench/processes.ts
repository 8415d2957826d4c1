import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { closeSync, existsSync, openSync, readdirSync, readFileSync } from 'node:fs'

/** Whether a program is on the PATH. */
export function has(program: string): boolean {
  return spawnSync('sh', ['-c', 'command -v "$1"', 'sh', program]).status === 0
}

/** Runs a program to its end. @returns stdout; throws with stderr when it fails. */
export function run(
  program: string,
  args: readonly string[],
  env: Record<string, string | undefined> = process.env,
): string {
  const result = spawnSync(program, [...args], { encoding: 'utf8', env, maxBuffer: 64 * 2 ** 20 })
  if (result.error) throw result.error
  if (result.status !== 0) throw new Error(`${program} ${args.join(' ')} failed:\n${result.stderr}`)
  return result.stdout
}

/** Seconds that a program takes. */
export function seconds(
  program: string,
  args: readonly string[],
  env?: Record<string, string | undefined>,
): number {
  const started = performance.now()
  run(program, args, env)
  return (performance.now() - started) / 1000
}

/**
 * Starts a server and waits until `url` answers.
 *
 * @param stderr the file that its messages are written to; without one they are dropped.
 */
export async function startServer(
  program: string,
  args: readonly string[],
  url: string,
  env: Record<string, string | undefined> = process.env,
  stderr?: string,
): Promise<ChildProcess> {
  const messages = stderr === undefined ? 'ignore' : openSync(stderr, 'a')
  const child = spawn(program, [...args], { stdio: ['ignore', 'ignore', messages], env })
  if (typeof messages === 'number') closeSync(messages)
  for (let tries = 0; tries < 600; tries += 1) {
    if (child.exitCode !== null) throw new Error(`${program} ended with ${child.exitCode}`)
    try {
      const answer = await fetch(url)
      await answer.body?.cancel()
      if (answer.ok) return child
    } catch (error) {
      if (!(error instanceof TypeError)) throw error
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  child.kill()
  throw new Error(`${program} did not answer ${url}`)
}

export function stopServer(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', () => resolve())
    child.kill('SIGTERM')
  })
}

/** Milliseconds that all threads of a process were running: the first field of schedstat; 0 where there is none. */
export function processorMilliseconds(pid: number): number {
  const tasks = `/proc/${pid}/task`
  if (!existsSync(tasks)) return 0
  return readdirSync(tasks).reduce((sum, task) => {
    const file = `${tasks}/${task}/schedstat`
    return existsSync(file) ? sum + Number(readFileSync(file, 'utf8').split(' ')[0]) / 1e6 : sum
  }, 0)
}

/**
 * An expression for the most memory that a Node process had, in KiB, at its end. What resourceUsage() tells of a process that was
 * just started includes the memory of the one that started it, which Linux counts until the program is loaded.
 */
export const PEAK_KIBIBYTES = [
  '((status)=>status?Number(status[1]):process.resourceUsage().maxRSS)',
  '(process.platform==="linux"&&/VmHWM:\\s+(\\d+)/.exec(process.getBuiltinModule("node:fs").readFileSync("/proc/self/status","latin1")))',
].join('')
