import type { ByteSource } from '../base/byte-source.ts'
import { lastAtMost } from '../bytes/last-at-most.ts'
import type { Executable } from '../executables/layout.ts'
import { type BlockRebaser, createRebaser } from '../executables/rebase.ts'
import { BLOCK_BYTES, BLOCK_READS_MAX, BLOCKS_KEPT } from '../limits.ts'
import { unusable } from '../patch-error.ts'

/** A base with its addresses rewritten, read in small pieces in any order. */
export interface RebasedBase {
  /** Fills `into` with the bytes from `offset` on. Fails with `patch_invalid` when it is asked for far too much. */
  copy(offset: number, into: Uint8Array): Promise<void>
}

/** A section, or what lies between two of them. */
interface Area {
  readonly offset: number
  readonly size: number
  readonly rebase: BlockRebaser | null
}

export function createRebasedBase(base: ByteSource, executables: readonly Executable[]): RebasedBase {
  const areas = areasOf(base.size, executables)
  /** By offset, the least recently used first. */
  const kept = new Map<number, Uint8Array>()
  let readsLeft = (Math.ceil(base.size / BLOCK_BYTES) + areas.length) * BLOCK_READS_MAX

  /** Memory for a block: that of the one that was not used for the longest time, once enough are kept. */
  const memory = (): ArrayBufferLike => {
    if (kept.size >= BLOCKS_KEPT) {
      for (const [offset, { buffer }] of kept) {
        kept.delete(offset)
        return buffer
      }
    }
    return new ArrayBuffer(BLOCK_BYTES)
  }
  const load = async (area: Area, offset: number): Promise<Uint8Array> => {
    readsLeft -= 1
    if (readsLeft < 0) throw unusable('it reads the base over and over')
    const size = Math.min(BLOCK_BYTES, area.offset + area.size - offset)
    const block = new Uint8Array(memory(), 0, size)
    await base.read(offset, block)
    area.rebase?.(block, offset)
    return block
  }

  return {
    async copy(offset, into) {
      for (let filled = 0; filled < into.length; ) {
        const position = offset + filled
        const area = areas[lastAtMost(areas, (candidate) => candidate.offset, position)]
        if (area === undefined || position >= area.offset + area.size) throw new Error('read beyond the base')
        const within = (position - area.offset) % BLOCK_BYTES
        const start = position - within
        const block = kept.get(start) ?? (await load(area, start))
        kept.delete(start)
        kept.set(start, block)
        const part = block.subarray(within, within + into.length - filled)
        into.set(part, filled)
        filled += part.length
      }
    },
  }
}

/** Everything from 0 to `size`, in order. A section that overlaps an earlier one, as only a hostile patch has it, is left out. */
function areasOf(size: number, executables: readonly Executable[]): Area[] {
  const sections = executables.flatMap((executable) => {
    const rebaserOf = createRebaser(executable)
    return executable.sections.map((section) => ({ section, rebase: rebaserOf(section) }))
  })
  const areas: Area[] = []
  let end = 0
  const add = (length: number, rebase: BlockRebaser | null) => {
    if (length > 0) areas.push({ offset: end, size: length, rebase })
    end += length
  }
  for (const { section, rebase } of sections.toSorted((a, b) => a.section.offset - b.section.offset)) {
    if (rebase === null || section.offset < end) continue
    add(section.offset - end, null)
    add(section.size, rebase)
  }
  add(size - end, null)
  return areas
}
