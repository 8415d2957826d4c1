import { once } from 'node:events'
import { open } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type RunningCatalog, startCatalog } from './quickstart/catalog.ts'
import { chat, readText } from './quickstart/inference.ts'
import { nextSteps, nextStepsAfterTheEnd } from './quickstart/next-steps.ts'
import { HELP, type QuickstartOptions, QuickstartUsageError, readOptions } from './quickstart/options.ts'
import { type Programs, programsOf, QuickstartError } from './quickstart/programs.ts'
import { publishWorkers } from './quickstart/publish.ts'
import { startWorker, stopWorkers } from './quickstart/workers.ts'

const PROJECT = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const SAMPLE_IMAGE = 'workers/ocr-worker/samples/receipt.png'
const PROMPT = 'Once upon a time'

const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interruption.abort())
// Nobody reads any more, as after `quickstart | head`, or when the terminal was closed.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => interruption.abort())

process.exitCode = await main()

async function main(): Promise<number> {
  const { signal } = interruption
  try {
    const cwd = process.env.INIT_CWD ?? process.cwd()
    const options = readOptions(process.argv.slice(2), process.env, cwd, PROJECT)
    if (options === null) {
      print(HELP)
      return 0
    }
    await quickstart(options, programsOf(PROJECT, process.env, signal), signal)
    return 0
  } catch (error) {
    if (signal.aborted) {
      say('interrupted; what was finished stays, and the next run goes on from there')
      return 130
    }
    if (error instanceof QuickstartUsageError) {
      say(`error: ${error.message}\n\n${HELP}`)
      return 2
    }
    if (error instanceof QuickstartError) {
      say(`\nquickstart failed: ${error.message}`)
      return 1
    }
    throw error
  }
}

/** From nothing to a worker that answers: every step runs the program that a user or an author would run. */
async function quickstart(
  options: QuickstartOptions,
  programs: Programs,
  signal: AbortSignal,
): Promise<void> {
  if (options.model !== null) await assertModel(options.model)

  step(1, 'starting the catalog')
  const catalog = await startCatalog(programs, options, signal, (text) => process.stderr.write(text))
  const started: string[] = []
  let conclusion: string | null = null
  try {
    step(2, 'building the official workers and publishing them')
    await publishWorkers(programs, PROJECT, options.dataDir, catalog.url)

    step(3, 'installing what fits this machine')
    await installWorkers(programs, catalog)

    step(4, 'asking for an answer')
    const answering = { catalog: catalog.url, ...(await askWorkers(programs, options, started, signal)) }
    if (options.exit) conclusion = nextStepsAfterTheEnd(answering, options)
    else {
      print(`\n${nextSteps(answering)}\n\nEverything stays up until Ctrl-C.`)
      await staysUp(catalog, signal)
    }
  } finally {
    // Whatever ended the run, what it started ends with it: these calls do not listen to the interruption.
    await stopWorkers(programsOf(PROJECT, process.env, new AbortController().signal), started)
    await catalog.stop()
  }
  if (conclusion !== null) print(`\n${conclusion}`)
}

/** A wrong file is refused before anything is built. */
async function assertModel(file: string): Promise<void> {
  const head = Buffer.alloc(4)
  try {
    await using handle = await open(file)
    await handle.read(head, 0, 4, 0)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new QuickstartError(`there is no model at ${file}`, { cause: error })
    throw new QuickstartError(`the model ${file} cannot be read: ${code}`, { cause: error })
  }
  if (head.toString('latin1') !== 'GGUF') throw new QuickstartError(`${file} is not a GGUF file`)
}

async function installWorkers(programs: Programs, catalog: RunningCatalog): Promise<void> {
  const env = { RBEE_REGISTRY: catalog.url }
  for (const worker of ['llm-worker', 'ocr-worker']) {
    say(`$ rbee-hive install ${worker} --auto`)
    say(indent(await programs.run({ program: 'rbee-hive', args: ['install', worker, '--auto'], env })))
  }
}

/** Has each worker answer, and prints the answers. */
async function askWorkers(
  programs: Programs,
  { model }: QuickstartOptions,
  started: string[],
  signal: AbortSignal,
): Promise<{ ocr: string; llm: string | null }> {
  const ocr = await startWorker(programs, 'ocr-worker', null, started, signal)
  const read = await readText(ocr, join(PROJECT, SAMPLE_IMAGE), signal)
  print(`\nocr-worker read this off ${SAMPLE_IMAGE} in ${read.milliseconds} ms:\n${indent(read.text)}`)
  if (model === null) return { ocr, llm: null }
  const llm = await startWorker(programs, 'llm-worker', model, started, signal)
  const answer = await chat(llm, PROMPT, signal)
  print(`\nllm-worker answered "${PROMPT}" in ${answer.milliseconds} ms:\n${indent(answer.text)}`)
  return { ocr, llm }
}

async function staysUp(catalog: RunningCatalog, signal: AbortSignal): Promise<void> {
  const lastWords = await Promise.race([catalog.ended, signal.aborted || once(signal, 'abort')])
  if (!signal.aborted) throw new QuickstartError(`the catalog ended by itself\n${lastWords}`)
}

function step(number: number, what: string): void {
  say(`\n[${number}/4] ${what}`)
}

function say(line: string): void {
  process.stderr.write(`${line}\n`)
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ')
}
