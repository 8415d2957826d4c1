import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'

const BITS_PER_BYTE = 8
/** What may pass at once after a pause, in bytes. */
const BURST_BYTES = 256 * 1024

/** A line to a server that lets only so many bytes a second come back, over all connections together. */
export async function shapedLine(server: URL) {
  let bytesPerSecond = Number.POSITIVE_INFINITY
  let tokens = BURST_BYTES
  let refilled = performance.now()
  const sockets = new Set<Socket>()

  /** Takes bytes out of the bucket, and waits as long as it is in debt. */
  const pass = async (bytes: number) => {
    if (bytesPerSecond === Number.POSITIVE_INFINITY) return
    const now = performance.now()
    tokens = Math.min(BURST_BYTES, tokens + ((now - refilled) / 1000) * bytesPerSecond)
    refilled = now
    tokens -= bytes
    if (tokens < 0) await sleep((-tokens / bytesPerSecond) * 1000)
  }
  const forward = async (client: Socket) => {
    const upstream = connect(Number(server.port), server.hostname)
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    }
    client.on('close', () => upstream.destroy())
    client.pipe(upstream)
    await pipeline(
      upstream,
      async function* shape(chunks: AsyncIterable<Buffer>) {
        for await (const chunk of chunks) {
          await pass(chunk.length)
          yield chunk
        }
      },
      client,
    )
  }
  const listener = createServer((client) => void forward(client).catch(() => client.destroy()))
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('the line has no port')
  return {
    url: `http://127.0.0.1:${address.port}`,
    /** Null for as much as the machine passes. */
    setMegabits(megabits: number | null) {
      bytesPerSecond = megabits === null ? Number.POSITIVE_INFINITY : (megabits * 1e6) / BITS_PER_BYTE
      tokens = BURST_BYTES
      refilled = performance.now()
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      listener.close()
      await once(listener, 'close')
    },
  }
}
