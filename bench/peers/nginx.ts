import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { freePort } from '../../packages/testing/src/free-port.ts'
import { has } from '../processes.ts'
import type { MissingPeer, Peer, Stage } from './peer.ts'
import type { SampleFile } from './sample-file.ts'

const NAME = 'nginx, 1 worker, logging on'
/** What nginx makes by itself, or what differs from request to request. */
const OWN_FIELDS = new Set([
  'connection',
  'content-length',
  'content-type',
  'date',
  'etag',
  'keep-alive',
  'transfer-encoding',
  'x-request-id',
])

/**
 * Serves the bytes that `source` answers, with the same header fields, from a file, and compressed from a second one to who
 * takes gzip; and the sample file beside them.
 */
export async function startNginx(
  stage: Stage,
  source: string,
  file?: SampleFile,
): Promise<Peer | MissingPeer> {
  if (!has('nginx')) return { name: NAME, note: 'nginx is not installed (apt-get install nginx-light)' }
  const folder = join(stage.folder, 'nginx')
  const files = join(folder, 'files')
  await mkdir(files, { recursive: true })
  await chmod(folder, 0o755)
  const answer = await fetch(source, { headers: { 'accept-encoding': 'identity' } })
  const body = Buffer.from(await answer.arrayBuffer())
  await writeFile(join(files, 'document.json'), body)
  await writeFile(join(files, 'document.json.gz'), gzipSync(body))
  if (file) await copyFile(file.path, join(files, 'file'))
  const fields = [...answer.headers]
    .filter(([name]) => !OWN_FIELDS.has(name))
    .map(([name, value]) => `add_header ${name} ${JSON.stringify(value)};`)
  const port = await freePort()
  const configuration = `
    daemon off; worker_processes 1; pid ${folder}/nginx.pid; error_log ${folder}/error.log;
    events { worker_connections 1024; }
    http {
      access_log ${folder}/access.log;
      sendfile on;
      keepalive_requests 1000000;
      server {
        listen 127.0.0.1:${port};
        root ${files};
        default_type application/octet-stream;
        location = /document.json { default_type application/json; gzip_static on; ${fields.join('\n')} }
      }
    }`
  await writeFile(join(folder, 'nginx.conf'), configuration)
  const url = `http://127.0.0.1:${port}`
  const args = ['-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')]
  await stage.start('nginx', args, `${url}/document.json`)
  return { name: NAME, document: `${url}/document.json`, file: file ? `${url}/file` : '' }
}
