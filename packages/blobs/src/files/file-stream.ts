import type { FileHandle } from 'node:fs/promises'

/** Large enough that a read costs little beside its bytes, small enough for hundreds of readers at once. */
const CHUNK_BYTES = 256 * 1024

/**
 * The bytes `start` to `end` (both included) of an open file, which is closed when the stream ends, fails or is
 * cancelled. Reads only what its reader asks for; `Readable.toWeb` gives the same at about half the speed.
 */
export function streamOfFile(handle: FileHandle, start: number, end: number): ReadableStream<Uint8Array> {
  let position = start
  return new ReadableStream(
    {
      async pull(controller) {
        if (position > end) {
          await handle.close()
          controller.close()
          return
        }
        try {
          const chunk = await readChunk(handle, position, end)
          position += chunk.length
          controller.enqueue(chunk)
        } catch (error) {
          await handle.close()
          throw error
        }
      },
      async cancel() {
        await handle.close()
      },
    },
    { highWaterMark: 1 },
  )
}

async function readChunk(handle: FileHandle, position: number, end: number): Promise<Uint8Array> {
  // Not from Node's pool: the chunk goes to a reader who may keep it or hand its memory on.
  const buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, end - position + 1))
  const { bytesRead } = await handle.read(buffer, 0, buffer.length, position)
  if (bytesRead === 0) throw new Error('The file became shorter while it was read')
  return buffer.subarray(0, bytesRead)
}
