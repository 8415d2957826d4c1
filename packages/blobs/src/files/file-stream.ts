import type { FileHandle } from 'node:fs/promises'

/** For readers that bring no memory of their own: a read costs little beside its bytes. */
const CHUNK_BYTES = 256 * 1024

/**
 * The bytes `start` to `end` (both included) of an open file, which is closed when the stream ends, fails or is
 * cancelled. Reads only what its reader asks for, into the reader's own memory where it brings some; `Readable.toWeb`
 * and a copy of each chunk give the same at about half the speed.
 */
export function streamOfFile(handle: FileHandle, start: number, end: number): ReadableStream<Uint8Array> {
  let position = start

  async function finish(controller: ReadableByteStreamController): Promise<void> {
    controller.close()
    // A read that waits already, with memory of its own, learns of the end by an answer without bytes only.
    controller.byobRequest?.respond(0)
    await handle.close()
  }

  return new ReadableStream({
    type: 'bytes',
    autoAllocateChunkSize: CHUNK_BYTES,
    async start(controller) {
      if (position > end) await finish(controller)
    },
    async pull(controller) {
      const request = controller.byobRequest
      if (!request?.view) return
      try {
        const { buffer, byteOffset, byteLength } = request.view
        const memory = new Uint8Array(buffer, byteOffset, byteLength)
        const bytesRead = await readInto(memory, handle, position, end)
        position += bytesRead
        request.respond(bytesRead)
      } catch (error) {
        await handle.close()
        throw error
      }
      if (position > end) await finish(controller)
    },
    async cancel() {
      await handle.close()
    },
  })
}

async function readInto(
  memory: Uint8Array,
  handle: FileHandle,
  position: number,
  end: number,
): Promise<number> {
  const { bytesRead } = await handle.read(memory, 0, Math.min(memory.length, end - position + 1), position)
  if (bytesRead === 0) throw new Error('The file became shorter while it was read')
  return bytesRead
}
