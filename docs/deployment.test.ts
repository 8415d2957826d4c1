import { execFile, execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { startServer } from '../apps/catalog/src/entry/node.ts'
import { program } from '../apps/cli/src/commands/rbee-catalog/index.ts'
import { UPLOAD_PART_BYTES, uploadStateSchema } from '../packages/schema/src/index.ts'
import { freePort } from '../packages/testing/src/free-port.ts'

const DEPLOY = fileURLToPath(new URL('../deploy/', import.meta.url))
const TOKEN = 'rbee_op_of-this-test-only-0123456789abcdef'

const has = (command: string, ...args: string[]): boolean => {
  try {
    execFileSync(command, args, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}

describe('deploy/nginx.conf', { timeout: 60_000 }, () => {
  const canRun = has('nginx', '-v') && has('openssl', 'version')
  const stops: (() => Promise<void>)[] = []
  let folder = ''
  let port = 0
  let ca = ''

  beforeAll(async () => {
    if (!canRun) return
    folder = await mkdtemp(join(tmpdir(), 'rbee-nginx-'))
    const server = await startServer({
      host: '127.0.0.1',
      port: 0,
      dataDir: join(folder, 'data'),
      operatorToken: TOKEN,
      trustProxy: true,
      rateLimits: { list: 3, detail: 1000, pkgbuild: 1000, install: 1000 },
      log: { info: () => {}, error: () => {} },
      clock: Date.now,
      randomBytes: (length) => new Uint8Array(randomBytes(length)),
    })
    stops.push(() => server.close())
    port = await freePort()
    ca = await certificate(folder)
    const configuration = join(folder, 'nginx.conf')
    await writeFile(configuration, await configurationFor(folder, port, new URL(server.url).host))
    await promisify(execFile)('nginx', ['-t', '-p', folder, '-c', configuration])
    const nginx = spawn('nginx', ['-p', folder, '-c', configuration, '-g', 'daemon off;'], {
      stdio: 'ignore',
    })
    stops.push(async () => {
      nginx.kill('SIGTERM')
      if (nginx.exitCode === null && nginx.signalCode === null) await once(nginx, 'exit')
    })
    await vi.waitFor(async () => expect(await status('/health')).toBe(200), {
      timeout: 20_000,
      interval: 100,
    })
  })
  afterAll(async () => {
    for (const stop of stops.reverse()) await stop()
    if (folder !== '') await rm(folder, { recursive: true })
  })

  interface Asked {
    readonly method?: string
    readonly headers?: Readonly<Record<string, string | number>>
    readonly body?: Buffer
  }
  /** Asks nginx over TLS. */
  async function ask(
    path: string,
    { body, ...options }: Asked = {},
  ): Promise<{ answer: IncomingMessage; body: Buffer }> {
    const headers = { host: 'catalog.example', connection: 'close', ...options.headers }
    const asked = request({
      host: '127.0.0.1',
      port,
      path,
      ca,
      servername: 'catalog.example',
      ...options,
      headers,
    })
    asked.end(body)
    const [answer] = await once(asked, 'response')
    const chunks: Buffer[] = []
    for await (const chunk of answer) chunks.push(chunk)
    return { answer, body: Buffer.concat(chunks) }
  }
  const status = async (path: string, asked?: Asked) => (await ask(path, asked)).answer.statusCode
  const authorization = `Bearer ${TOKEN}`

  it.skipIf(!canRun)(
    'serves with TLS, strong tags and the headers of the catalog (needs nginx and openssl)',
    async () => {
      const { answer } = await ask('/v1/catalog/status')
      expect(answer.statusCode).toBe(200)
      expect(answer.headers.etag).toMatch(/^"/)
      expect(answer.headers['strict-transport-security']).toContain('max-age')
      expect(answer.headers['x-content-type-options']).toBe('nosniff')
      expect(
        await status('/v1/catalog/status', { headers: { 'if-none-match': String(answer.headers.etag) } }),
      ).toBe(304)
    },
  )

  it.skipIf(!canRun)('tells the catalog who asks, whatever a client writes itself', async () => {
    const forged = [1, 2, 3, 4, 5].map((last) => ({ headers: { 'x-forwarded-for': `203.0.113.${last}` } }))
    const statuses: unknown[] = []
    for (const asked of forged) statuses.push(await status('/v1/workers', asked))
    expect(statuses).toEqual([200, 200, 200, 429, 429])
  })

  it.skipIf(!canRun)('takes the largest part of an upload, and nothing much larger', async () => {
    const declared = {
      format: 'tar.gz',
      sha256: 'a'.repeat(64),
      size: UPLOAD_PART_BYTES,
      digest: `sha256:${'b'.repeat(64)}`,
    }
    const opened = await ask('/v1/uploads', {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify(declared)),
    })
    const { upload_id } = uploadStateSchema.parse(JSON.parse(opened.body.toString()))
    const part = Buffer.alloc(UPLOAD_PART_BYTES, 'x')
    const address = `/v1/uploads/${upload_id}/parts/1`
    const headers = { authorization, 'content-length': part.length }
    const sent = await ask(address, { method: 'PUT', headers, body: part })
    expect(sent.answer.statusCode).toBe(200)
    expect(JSON.parse(sent.body.toString())).toMatchObject({ received_parts: [1] })
    const tooLarge = { authorization, 'content-length': 40 * 2 ** 20 }
    expect(
      await status(address, { method: 'PUT', headers: tooLarge, body: Buffer.alloc(0) }).catch(() => 413),
    ).toBe(413)
  })
})

describe('deploy/*.service', () => {
  const canCheck = has('systemd-analyze', '--version')

  it.skipIf(!canCheck)(
    'are units that systemd understands, and take from the server what it does not need',
    async () => {
      const folder = await mkdtemp(join(tmpdir(), 'rbee-units-'))
      try {
        const names = (await readdir(DEPLOY)).filter((name) => /\.(service|timer)$/.test(name))
        expect(names.length).toBeGreaterThan(2)
        for (const name of names) await writeFile(join(folder, name), await readFile(join(DEPLOY, name)))
        const paths = names.map((name) => join(folder, name))
        const { stderr } = await promisify(execFile)('systemd-analyze', ['verify', ...paths])
        expect(stderr).toBe('')
        const service = join(folder, 'rbee-catalog.service')
        const args = ['security', '--offline=true', '--threshold=20', service]
        const { stdout } = await promisify(execFile)('systemd-analyze', args)
        expect(stdout).toMatch(/Overall exposure level for rbee-catalog.service: [01]\.\d OK/)
      } finally {
        await rm(folder, { recursive: true })
      }
    },
  )

  it('start commands that exist', async () => {
    const known = program.commands.map(({ name }) => name)
    for (const name of (await readdir(DEPLOY)).filter((file) => file.endsWith('.service'))) {
      const unit = await readFile(join(DEPLOY, name), 'utf8')
      const command = /^ExecStart=\/usr\/bin\/env rbee-catalog (\S+)/m.exec(unit)?.[1]
      expect(known).toContain(command)
    }
  })
})

it('deploy/catalog.env sets only what the server reads', async () => {
  const serve = program.commands.find(({ name }) => name === 'serve')
  const known = new Set(['RBEE_OPERATOR_TOKEN', 'RBEE_GITHUB_WEBHOOK_SECRET'])
  for (const { variable } of serve?.options ?? []) if (variable !== undefined) known.add(variable)
  const text = await readFile(join(DEPLOY, 'catalog.env'), 'utf8')
  const names = [...text.matchAll(/^#?([A-Z_0-9]+)=/gm)].map(([, name = '']) => name)
  expect(names.length).toBeGreaterThan(5)
  for (const name of names) expect(known.has(name) || name.startsWith('AWS_'), name).toBe(true)
})

/** The file as it is, with addresses, certificate and catalog of this machine, in what surrounds it in nginx. */
async function configurationFor(folder: string, port: number, upstream: string): Promise<string> {
  const site = (await readFile(join(DEPLOY, 'nginx.conf'), 'utf8'))
    .replace('server 127.0.0.1:8787;', `server ${upstream};`)
    .replace('listen 443 ssl http2;', `listen 127.0.0.1:${port} ssl http2;`)
    .replace('listen 80;', `listen unix:${folder}/http.sock;`)
    .replaceAll(/^ *listen \[::\].*\n/gm, '')
    .replaceAll('/etc/ssl/catalog.example/', `${folder}/`)
  for (const name of ['body', 'proxy', 'fastcgi', 'uwsgi', 'scgi']) await mkdir(join(folder, name))
  return `pid ${folder}/nginx.pid;
error_log ${folder}/error.log;
${process.getuid?.() === 0 ? 'user root;' : ''}
worker_processes 1;
events {}
http {
  access_log off;
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
${site}
}
`
}

/** Makes a certificate that signs itself. @returns the certificate. */
async function certificate(folder: string): Promise<string> {
  await promisify(execFile)('openssl', [
    'req',
    '-x509',
    '-newkey',
    'ec',
    '-pkeyopt',
    'ec_paramgen_curve:prime256v1',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=catalog.example',
    '-addext',
    'subjectAltName=DNS:catalog.example',
    '-keyout',
    join(folder, 'privkey.pem'),
    '-out',
    join(folder, 'fullchain.pem'),
  ])
  return readFile(join(folder, 'fullchain.pem'), 'utf8')
}
