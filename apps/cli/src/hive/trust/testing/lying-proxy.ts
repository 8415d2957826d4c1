import { once } from 'node:events'
import { createServer, type ServerResponse } from 'node:http'

export interface HonestAnswer {
  readonly status: number
  readonly body: Buffer
}

/** What becomes of an answer: other bytes or another status, or something that the function does to the response itself. */
export type Lie = (path: string, honest: HonestAnswer, response: ServerResponse) => HonestAnswer | 'answered'

/** A server between clients and a registry. Each of its registries has an address of its own, and what it makes of the truth. */
export interface LyingProxy {
  /** @returns the address of a registry that passes everything on as the lie says. */
  registry(lie: Lie): string
  /** Answers of the registry as they are now, by their paths; later ones are passed on. */
  recorded(paths: readonly string[]): Promise<Lie>
  [Symbol.asyncDispose](): Promise<void>
}

export const honest: Lie = (_path, answer) => answer

export async function lyingProxy(registry: string): Promise<LyingProxy> {
  const lies: Lie[] = []
  const ask = async (path: string): Promise<HonestAnswer> => {
    const answer = await fetch(registry + path)
    return { status: answer.status, body: Buffer.from(await answer.arrayBuffer()) }
  }
  const server = createServer(async (request, response) => {
    const [, number, path = ''] = /^\/lie\/(\d+)(\/.*)$/.exec(request.url ?? '') ?? []
    const lie = lies[Number(number)] ?? honest
    // A test may end its registry while somebody still asks.
    const answer = await ask(path).catch(() => null)
    if (answer === null) return void response.destroy()
    const told = lie(path, answer, response)
    if (told === 'answered') return
    const type = told.status === 404 ? 'application/problem+json' : 'application/json'
    response.writeHead(told.status, { 'content-type': type }).end(told.body)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server has no port')
  return {
    registry(lie) {
      lies.push(lie)
      return `http://127.0.0.1:${address.port}/lie/${lies.length - 1}`
    },
    async recorded(paths) {
      const answers = new Map<string, HonestAnswer>()
      for (const path of paths) answers.set(path, await ask(path))
      return (path, now) => answers.get(path) ?? now
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
