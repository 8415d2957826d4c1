/**
 * Gives the memory of a buffer back at once, when `part` is the last part of it. Left to the garbage collector, an archive
 * of 1 GiB makes it go through the heap more than eighty times, which costs as much time as unpacking itself.
 *
 * Only for who owns the whole buffer and has used all of it: every view of it is empty afterwards.
 */
export function freeWithLastPart(part: Uint8Array): void {
  const { buffer } = part
  if (part.byteOffset + part.byteLength < buffer.byteLength) return
  // Node 20 cannot detach a buffer and leaves it to the collector.
  if ('transfer' in buffer) buffer.transfer(0)
}

/** The same for a chunk that a stream handed over, where it has a buffer of its own. */
export function freeChunk(chunk: Uint8Array): void {
  if (chunk.byteLength === chunk.buffer.byteLength) freeWithLastPart(chunk)
}
