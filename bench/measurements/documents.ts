import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { inTurns, type Measurement } from '../measurement.ts'
import { freePort, has, run, startServer, stopServer } from '../processes.ts'

const CATALOG = fileURLToPath(new URL('../../apps/cli/src/entry/rbee-catalog.ts', import.meta.url))
const WORKERS = fileURLToPath(new URL('../../workers', import.meta.url))
const DOCUMENT = '/v1/workers/llm-worker'

/** Requests per second for a worker's document; nginx serves the same bytes with the same headers from a file. */
export async function documents(): Promise<Measurement> {
  const what = `Document ${DOCUMENT}, 16 connections, 1 load thread`
  const folder = await mkdtemp(join(tmpdir(), 'bench-documents-'))
  const servers: Awaited<ReturnType<typeof startServer>>[] = []
  try {
    const port = await freePort()
    const url = `http://127.0.0.1:${port}`
    const data = ['--port', String(port), '--data-dir', join(folder, 'data'), '--catalog', WORKERS]
    servers.push(await startServer(process.execPath, [CATALOG, 'serve', '--quiet', ...data], url + DOCUMENT))
    const nginx = has('nginx') ? await startNginx(folder, url + DOCUMENT) : null
    if (nginx) servers.push(nginx.child)
    const wrk = has('wrk')
    const load = (address: string) => async () => requestsPerSecond(address)
    const missing = wrk ? 'nginx is not installed' : 'wrk is not installed'
    return {
      what,
      unit: 'requests/s',
      higherIsBetter: true,
      results: await inTurns(3, [
        { name: 'catalog on Node', run: wrk ? load(url + DOCUMENT) : null, note: missing },
        { name: 'nginx, 1 worker, logging on', run: wrk && nginx ? load(nginx.url) : null, note: missing },
      ]),
    }
  } finally {
    for (const server of servers) await stopServer(server)
    await rm(folder, { recursive: true, force: true })
  }
}

function requestsPerSecond(url: string): number {
  const report = run('wrk', ['-t1', '-c16', '-d4s', url])
  if (/Non-2xx|Socket errors/.test(report)) throw new Error(`errors under load:\n${report}`)
  return Number(/Requests\/sec:\s+([\d.]+)/.exec(report)?.[1])
}

async function startNginx(folder: string, source: string) {
  // Started as root, nginx reads files as another user.
  await chmod(folder, 0o755)
  const answer = await fetch(source)
  await writeFile(join(folder, 'document.json'), await answer.text())
  const omitted = new Set([
    'connection',
    'content-length',
    'date',
    'keep-alive',
    'transfer-encoding',
    'etag',
    'content-type',
    'x-request-id',
  ])
  const headers = [...answer.headers].filter(([name]) => !omitted.has(name))
  const port = await freePort()
  const configuration = `
    daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
    events { worker_connections 1024; }
    http {
      access_log ${folder}/access.log;
      keepalive_requests 1000000;
      server {
        listen 127.0.0.1:${port};
        root ${folder};
        location = /document.json {
          default_type application/json;
          ${headers.map(([name, value]) => `add_header ${name} ${JSON.stringify(value)};`).join('\n          ')}
        }
      }
    }`
  await writeFile(join(folder, 'nginx.conf'), configuration)
  const url = `http://127.0.0.1:${port}/document.json`
  return {
    url,
    child: await startServer(
      'nginx',
      ['-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')],
      url,
    ),
  }
}
