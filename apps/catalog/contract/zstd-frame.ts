const BLOCK_BYTES = 128 * 1024
const WINDOW_OF_8_MIB = 13 << 3
const RAW = 0
const REPEATED = 1

/** A zstd frame (RFC 8878, 3.1.1) that compresses nothing but blocks of one byte: the compressor of Workers makes no large ones. */
export function zstdFrame(bytes: Uint8Array): Uint8Array {
  const parts: Uint8Array[] = [new Uint8Array([0x28, 0xb5, 0x2f, 0xfd, 0, WINDOW_OF_8_MIB])]
  for (let at = 0; at < bytes.length; at += BLOCK_BYTES) {
    const block = bytes.subarray(at, at + BLOCK_BYTES)
    const isRepeated = block.every((byte) => byte === block[0])
    const isLast = at + BLOCK_BYTES >= bytes.length
    const header = (block.length << 3) | ((isRepeated ? REPEATED : RAW) << 1) | Number(isLast)
    parts.push(new Uint8Array([header, header >> 8, header >> 16]), isRepeated ? block.subarray(0, 1) : block)
  }
  return new Uint8Array(parts.flatMap((part) => [...part]))
}
