import { once } from 'node:events'
import { access, glob } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { chat, readText } from './quickstart/inference.ts'
import { HELP, type QuickstartOptions, readOptions } from './quickstart/options.ts'
import { type Programs, programsOf, QuickstartError } from './quickstart/programs.ts'

const PROJECT = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const SAMPLE_IMAGE = join(PROJECT, 'workers/ocr-worker/samples/receipt.png')
const PROMPT = 'Once upon a time'

const interruption = new AbortController()
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interruption.abort())

process.exitCode = await main()

async function main(): Promise<number> {
  try {
    const options = readOptions(
      process.argv.slice(2),
      process.env,
      process.env.INIT_CWD ?? process.cwd(),
      PROJECT,
    )
    if (options === null) {
      console.log(HELP)
      return 0
    }
    await quickstart(options, programsOf(PROJECT, process.env, interruption.signal))
    return 0
  } catch (error) {
    if (interruption.signal.aborted) {
      say('interrupted; what was finished stays, and the next run goes on from there')
      return 130
    }
    if (error instanceof QuickstartError) {
      console.error(`\nquickstart failed: ${error.message}`)
      return 1
    }
    if (error instanceof Error && 'code' in error && String(error.code).startsWith('ERR_PARSE_ARGS')) {
      console.error(`${error.message}\n\n${HELP}`)
      return 2
    }
    throw error
  }
}

/** From nothing to a worker that answers: every step runs the program that a user or an author would run. */
async function quickstart(options: QuickstartOptions, programs: Programs): Promise<void> {
  if (options.model !== null) await requireModel(options.model)
  const registry = (url: string) => ({ RBEE_REGISTRY: url })

  step(1, 'starting the catalog')
  const catalog = await programs.startCatalog(options)
  const started: string[] = []
  const env = registry(catalog.url)
  try {
    say(`the catalog is up: ${catalog.url}`)
    step(2, 'building the official workers and publishing them')
    await publishWorkers(programs, options, env)

    step(3, 'installing what fits this machine')
    for (const worker of ['llm-worker', 'ocr-worker']) {
      say(`$ rbee-hive install ${worker} --auto`)
      say((await programs.run('rbee-hive', ['install', worker, '--auto'], env)).replaceAll(/^/gm, '  '))
    }

    step(4, 'asking for an answer')
    const ocr = await startWorker(programs, 'ocr-worker', [], started)
    const read = await readText(ocr, SAMPLE_IMAGE)
    print(
      `\nocr-worker read this off workers/ocr-worker/samples/receipt.png in ${read.milliseconds} ms:\n${indent(read.text)}`,
    )
    const llm =
      options.model === null
        ? null
        : await startWorker(programs, 'llm-worker', ['--model', options.model], started)
    if (llm !== null) {
      const answer = await chat(llm, PROMPT)
      print(`\nllm-worker answered "${PROMPT}" in ${answer.milliseconds} ms:\n${indent(answer.text)}`)
    }
    print(nextSteps(catalog.url, ocr, llm))
    if (!options.exit) {
      print('\nEverything stays up until Ctrl-C.')
      if (!interruption.signal.aborted) await once(interruption.signal, 'abort')
    }
  } finally {
    try {
      await stopAll(started)
    } finally {
      await catalog.stop()
    }
  }
}

async function requireModel(model: string): Promise<void> {
  try {
    await access(model)
  } catch (error) {
    throw new QuickstartError(`there is no model at ${model}`, { cause: error })
  }
}

/** Every folder of `workers/` with a manifest is published; none is named here. */
async function publishWorkers(
  programs: Programs,
  options: QuickstartOptions,
  env: Record<string, string>,
): Promise<void> {
  const token = await programs.run('rbee-catalog', [
    'token',
    'create',
    '--scope',
    'operator',
    '--expires',
    '1d',
    '--quiet',
    '--data-dir',
    options.dataDir,
  ])
  const manifests = await Array.fromAsync(glob('workers/{*,community/*}/worker.toml', { cwd: PROJECT }))
  for (const folder of manifests.map(dirname).toSorted()) {
    say(`$ rbee-publish ${folder}`)
    say((await programs.run('rbee-publish', [folder], { ...env, RBEE_TOKEN: token })).replaceAll(/^/gm, '  '))
  }
}

/** @returns the worker's address. One that runs already is asked as it is, and left running in the end. */
async function startWorker(
  programs: Programs,
  id: string,
  args: readonly string[],
  started: string[],
): Promise<string> {
  const status = JSON.parse(await programs.run('rbee-hive', ['status', id, '--json'])) as {
    workers: { url: string }[]
  }
  const [running] = status.workers
  if (running) return running.url
  const answer = await programs.run('rbee-hive', ['run', id, '--detach', '--json', ...args])
  started.push(id)
  return (JSON.parse(answer) as { running: { url: string } }).running.url
}

async function stopAll(started: readonly string[]): Promise<void> {
  // Whatever ended the run, what it started ends with it: these calls do not listen to the interruption.
  const programs = programsOf(PROJECT, process.env, new AbortController().signal)
  for (const id of started) await programs.run('rbee-hive', ['stop', id, '--quiet'])
}

function nextSteps(catalog: string, ocr: string, llm: string | null): string {
  const moved = catalog === 'http://127.0.0.1:8787' ? '' : ` --registry ${catalog}`
  return [
    '',
    'Addresses',
    `  catalog     ${catalog}`,
    `  its API     ${catalog}/docs`,
    `  ocr-worker  ${ocr}`,
    ...(llm === null ? [] : [`  llm-worker  ${llm}`]),
    '',
    'Next',
    `  curl ${catalog}/v1/workers`,
    `  curl --data-binary @picture.png -H 'content-type: image/png' ${ocr}/v1/ocr`,
    '  npx -y pnpm@12 -s rbee-hive run llm-worker --model FILE.gguf',
    `  npx -y pnpm@12 -s rbee-hive info llm-worker${moved}`,
    '  describe a worker of your own: docs/authors.md',
  ].join('\n')
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
