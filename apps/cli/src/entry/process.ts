import { isBareVersion, type ProgramSpec } from '../program/define.ts'
import { prepareRuntime, readVersion } from './runtime.ts'

/** Runs a program in this process: the one place of the command line that reads the process's surroundings. */
export async function runInProcess(
  spec: ProgramSpec,
  argv: readonly string[] = process.argv.slice(2),
  program: readonly string[] = [process.execPath, ...process.execArgv, process.argv[1] ?? ''],
): Promise<void> {
  if (isBareVersion(argv)) {
    process.stdout.write(`${readVersion()}\n`)
    return
  }
  await prepareRuntime()
  // Loaded now, so that asking for the version costs next to nothing.
  const { runProgram } = await import('../program/run.ts')
  const interruption = new AbortController()
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      // Whoever asks a second time does not want to wait for an orderly end.
      if (interruption.signal.aborted) process.exit(130)
      interruption.abort(signal)
    })
  }
  // A reader such as `head` that went away is no failure of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0)
    throw error
  })
  // A terminal that was closed takes no more messages; what is under way still comes to its end.
  process.stderr.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE' && error.code !== 'EIO') throw error
  })
  process.exitCode = await runProgram(spec, {
    argv,
    program,
    env: process.env,
    cwd: process.cwd(),
    stdout: process.stdout,
    stderr: {
      write: (text, done) => process.stderr.write(text, done),
      backlog: () => process.stderr.writableLength,
      isTTY: process.stderr.isTTY === true,
      columns: () => process.stderr.columns ?? 80,
    },
    clock: Date.now,
    ...(process.stdin.isTTY && process.stderr.isTTY ? { ask: askOnTerminal(interruption.signal) } : {}),
    version: readVersion(),
    signal: interruption.signal,
  })
  // Whoever interrupts does not wait for what was asked meanwhile, such as a driver's tool that hangs.
  if (interruption.signal.aborted) process.exit()
}

/** A question on stderr, so that what is asked never gets into a file that stdout goes to. An end of input is no answer. */
function askOnTerminal(signal: AbortSignal): (question: string) => Promise<string> {
  return async (question) => {
    const { createInterface } = await import('node:readline/promises')
    const terminal = createInterface({ input: process.stdin, output: process.stderr })
    const closed = new Promise<string>((resolve) => terminal.once('close', () => resolve('')))
    // While a question stands, Ctrl-C is a key of the terminal's line and no signal.
    terminal.once('SIGINT', () => process.kill(process.pid, 'SIGINT'))
    try {
      return await Promise.race([terminal.question(question, { signal }), closed])
    } finally {
      terminal.close()
    }
  }
}
