import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../packages/testing/src/free-port.ts'
import { PEAK_KIBIBYTES, startServer, stopServer } from '../processes.ts'
import { shapedLine } from './shaped-line.ts'

const BENCH_PLATFORM = 'linux-x86_64'

/** The folder of the programs as npm installs them. */
export interface Programs {
  readonly folder: string
}

/** What a program took, and what it printed. */
export interface Ran {
  readonly seconds: number
  readonly processorSeconds: number
  /** As the kernel counted it. */
  readonly peakMegabytes: number
  readonly stdout: string
}

export interface PublishedContent {
  readonly id: string
  readonly version: string
  /** The folder that is packed. */
  readonly content: string
  /** From how many earlier releases; by default none. */
  readonly patches?: number
}

export type BenchCatalog = Awaited<ReturnType<typeof openBenchCatalog>>

/** A catalog of its own behind a line of any speed, and programs that use it. */
export async function openBenchCatalog(folder: string, programs: Programs) {
  await mkdir(folder, { recursive: true })
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const token = `rbee_op_${randomBytes(24).toString('hex')}`
  const empty = join(folder, 'catalog')
  await mkdir(empty)
  const options = ['--port', String(port), '--data-dir', join(folder, 'data'), '--catalog', empty]
  const entry = fileURLToPath(new URL('../../apps/cli/src/entry/rbee-catalog.ts', import.meta.url))
  const env = { ...process.env, RBEE_OPERATOR_TOKEN: token }
  const server = await startServer(process.execPath, [entry, 'serve', ...options], `${url}/ready`, env)
  const line = await shapedLine(new URL(url))
  return {
    url,
    setMegabits: line.setMegabits,
    async publish({ id, version, content, patches = 0 }: PublishedContent): Promise<Ran> {
      const described = join(folder, `about-${id}`)
      await mkdir(described, { recursive: true })
      await writeFile(join(described, 'worker.toml'), aboutOf(id))
      await writeFile(join(described, 'LICENSE'), 'MIT\n')
      const given = ['--version', version, '--artifact', `${BENCH_PLATFORM}/cpu=${content}`]
      const more = ['--patches', patches === 0 ? 'off' : String(patches), '--registry', url]
      return measured(programs, 'rbee-publish', [described, ...given, ...more], { RBEE_TOKEN: token })
    },
    hive: (home: string, command: readonly string[]): Promise<Ran> =>
      measured(programs, 'rbee-hive', [...command, '--home', home, '--registry', line.url]),
    async [Symbol.asyncDispose]() {
      await line.close()
      await stopServer(server)
    },
  }
}

/** `4.5 s (3.1 s of processor time, at most 146 MB)` */
export function usage({ seconds, processorSeconds, peakMegabytes }: Ran): string {
  return `${seconds.toFixed(1)} s (${processorSeconds.toFixed(1)} s of processor time, at most ${Math.round(peakMegabytes)} MB)`
}

const REPORT = [
  'const { userCPUTime, systemCPUTime } = process.resourceUsage()',
  `process.stderr.write("\\nused " + ${PEAK_KIBIBYTES} + " " + (userCPUTime + systemCPUTime) + "\\n")`,
].join(';')

/** Runs a program while this process goes on, which the line is in. */
async function measured(
  programs: Programs,
  name: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const report = `data:text/javascript,${encodeURIComponent(`process.on("exit",()=>{${REPORT}})`)}`
  const all = ['--import', report, join(programs.folder, name), ...args, '--json', '--quiet']
  const started = performance.now()
  const child = spawn(process.execPath, all, { env: { ...process.env, ...env } })
  const ended = once(child, 'exit')
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)])
  const [code] = await ended
  const seconds = (performance.now() - started) / 1000
  if (code !== 0) throw new Error(`${name} ${args.join(' ')} ended with ${code}:\n${stderr}`)
  const [, kibibytes, microseconds] = /used (\d+) (\d+)/.exec(stderr) ?? []
  return {
    ...{ seconds, stdout, processorSeconds: Number(microseconds) / 1e6 },
    peakMegabytes: (Number(kibibytes) * 1024) / 1e6,
  }
}

function aboutOf(id: string): string {
  return [
    '[worker]',
    `id = "${id}"`,
    `name = "${id}"`,
    'description = "What is measured"',
    'license = "MIT"',
    '[build]',
    'features = ["cpu"]',
    '[platforms]',
    'linux = ["x86_64"]',
    '',
  ].join('\n')
}
