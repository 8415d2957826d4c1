import { readdir, readFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A server in front of the registry that may look at requests, and change the bytes of answers. */
export interface Gate extends AsyncDisposable {
  readonly url: string
  /** The `Authorization` of each request. */
  readonly seen: readonly (string | undefined)[]
  /** Command lines of this machine's processes, read while a request was answered. */
  readonly commandLines: readonly string[]
}

export interface GateRules {
  /** Answers 403 to requests without it. */
  readonly authorization?: string
  /** Changes one byte of each body. */
  readonly damage?: true
}

export async function openGate(registry: string, { authorization, damage }: GateRules): Promise<Gate> {
  const seen: (string | undefined)[] = []
  const commandLines: string[] = []
  const server = createServer(async (request, response) => {
    seen.push(request.headers.authorization)
    commandLines.push(...(await allCommandLines()))
    if (authorization !== undefined && request.headers.authorization !== authorization) {
      return response.writeHead(403).end()
    }
    const headers = authorization === undefined ? {} : { authorization }
    const answer = await fetch(`${registry}${request.url}`, { headers })
    const body = Buffer.from(await answer.arrayBuffer())
    const middle = body.length >> 1
    if (damage) body.writeUInt8(body.readUInt8(middle) ^ 1, middle)
    return response.writeHead(answer.status, { 'content-length': body.length }).end(body)
  })
  await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    seen,
    commandLines,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((settle) => server.close(settle))
    },
  }
}

async function allCommandLines(): Promise<string[]> {
  const processes = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  // Processes end while they are looked at.
  return Promise.all(processes.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')))
}
