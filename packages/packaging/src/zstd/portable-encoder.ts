import { Transform } from 'node:stream'

/** The encoder has one state for the whole process, so those who want it take turns. */
let turn: Promise<void> = Promise.resolve()

/**
 * A stream that compresses into one zstd frame, for runtimes whose zlib lacks zstd (Node before 22.15). It works in this
 * thread, and one at a time: another one is given out when the one before is closed.
 */
export async function portableZstdCompress(level: number): Promise<Transform> {
  const { Zstd } = await import('@hpcc-js/wasm-zstd')
  const before = turn
  let release = () => {}
  turn = new Promise((resolve) => {
    release = resolve
  })
  await before
  const zstd = await Zstd.load()
  zstd.reset()
  zstd.setCompressionLevel(level)
  const stream = new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      done(null, zstd.compressChunk(chunk))
    },
    flush(done) {
      done(null, zstd.compressEnd())
    },
  })
  stream.once('close', release)
  return stream
}
