import { frameBlocks, type Refusal } from './frames.ts'

/**
 * Sizes of the frames that a zstd stream is made of, in compressed bytes and in their order; nothing is decompressed. Fails with
 * what `refuse` makes on anything that is no frame.
 */
export async function frameSizes(source: AsyncIterable<Uint8Array>, refuse: Refusal): Promise<number[]> {
  const sizes: number[] = []
  let size = 0
  for await (const { bytes, ends } of frameBlocks(source, Number.POSITIVE_INFINITY, refuse)) {
    size += bytes.length
    if (!ends) continue
    sizes.push(size)
    size = 0
  }
  return sizes
}
