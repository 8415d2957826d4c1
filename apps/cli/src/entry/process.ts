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
    version: readVersion(),
    signal: interruption.signal,
  })
  // Whoever interrupts does not wait for what was asked meanwhile, such as a driver's tool that hangs.
  if (interruption.signal.aborted) process.exit()
}
