import { spawn } from 'node:child_process'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

/** Answers a request in place of Git; returns false to let Git answer. */
export type Interference = (request: IncomingMessage, response: ServerResponse) => boolean

/** The repositories below a folder, over HTTP on this machine, as `git http-backend` serves them. */
export class GitServer implements AsyncDisposable {
  readonly url: string
  /** Paths that were asked for, with their queries. */
  readonly requests: string[] = []
  interfere: Interference = () => false
  readonly #close: () => Promise<void>

  private constructor(port: number, close: () => Promise<void>) {
    this.url = `http://127.0.0.1:${port}`
    this.#close = close
  }

  static async start(root: string): Promise<GitServer> {
    const running: { server: GitServer | null } = { server: null }
    const http = createServer((request, response) => {
      running.server?.requests.push(request.url ?? '')
      if (running.server?.interfere(request, response) !== true) answer(root, request, response)
    })
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve))
    const address = http.address()
    if (address === null || typeof address === 'string') throw new Error('the server has no port')
    running.server = new GitServer(address.port, async () => {
      http.closeAllConnections()
      await new Promise((resolve) => http.close(resolve))
    })
    return running.server
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#close()
  }
}

/** Speaks CGI (RFC 3875) with `git http-backend`. */
function answer(root: string, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://127.0.0.1')
  const child = spawn('git', ['http-backend'], {
    env: {
      PATH: process.env.PATH,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_PROJECT_ROOT: root,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      ...(typeof request.headers['git-protocol'] === 'string'
        ? { GIT_PROTOCOL: request.headers['git-protocol'] }
        : {}),
      ...(request.headers['content-encoding'] === 'gzip' ? { HTTP_CONTENT_ENCODING: 'gzip' } : {}),
    },
  })
  request.pipe(child.stdin)
  child.stdin.on('error', () => response.destroy())
  let head: Buffer | null = Buffer.alloc(0)
  child.stdout.on('data', (chunk: Buffer) => {
    if (head === null) {
      response.write(chunk)
      return
    }
    head = Buffer.concat([head, chunk])
    const end = head.indexOf('\r\n\r\n')
    if (end === -1) return
    const fields = head
      .toString('latin1', 0, end)
      .split('\r\n')
      .map((line) => line.split(': '))
    const status = fields.find(([name]) => name === 'Status')?.[1] ?? '200'
    response.writeHead(Number.parseInt(status, 10), Object.fromEntries(fields))
    response.write(head.subarray(end + 4))
    head = null
  })
  child.on('close', () => response.end())
  response.on('close', () => child.kill())
  void text(child.stderr)
}
