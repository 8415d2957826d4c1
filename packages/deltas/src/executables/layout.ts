import type { ByteReader } from '../bytes/byte-reader.ts'
import type { ByteWriter } from '../bytes/byte-writer.ts'
import { unusable } from '../patch-error.ts'

/**
 * How the addresses within a section are written. The order is the patch's format.
 *
 * - `plain`: none that are known
 * - `x86-64`: relative operands of calls, jumps and memory accesses; absolute ones too where the addresses are fixed
 * - `words`: eight bytes each, as in relocations and tables of pointers
 * - `own-relative`: four bytes each, from the begin of the section, as in `.eh_frame_hdr`
 * - `code-relative`: four bytes each, from themselves to code, as in `.eh_frame`
 * - `symbols`: entries of 24 bytes with a name in a table of texts, and an address
 */
const SECTION_KINDS = ['plain', 'x86-64', 'words', 'own-relative', 'code-relative', 'symbols'] as const
export type SectionKind = (typeof SECTION_KINDS)[number]

/** A part of an executable in the base. */
export interface Section {
  readonly kind: SectionKind
  /** From the begin of the archive. */
  readonly offset: number
  readonly size: number
  /** Where it lies in the memory of the running program; null where it does not. */
  readonly address: number | null
  /** What addresses are counted from: its own address, or the offset of the table of texts. In the base, in the target. */
  readonly origin: readonly [base: number, target: number]
}

/** A part of an executable in the target that lies in the memory of the running program. */
export interface Placed {
  readonly offset: number
  readonly size: number
  readonly address: number
}

/** From `offset` in the base on, bytes stand `distance` bytes further behind in the target. */
export interface Moved {
  readonly offset: number
  readonly distance: number
}

/** What is known of an executable of the base and of the one in the target that it became. */
export interface Executable {
  /** By offset, without overlaps. */
  readonly sections: readonly Section[]
  /** By offset. */
  readonly placed: readonly Placed[]
  /** By offset. */
  readonly moved: readonly Moved[]
  /** Where memory begins that no bytes of the file stand for, in the base and in the target; 0 where it is not known. */
  readonly zeroed: readonly [base: number, target: number]
  /** The addresses in use: from, and up to but not including. */
  readonly addresses: readonly [from: number, to: number]
}

const NUMBER_MAX = 2 ** 52
const LIST_MAX = 2 ** 20

export function writeExecutables(writer: ByteWriter, executables: readonly Executable[]): void {
  writer.number(executables.length)
  for (const { sections, placed, moved, zeroed, addresses } of executables) {
    for (const value of [...zeroed, ...addresses]) writer.number(value)
    writer.number(sections.length)
    let at = 0
    for (const section of sections) {
      writer.number(SECTION_KINDS.indexOf(section.kind))
      writer.number(section.offset - at)
      writer.number(section.size)
      writer.number(section.address === null ? 0 : section.address + 1)
      for (const origin of section.origin) writer.number(origin)
      at = section.offset + section.size
    }
    writer.number(placed.length)
    at = 0
    for (const { offset, size, address } of placed) {
      writer.number(offset - at)
      writer.number(size)
      writer.number(address)
      at = offset
    }
    writer.number(moved.length)
    at = 0
    let distance = 0
    for (const move of moved) {
      writer.number(move.offset - at)
      writer.signed(move.distance - distance)
      at = move.offset
      distance = move.distance
    }
  }
}

/** Reads what {@link writeExecutables} wrote. Fails with `patch_invalid`; of hostile bytes, too, all offsets are in order. */
export function readExecutables(reader: ByteReader, baseSize: number): Executable[] {
  const executables: Executable[] = []
  for (let count = reader.number(LIST_MAX); count > 0; count -= 1) {
    const pair = () => [reader.number(NUMBER_MAX), reader.number(NUMBER_MAX)] as const
    const zeroed = pair()
    const addresses = pair()
    const sections = readList(reader, (at): Section => {
      const kind = SECTION_KINDS[reader.number(SECTION_KINDS.length - 1)] ?? 'plain'
      const offset = at + reader.number(baseSize)
      const size = reader.number(baseSize)
      if (offset + size > baseSize) throw unusable('a section lies outside of the base')
      const address = reader.number(NUMBER_MAX) - 1
      return { kind, offset, size, address: address < 0 ? null : address, origin: pair() }
    })
    const placed = readList(reader, (_, before): Placed => {
      const offset = before + reader.number(NUMBER_MAX)
      return { offset, size: reader.number(NUMBER_MAX), address: reader.number(NUMBER_MAX) }
    })
    let distance = 0
    const moved = readList(reader, (_, before): Moved => {
      const offset = before + reader.number(NUMBER_MAX)
      distance += reader.signed()
      return { offset, distance }
    })
    executables.push({ sections, placed, moved, zeroed, addresses })
  }
  return executables
}

/** @param read takes where the entry before ends and where it begins. */
function readList<T extends { readonly offset: number; readonly size?: number }>(
  reader: ByteReader,
  read: (end: number, begin: number) => T,
): T[] {
  const list: T[] = []
  let [begin, end] = [0, 0]
  for (let count = reader.number(LIST_MAX); count > 0; count -= 1) {
    const entry = read(end, begin)
    list.push(entry)
    begin = entry.offset
    end = entry.offset + (entry.size ?? 0)
  }
  return list
}
