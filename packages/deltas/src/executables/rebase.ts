import { createKeySearch } from '../bytes/key-search.ts'
import { BLOCK_BYTES } from '../limits.ts'
import type { Executable, Section } from './layout.ts'

/** Rewrites the addresses in one block of a section, in place. */
export type BlockRebaser = (block: Uint8Array, offset: number) => void

/** A jump within a function stays as it is, because its two ends move together, in bytes. */
const NEAR_JUMP_BYTES = 4096
/** Shorter ways within `.eh_frame` lead to its own entries, not to code, in bytes. */
const NEAR_FRAME_BYTES = 64 * 1024
/** Programs that are placed anywhere begin below it. */
const FIXED_FROM = 64 * 1024
const SYMBOL_BYTES = 24

const addressOf = (entry: { readonly address: number | null }) => entry.address ?? 0

/**
 * Makes the addresses in executables of the base what they became in the target, as far as the layouts tell where
 * everything moved. Of two builds that are compiled from nearly the same source most bytes that differ are addresses; after
 * this they are equal. A wrong guess makes a patch larger, never wrong: what is left is stated byte by byte.
 *
 * @returns the function that rebases the block at an offset of the base; null for a section without known addresses.
 */
export function createRebaser(executable: Executable): (section: Section) => BlockRebaser | null {
  const { sections, placed, moved, zeroed, addresses } = executable
  const [from, to] = addresses
  const inMemory = sections
    .filter((section) => section.address !== null)
    .toSorted((a, b) => addressOf(a) - addressOf(b))
  const isFixed = from >= FIXED_FROM

  const searchMoved = createKeySearch(moved.map(({ offset }) => offset))
  const searchPlaced = createKeySearch(placed.map(({ offset }) => offset))
  const searchMemory = createKeySearch(inMemory.map(addressOf))
  const movedOffset = (offset: number): number =>
    offset + (moved[Math.max(0, searchMoved(offset))]?.distance ?? 0)
  /** NaN where nothing of the target's memory stands. */
  const targetAddress = (offset: number): number => {
    const found = placed[searchPlaced(offset)]
    return found === undefined ? Number.NaN : found.address + offset - found.offset
  }
  const sectionAt = (address: number): Section | null => {
    const found = inMemory[searchMemory(address)]
    return found !== undefined && address < addressOf(found) + found.size ? found : null
  }
  /** Where what stands at an address of the base stands in the target; NaN where that is not known. */
  const rebased = (address: number): number => {
    if (zeroed[0] > 0 && address >= zeroed[0]) return address + zeroed[1] - zeroed[0]
    const section = sectionAt(address)
    return section === null
      ? Number.NaN
      : targetAddress(movedOffset(section.offset + address - addressOf(section)))
  }

  const code =
    (section: Section): BlockRebaser =>
    (block, offset) => {
      const view = viewOf(block)
      const address = addressOf(section) + offset - section.offset
      for (let at = 0; at + 5 <= block.length; at += 1) {
        const kind = OPERANDS[block[at] ?? 0]
        if (kind === NONE || (kind === ABSOLUTE && !isFixed)) continue
        if (kind === CONDITIONAL_JUMP && ((block[at + 1] ?? 0) & 0xf0) !== 0x80) continue
        const operand = kind === CONDITIONAL_JUMP ? at + 2 : at + 1
        const after = operand + 4
        if (after > block.length) continue
        const value = view.getInt32(operand, true)
        const isJump = kind === JUMP || kind === CONDITIONAL_JUMP
        if (isJump && Math.abs(value) < NEAR_JUMP_BYTES) {
          at = after - 1
          continue
        }
        const leadsTo = kind === ABSOLUTE ? value : address + after + value
        if (leadsTo < from || leadsTo >= to) continue
        const origin = kind === ABSOLUTE ? 0 : targetAddress(movedOffset(offset + operand)) + 4
        const rewritten = rebased(leadsTo) - origin
        if (Number.isNaN(rewritten)) continue
        view.setInt32(operand, rewritten, true)
        at = after - 1
      }
    }

  const words: BlockRebaser = (block) => {
    const view = viewOf(block)
    for (let at = 0; at + 8 <= block.length; at += 8) {
      const value = view.getUint32(at, true)
      if (value === 0 || value < from || value >= to || view.getUint32(at + 4, true) !== 0) continue
      const rewritten = rebased(value)
      if (!Number.isNaN(rewritten)) view.setUint32(at, rewritten, true)
    }
  }

  const ownRelative =
    ({ origin }: Section): BlockRebaser =>
    (block) => {
      const view = viewOf(block)
      for (let at = 0; at + 4 <= block.length; at += 4) {
        const rewritten = rebased(origin[0] + view.getInt32(at, true)) - origin[1]
        if (!Number.isNaN(rewritten)) view.setInt32(at, rewritten, true)
      }
    }

  const codeRelative =
    (section: Section): BlockRebaser =>
    (block, offset) => {
      const view = viewOf(block)
      const address = addressOf(section) + offset - section.offset
      for (let at = 0; at + 4 <= block.length; at += 4) {
        const value = view.getInt32(at, true)
        if (Math.abs(value) < NEAR_FRAME_BYTES) continue
        const leadsTo = address + at + value
        if (sectionAt(leadsTo)?.kind !== 'x86-64') continue
        const rewritten = rebased(leadsTo) - targetAddress(movedOffset(offset + at))
        if (!Number.isNaN(rewritten)) view.setInt32(at, rewritten, true)
      }
    }

  const symbols =
    ({ origin }: Section): BlockRebaser =>
    (block, offset) => {
      const view = viewOf(block)
      for (let at = 0; at + SYMBOL_BYTES <= block.length; at += SYMBOL_BYTES) {
        const name = view.getUint32(at, true)
        if (name !== 0) view.setUint32(at, movedOffset(origin[0] + name) - origin[1], true)
        words(block.subarray(at + 8, at + 16), offset)
      }
    }

  return (section) => {
    switch (section.kind) {
      case 'plain':
        return null
      case 'x86-64':
        return code(section)
      case 'words':
        return words
      case 'own-relative':
        return ownRelative(section)
      case 'code-relative':
        return codeRelative(section)
      case 'symbols':
        return symbols(section)
    }
  }
}

/** Rebases a whole base in place, pausing after every block. */
export function* rebaseAll(base: Uint8Array, executables: readonly Executable[]): Generator<void, void> {
  for (const executable of executables) {
    const rebaserOf = createRebaser(executable)
    for (const section of executable.sections) {
      const rebase = rebaserOf(section)
      if (rebase === null) continue
      for (let from = 0; from < section.size; from += BLOCK_BYTES) {
        const offset = section.offset + from
        rebase(base.subarray(offset, offset + Math.min(BLOCK_BYTES, section.size - from)), offset)
        yield
      }
    }
  }
}

const [NONE, RELATIVE, JUMP, CONDITIONAL_JUMP, ABSOLUTE] = [0, 1, 2, 3, 4] as const

/**
 * What an instruction that may begin with a byte has as its operand, judged by its bytes alone; data that looks like one does
 * no harm. Opcodes: Intel 64 and IA-32 Architectures Software Developer's Manual, volume 2, appendix A.
 */
const OPERANDS = Uint8Array.from({ length: 256 }, (_, opcode) => {
  if (opcode === 0xe8) return RELATIVE
  if (opcode === 0xe9) return JUMP
  // With a second byte of 0x8X.
  if (opcode === 0x0f) return CONDITIONAL_JUMP
  // The byte behind most opcodes that says: memory, relative to the next instruction.
  if ((opcode & 0xc7) === 0x05) return RELATIVE
  // A number into a register: an address where addresses are fixed.
  return (opcode & 0xf8) === 0xb8 ? ABSOLUTE : NONE
})

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
