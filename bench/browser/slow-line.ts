import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

/** What a line is like; both ways have the same delay. */
export interface LineSpeed {
  /** There and back, in milliseconds. */
  readonly roundTripMs: number
  /** Bytes a second, over all connections together. */
  readonly down: number
  readonly up: number
}

export interface SlowLine {
  /** Under which the server is reached over the line. */
  readonly origin: string
  close(): Promise<void>
}

/** What fits one packet: lines are shared packet by packet. */
const PACKET_BYTES = 1460

/**
 * A line in front of a server that really takes time, unlike what browsers emulate for their own measurements: every byte
 * leaves when those before it have, and arrives half a round trip later. The first bytes of a connection wait one round trip
 * more, for its handshake. That connections begin slowly (TCP's congestion window) is left out, which is to the advantage
 * of whoever sends more.
 */
export async function openSlowLine(server: URL, { roundTripMs, down, up }: LineSpeed): Promise<SlowLine> {
  const sockets = new Set<Socket>()
  const [upwards, downwards] = [transmitter(up, roundTripMs / 2), transmitter(down, roundTripMs / 2)]
  const listener = createServer({ noDelay: true }, (client) => {
    const upstream = connect({ port: Number(server.port), host: server.hostname, noDelay: true })
    for (const socket of [client, upstream]) {
      sockets.add(socket)
      socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    }
    client.on('close', () => upstream.destroy())
    upwards(client, upstream, performance.now() + roundTripMs)
    downwards(upstream, client, 0)
  })
  listener.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  const address = listener.address()
  if (address === null || typeof address === 'string') throw new Error('the line has no port')
  return {
    origin: `http://127.0.0.1:${address.port}`,
    async close() {
      for (const socket of sockets) socket.destroy()
      listener.close()
      await once(listener, 'close')
    },
  }
}

/** One way of the line, which all connections share. @returns joins two sockets, from a moment on. */
function transmitter(bytesPerSecond: number, delayMs: number) {
  let free = 0
  return (from: Socket, to: Socket, begin: number) => {
    let arrived = begin
    // Timers of the same millisecond may change places; what is underway may not.
    const underway: (() => void)[] = []
    const arrive = (action: () => void) => {
      underway.push(action)
      const onTime = () => {
        const next = underway.shift()
        if (!to.destroyed) next?.()
      }
      setTimeout(onTime, Math.max(0, arrived - performance.now()))
    }
    from.on('data', (chunk: Buffer) => {
      for (let start = 0; start < chunk.length; start += PACKET_BYTES) {
        const packet = chunk.subarray(start, start + PACKET_BYTES)
        free = Math.max(free, performance.now(), begin) + (packet.length / bytesPerSecond) * 1000
        arrived = Math.max(arrived, free + delayMs)
        arrive(() => to.write(packet))
      }
    })
    from.on('end', () => arrive(() => to.end()))
  }
}
