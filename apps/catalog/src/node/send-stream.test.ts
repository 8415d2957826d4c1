import { once } from 'node:events'
import { createServer, get, type IncomingMessage, type ServerResponse } from 'node:http'
import type { UnderlyingByteSource, UnderlyingSource } from 'node:stream/web'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sendStream } from './send-stream.ts'

describe('sendStream', () => {
  let answer: (outgoing: ServerResponse) => void = () => {}
  const server = createServer((_incoming, outgoing) => answer(outgoing))
  beforeEach(async () => {
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterEach(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })

  async function ask(): Promise<IncomingMessage> {
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('no port')
    const asked = get({ port: address.port, host: '127.0.0.1', agent: false })
    asked.on('error', () => {})
    const [response] = (await once(asked, 'response')) as [IncomingMessage]
    return response
  }

  const noFailure = (error: unknown) => expect.unreachable(String(error))

  /** A source of numbered bytes that knows how much was asked of it, and whether it was let go of. */
  function source(size: number, type: 'bytes' | undefined) {
    const state = { pulled: 0, cancelled: false }
    const chunk = (length: number) => {
      const bytes = new Uint8Array(length).map((_, index) => (state.pulled + index) % 251)
      state.pulled += length
      return bytes
    }
    const left = (most: number) => Math.min(most, size - state.pulled)
    const cancel = () => {
      state.cancelled = true
    }
    const ofChunks: UnderlyingSource<Uint8Array> = {
      pull(controller) {
        if (left(1) === 0) controller.close()
        else controller.enqueue(chunk(left(100_000)))
      },
      cancel,
    }
    const ofBytes: UnderlyingByteSource = {
      type: 'bytes',
      pull(controller) {
        const view = controller.byobRequest?.view
        if (!view) throw new Error('no memory was brought')
        const bytes = chunk(left(view.byteLength))
        new Uint8Array(view.buffer, view.byteOffset).set(bytes)
        if (bytes.length === 0) controller.close()
        controller.byobRequest?.respond(bytes.length)
      },
      cancel,
    }
    const body: ReadableStream<Uint8Array> =
      type === 'bytes' ? new ReadableStream(ofBytes) : new ReadableStream(ofChunks)
    return { body, state }
  }

  it.each(['bytes', undefined] as const)('sends every byte of a stream (%s), in order', async (type) => {
    const size = 5_000_003
    const { promise: sent, resolve } = Promise.withResolvers<number>()
    answer = (outgoing) => resolve(sendStream(outgoing, source(size, type).body, noFailure))
    const chunks: Buffer[] = []
    for await (const chunk of await ask()) chunks.push(chunk as Buffer)
    const received = Buffer.concat(chunks)
    expect(await sent).toBe(size)
    expect(received.length).toBe(size)
    expect(received.findIndex((byte, index) => byte !== index % 251)).toBe(-1)
  })

  it.each(['bytes', undefined] as const)(
    'reads no more of a stream (%s) than a slow client takes',
    async (type) => {
      const { body, state } = source(500_000_000, type)
      answer = (outgoing) => void sendStream(outgoing, body, noFailure)
      const response = await ask()
      response.pause()
      await new Promise((resolve) => setTimeout(resolve, 300))
      const { pulled } = state
      await new Promise((resolve) => setTimeout(resolve, 300))
      expect(state.pulled).toBe(pulled)
      expect(pulled).toBeLessThan(30_000_000)
      response.destroy()
      await expect.poll(() => state.cancelled).toBe(true)
    },
  )

  it('breaks the connection off when the stream fails', async () => {
    const failures: unknown[] = []
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        controller.enqueue(new Uint8Array(1000))
        controller.error(new Error('the disk is gone'))
      },
    })
    answer = (outgoing) => {
      outgoing.writeHead(200, { 'Content-Length': '5000' })
      outgoing.flushHeaders()
      void sendStream(outgoing, body, (error) => failures.push(error))
    }
    const response = await ask()
    await expect(response.toArray()).rejects.toThrow('aborted')
    expect(failures).toEqual([new Error('the disk is gone')])
  })

  it('lets go of the stream when the client was gone before', async () => {
    const { body, state } = source(1_000_000, 'bytes')
    answer = (outgoing) => {
      outgoing.destroy()
      void sendStream(outgoing, body, noFailure)
    }
    await expect(ask()).rejects.toThrow()
    await expect.poll(() => state.cancelled).toBe(true)
  })
})
