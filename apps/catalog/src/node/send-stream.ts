import type { ServerResponse } from 'node:http'
import { createTransferBuffers } from './transfer-buffers.ts'

const buffers = createTransferBuffers()

/**
 * Sends a stream as the body and ends the answer, reading one chunk ahead of what the client takes. A stream that fails
 * ends the connection instead, which tells the client that the body is not complete.
 *
 * @param onFailure is told why a stream failed; a client that goes away is no failure.
 * @returns the bytes that were handed to the connection.
 */
export async function sendStream(
  outgoing: ServerResponse,
  body: ReadableStream<Uint8Array>,
  onFailure: (error: unknown) => void,
): Promise<number> {
  const chunks = chunksOf(body)
  const connection = connectionOf(outgoing)
  let bytes = 0
  try {
    let sending = Promise.resolve(!connection.isClosed())
    for (let chunk = await chunks.next(); chunk !== null; chunk = await chunks.next()) {
      const sent = chunk
      if (!(await sending)) {
        chunks.done(sent, true)
        break
      }
      bytes += sent.length
      sending = connection.write(sent).then((isWritten) => {
        chunks.done(sent, isWritten)
        return isWritten
      })
    }
    if (await sending) outgoing.end()
    else await chunks.cancel()
  } catch (error) {
    onFailure(error)
    outgoing.destroy()
  } finally {
    connection.release()
  }
  return bytes
}

interface Chunks {
  next(): Promise<Uint8Array | null>
  /** To be called when a chunk is not needed any more; it is free unless a broken connection may still hold it. */
  done(chunk: Uint8Array, isFree: boolean): void
  cancel(): Promise<void>
}

function chunksOf(body: ReadableStream<Uint8Array>): Chunks {
  const filler = fillerOf(body)
  return filler === null ? ownChunks(body.getReader()) : pooledChunks(filler)
}

/** Byte streams fill memory that they are given; the platform tells which streams are such only by refusing others. */
function fillerOf(body: ReadableStream<Uint8Array>): ReadableStreamBYOBReader | null {
  try {
    return body.getReader({ mode: 'byob' })
  } catch (error) {
    if (error instanceof TypeError && !body.locked) return null
    throw error
  }
}

function pooledChunks(reader: ReadableStreamBYOBReader): Chunks {
  return {
    async next() {
      const buffer = buffers.take()
      const bytes = buffer.byteLength
      try {
        const { done, value } = await reader.read(new Uint8Array(buffer))
        if (!done) return value
        if (value) buffers.give(value.buffer)
        else buffers.lose(bytes)
        return null
      } catch (error) {
        buffers.lose(bytes)
        throw error
      }
    },
    done({ buffer }, isFree) {
      if (isFree) buffers.give(buffer)
      else buffers.lose(buffer.byteLength)
    },
    cancel: () => reader.cancel(),
  }
}

function ownChunks(reader: ReadableStreamDefaultReader<Uint8Array>): Chunks {
  return {
    next: async () => (await reader.read()).value ?? null,
    done: () => {},
    cancel: () => reader.cancel(),
  }
}

/** Writes to an answer, one chunk at a time. A connection that closes ends the write that waits for it. */
function connectionOf(outgoing: ServerResponse) {
  const { socket } = outgoing.req
  let settle: (isWritten: boolean) => void = () => {}
  const onClose = () => settle(false)
  socket.once('close', onClose)
  return {
    isClosed: () => outgoing.destroyed || socket.destroyed,
    /** Answers false once the client is gone. */
    write(chunk: Uint8Array): Promise<boolean> {
      if (this.isClosed()) return Promise.resolve(false)
      return new Promise((resolve) => {
        settle = resolve
        outgoing.write(chunk, (error) => resolve(!error))
      })
    },
    release(): void {
      socket.off('close', onClose)
    },
  }
}
