import { type ChildProcess, execFile, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs, promisify } from 'node:util'

const HELP = `usage: pnpm dev [--port N] [--data-dir DIR]

Runs the catalog as a Cloudflare Worker on this machine, with local D1 and R2. Ctrl-C ends it.

  --port N         port to listen on (PORT; default 8787)
  --data-dir DIR   folder of the local D1 and R2 (default apps/catalog/.wrangler/state)`

const PROJECT = resolve(dirname(fileURLToPath(import.meta.url)), '..')
const APP = join(PROJECT, 'apps/catalog')
const STATE = join(APP, '.wrangler')
/** Variables of the local Worker: a file, because arguments of a process can be read by everybody on the machine. */
const VARIABLES = join(STATE, 'dev.env')
/** Runs the Worker's cron; the runtime on this machine does so only when it is asked. */
const CRON = '/cdn-cgi/local/scheduled'
/** As often as wrangler.jsonc lets it run on Cloudflare. */
const CRON_EVERY_MS = 5 * 60_000

process.exitCode = await main()

async function main(): Promise<number> {
  const options = readOptions(process.argv.slice(2))
  if (options === null) return 2
  if (options.help) {
    console.log(HELP)
    return 0
  }
  await mkdir(STATE, { recursive: true })
  const token = await operatorToken()
  const { signing, log } = await ownKeys(options.dataDir)
  const variables = { RBEE_OPERATOR_TOKEN: token, RBEE_SIGNING_KEY: signing, RBEE_LOG_KEY: log }
  const lines = Object.entries(variables).map(([name, value]) => `${name}="${value}"\n`)
  await writeFile(VARIABLES, lines.join(''), { mode: 0o600 })

  const migrated = await run(
    ['d1', 'migrations', 'apply', 'DB', '--local', '--persist-to', options.dataDir],
    true,
  )
  if (migrated !== 0) return migrated
  const url = `http://127.0.0.1:${options.port}`
  console.log(`The catalog will be at ${url}; its operator token is in RBEE_TOKEN below. In another terminal:

  export RBEE_REGISTRY=${url} RBEE_TOKEN=${token}
  npx -y pnpm@12 -s rbee-catalog sync --to ${url}
`)
  const ended = run(
    [
      'dev',
      '--port',
      options.port,
      '--ip',
      '127.0.0.1',
      '--env-file',
      VARIABLES,
      '--persist-to',
      options.dataDir,
    ],
    false,
  )
  const over = new AbortController()
  void ended.finally(() => over.abort())
  if (await answers(url, over.signal)) {
    await publishRoot(url, options.dataDir, token)
    await runCron(url)
    console.log(`the catalog is up: ${url}`)
    const cron = setInterval(() => void runCron(url), CRON_EVERY_MS)
    await ended
    clearInterval(cron)
  }
  return ended
}

/**
 * What the Worker signs with, made once: on Cloudflare these are secrets, and the root is sent by whoever holds its keys.
 */
async function ownKeys(dataDir: string): Promise<{ signing: string; log: string }> {
  const folder = join(dataDir, 'keys')
  const online = join(folder, 'online')
  if ((await namesIn(online)).length === 0) await catalog(['keys', 'init', '--data-dir', dataDir])
  const [name] = (await namesIn(online)).filter((file) => file.endsWith('.key'))
  if (name === undefined) throw new Error(`there is no key in ${online}`)
  const file = join(folder, 'log.key')
  const kept = await readFile(file, 'utf8').catch(missingAsEmpty)
  const log = kept || (await catalog(['log', 'key', '--name', 'localhost/log']))
  if (kept === '') await writeFile(file, log, { mode: 0o600 })
  return { signing: (await readFile(join(online, name), 'utf8')).trim(), log: log.trim() }
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder)
  } catch (error) {
    missingAsEmpty(error)
    return []
  }
}

/** Waits until the Worker answers at all: it is not ready before it knows the root. False where it ended before. */
async function answers(url: string, over: AbortSignal): Promise<boolean> {
  while (!over.aborted) {
    const answer = await fetch(`${url}/health`).catch(() => null)
    await answer?.body?.cancel()
    if (answer?.ok) return true
    await sleep(200)
  }
  return false
}

async function publishRoot(url: string, dataDir: string, token: string): Promise<void> {
  await catalog(['keys', 'publish', '--data-dir', dataDir, '--registry', url], { RBEE_TOKEN: token })
}

/** Does what waits for the next run, such as to name the log in the signed metadata. A Worker that ends does nothing more. */
async function runCron(url: string): Promise<void> {
  const answer = await fetch(url + CRON).catch(() => null)
  await answer?.body?.cancel()
}

/** Runs rbee-catalog to its end. @returns what it printed. */
async function catalog(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<string> {
  const program = join(PROJECT, 'apps/cli/src/entry/rbee-catalog.ts')
  const options = { cwd: PROJECT, env: { ...process.env, ...env } }
  const { stdout } = await promisify(execFile)(process.execPath, [program, ...args], options)
  return stdout
}

function readOptions(args: string[]) {
  try {
    const { values } = parseArgs({
      args: args[0] === '--' ? args.slice(1) : args,
      options: {
        port: { type: 'string', default: process.env.PORT || '8787' },
        'data-dir': { type: 'string', default: join(STATE, 'state') },
        help: { type: 'boolean', default: false },
      },
    })
    if (!/^\d{1,5}$/.test(values.port)) throw new Error(`--port ${values.port} is not a port`)
    const dataDir = resolve(process.env.INIT_CWD ?? process.cwd(), values['data-dir'])
    return { port: values.port, dataDir, help: values.help }
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${HELP}`)
    return null
  }
}

/** The one of the environment, else the one of the last run, else a new one. */
async function operatorToken(): Promise<string> {
  if (process.env.RBEE_OPERATOR_TOKEN) return process.env.RBEE_OPERATOR_TOKEN
  const earlier = await readFile(VARIABLES, 'utf8').catch(missingAsEmpty)
  return (
    /^RBEE_OPERATOR_TOKEN="(.+)"$/m.exec(earlier)?.[1] ?? `rbee_op_${randomBytes(32).toString('base64url')}`
  )
}

function missingAsEmpty(error: unknown): string {
  if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return ''
  throw error
}

/** Runs wrangler to its end. Being told to stop is passed on, and then counts as success. */
async function run(args: readonly string[], quiet: boolean): Promise<number> {
  const child = spawn(join(PROJECT, 'node_modules/.bin/wrangler'), args, {
    cwd: APP,
    env: { ...process.env, WRANGLER_SEND_METRICS: 'false' },
    stdio: ['ignore', quiet ? 'pipe' : 'inherit', 'inherit'],
  })
  let output = ''
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    output += text
  })
  const stopped = passSignalsOn(child)
  const [code] = await once(child, 'close')
  if (stopped()) return 0
  if (code !== 0) process.stdout.write(output)
  return typeof code === 'number' ? code : 1
}

function passSignalsOn(child: ChildProcess): () => boolean {
  let stopped = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      stopped = true
      child.kill('SIGTERM')
    })
  }
  return () => stopped
}
