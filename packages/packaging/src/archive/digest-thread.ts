import { Worker } from 'node:worker_threads'
import { type Sha256, sha256Schema } from '@rbee/schema'
import type { StreamDigest } from './stream-digest.ts'

/** How far the thread may lag behind, in bytes: they are held in memory. */
const LAG_MAX_BYTES = 8 * 2 ** 20

/** Bytes from `start` to `end` of a buffer that is the thread's own from then on; `null` ends the stream. */
type Task = { readonly buffer: ArrayBuffer; readonly start: number; readonly end: number } | null
/** How many bytes were hashed, or at last the digest in hexadecimal. */
type Answer = number | string

/** Hashing takes as long as unpacking, so the bytes of a large archive are hashed beside it. */
export function digestOnThread(): StreamDigest {
  const thread = new Worker(`(${hashTasks})()`, {
    // The program may be a single file, which has no other one to start a thread from.
    eval: true,
    env: {},
    execArgv: [],
    // It holds a few messages at a time; without a limit its heap grows before it is collected.
    resourceLimits: { maxYoungGenerationSizeMb: 1, maxOldGenerationSizeMb: 16 },
  })
  let lag = 0
  let digest: Sha256 | null = null
  let failure: unknown = null
  let wake = () => {}
  thread.on('message', (answer: Answer) => {
    if (typeof answer === 'number') lag -= answer
    else digest = sha256Schema.parse(answer)
    wake()
  })
  thread.on('error', (error) => {
    failure = error
    wake()
  })
  const until = async (holds: () => boolean): Promise<void> => {
    while (!holds()) {
      if (failure !== null) throw failure
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }

  /** Parts of one buffer, one behind the other: a buffer can be handed over only as a whole, and once. */
  let held: Task = null
  const handOver = (): void => {
    if (held === null) return
    lag += held.end - held.start
    thread.postMessage(held, [held.buffer])
    held = null
  }

  return {
    async take(chunk) {
      const { buffer, byteOffset: start } = chunk
      if (!(buffer instanceof ArrayBuffer)) throw new Error('memory that is shared cannot be handed over')
      const end = start + chunk.byteLength
      if (held?.buffer === buffer && held.end === start) held = { ...held, end }
      else {
        handOver()
        held = { buffer, start, end }
      }
      if (end === buffer.byteLength) handOver()
      await until(() => lag <= LAG_MAX_BYTES)
    },
    async finish() {
      handOver()
      thread.postMessage(null)
      await until(() => digest !== null)
      if (digest === null) throw new Error('the thread has not answered')
      return digest
    },
    async close() {
      await thread.terminate()
    },
  }
}

/** Runs on the thread, from its text alone: nothing outside of it is there. */
function hashTasks(): void {
  const { createHash } = process.getBuiltinModule('node:crypto')
  const { parentPort: port } = process.getBuiltinModule('node:worker_threads')
  if (port === null) return
  const hash = createHash('sha256')
  port.on('message', (task: Task) => {
    if (task === null) return port.postMessage(hash.digest('hex') satisfies Answer)
    const { buffer, start, end } = task
    hash.update(new Uint8Array(buffer, start, end - start))
    // Given back at once; Node 20 leaves it to the collector.
    if ('transfer' in buffer) buffer.transfer(0)
    port.postMessage((end - start) satisfies Answer)
  })
}
