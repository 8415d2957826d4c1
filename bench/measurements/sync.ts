import { randomBytes } from 'node:crypto'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../packages/testing/src/free-port.ts'
import type { Measurement } from '../measurement.ts'
import { run, startServer, stopServer } from '../processes.ts'

const CATALOG = fileURLToPath(new URL('../../apps/cli/src/entry/rbee-catalog.ts', import.meta.url))
const WORKERS = 10_000
const CHANGED = 10
const PATIENCE_MS = 10 * 60_000

/**
 * How long a server takes to serve a Git catalog that it sees for the first time, from its start to the status that lists
 * every worker, and how long to read it again. Everything is in the time: Git, manifests, rules, rows and documents.
 */
export async function sync(): Promise<Measurement> {
  const folder = await mkdtemp(join(tmpdir(), 'rbee-bench-sync-'))
  const token = `bench_${randomBytes(24).toString('hex')}`
  const port = await freePort()
  const url = `http://127.0.0.1:${port}`
  try {
    const repository = join(folder, 'repository')
    await writeWorkers(repository, WORKERS, '0.1.0')
    commit(repository, ['init', '-q', '-b', 'main'])
    commit(repository, ['add', '-A'])
    commit(repository, ['commit', '-q', '-m', 'All workers'])
    const args = [
      'serve',
      '--port',
      String(port),
      '--data-dir',
      join(folder, 'data'),
      '--catalog',
      repository,
    ]
    const env = { ...process.env, RBEE_OPERATOR_TOKEN: token }
    const started = performance.now()
    const server = await startServer(process.execPath, [CATALOG, ...args], `${url}/health`, env)
    try {
      await untilServed(url)
      const cold = secondsSince(started)
      const unchanged = await readAgain(url, token)
      await writeWorkers(repository, CHANGED, '0.2.0')
      commit(repository, ['commit', '-q', '-a', '-m', 'Some workers'])
      const changed = await readAgain(url, token)
      return {
        what: `Sync of ${WORKERS.toLocaleString('en-US')} workers out of Git`,
        unit: 's',
        higherIsBetter: false,
        withoutPeers: true,
        results: [
          { name: 'first, from the start', median: cold },
          { name: 'unchanged', median: unchanged },
          { name: `${CHANGED} workers changed`, median: changed },
        ],
      }
    } finally {
      await stopServer(server)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function writeWorkers(repository: string, count: number, version: string): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    const id = `bench-worker-${String(index).padStart(5, '0')}`
    const folder = join(repository, 'workers', id)
    await mkdir(folder, { recursive: true })
    await writeFile(join(folder, 'worker.toml'), manifestOf(id, index))
    await writeFile(join(folder, 'Cargo.toml'), `[package]\nname = "${id}"\nversion = "${version}"\n`)
    await writeFile(join(folder, 'README.md'), `# Worker ${index}\n\n${'It serves models. '.repeat(60)}\n`)
  }
}

function manifestOf(id: string, index: number): string {
  return `[worker]
id = "${id}"
name = "Worker ${index}"
description = "Number ${index} of many"
license = "Apache-2.0"
tags = ["llm", "bench"]
maintainers = ["someone"]

[build]
features = ["cpu", "cuda"]
default_feature = "cpu"

[capabilities]
supported_formats = ["gguf"]
supports_streaming = true

[platforms]
linux = ["x86_64", "aarch64"]
`
}

function commit(repository: string, args: readonly string[]): void {
  const identity = ['-c', 'user.name=Bench', '-c', 'user.email=bench@localhost']
  run('git', ['-C', repository, ...identity, ...args])
}

/** The status is written last of everything that a sync writes. */
async function untilServed(url: string): Promise<void> {
  for (const deadline = performance.now() + PATIENCE_MS; performance.now() < deadline; ) {
    const status = await fetch(`${url}/v1/catalog/status`)
    if ((await status.text()).split('"path":').length > WORKERS) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error('the catalog was not served in time')
}

async function readAgain(url: string, token: string): Promise<number> {
  const started = performance.now()
  const answer = await fetch(`${url}/v1/catalog/sync?wait=60`, {
    method: 'POST',
    headers: { Authorization: `Bearer ${token}` },
  })
  const text = await answer.text()
  if (answer.status !== 200) throw new Error(`the sync was answered with ${answer.status}: ${text}`)
  return secondsSince(started)
}

function secondsSince(started: number): number {
  return (performance.now() - started) / 1000
}
