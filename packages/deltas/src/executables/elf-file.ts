import type { SectionKind } from './layout.ts'

/** A section of an ELF file, by its place in the archive. */
export interface ElfSection {
  readonly name: string
  readonly kind: SectionKind
  readonly offset: number
  readonly size: number
  /** Null where it is not in the memory of the running program. */
  readonly address: number | null
  /** The section's index of the table of texts that it names entries of. */
  readonly texts: number
  readonly index: number
}

/** A 64-bit ELF file for x86-64. */
export interface ElfFile {
  readonly offset: number
  readonly size: number
  /** By offset, without overlaps. */
  readonly sections: readonly ElfSection[]
  /** Where memory begins that no bytes of the file stand for; 0 where there is none. */
  readonly zeroed: number
}

/** Files begin at whole blocks in a tar archive. */
const TAR_BLOCK_BYTES = 512
const HEADER_BYTES = 64
const SECTION_HEADER_BYTES = 64
const SECTIONS_MAX = 4096
const NAME_MAX_BYTES = 256
const X86_64 = 62

// Section types and flags: System V ABI, "Sections".
const TYPE = {
  symbols: 2,
  relocations: 4,
  zeroed: 8,
  dynamicSymbols: 11,
  starts: 14,
  ends: 15,
} as const
const FLAG = { writable: 1, inMemory: 2, executable: 4, perThread: 0x400 } as const

/** Finds the ELF files in a tar archive. A file whose tables are odd is left out: it is only compared byte by byte. */
export function findElfFiles(archive: Uint8Array): ElfFile[] {
  const view = new DataView(archive.buffer, archive.byteOffset, archive.byteLength)
  const files: ElfFile[] = []
  for (let offset = 0; offset + HEADER_BYTES <= archive.length; offset += TAR_BLOCK_BYTES) {
    // 0x7f "ELF", 64 bits, the lowest byte first.
    if (view.getUint32(offset) !== 0x7f454c46 || view.getUint16(offset + 4) !== 0x0201) continue
    if (view.getUint16(offset + 18, true) !== X86_64) continue
    const file = readFile(archive, view, offset)
    if (file === null) continue
    files.push(file)
    // An executable inside another one's data is data.
    offset += Math.ceil(file.size / TAR_BLOCK_BYTES - 1) * TAR_BLOCK_BYTES
  }
  return files
}

function readFile(archive: Uint8Array, view: DataView, offset: number): ElfFile | null {
  const table = offset + readNumber(view, offset + 40)
  const count = view.getUint16(offset + 60, true)
  const tableEnd = table + count * SECTION_HEADER_BYTES
  if (count < 2 || count > SECTIONS_MAX || !(tableEnd <= archive.length)) return null
  const headers = Array.from({ length: count }, (_, index) =>
    readHeader(view, table + index * SECTION_HEADER_BYTES, index),
  )
  const names = headers[view.getUint16(offset + 62, true)]
  if (names === undefined) return null
  const isFixed = headers.every(({ flags, address }) => (flags & FLAG.inMemory) === 0 || address >= 2 ** 16)
  const sections: ElfSection[] = []
  let zeroed = 0
  for (const header of headers) {
    if (header.type === TYPE.zeroed) {
      if ((header.flags & FLAG.perThread) === 0 && zeroed === 0) zeroed = header.address
      continue
    }
    if (header.type === 0 || header.size === 0) continue
    const name = readText(archive, offset + names.offset + header.name)
    const { size, texts, index } = header
    const begin = offset + header.offset
    if (!(begin + size <= archive.length)) return null
    const address = (header.flags & FLAG.inMemory) === 0 ? null : header.address
    sections.push({ name, kind: kindOf(header, name, isFixed), offset: begin, size, address, texts, index })
  }
  sections.sort((a, b) => a.offset - b.offset)
  const overlap = sections.some(({ offset: begin }, index) => {
    const before = sections[index - 1]
    return before !== undefined && begin < before.offset + before.size
  })
  const ends = sections.map((section) => section.offset + section.size)
  return overlap ? null : { offset, size: Math.max(tableEnd, ...ends) - offset, sections, zeroed }
}

function readHeader(view: DataView, at: number, index: number) {
  return {
    index,
    name: view.getUint32(at, true),
    type: view.getUint32(at + 4, true),
    flags: readNumber(view, at + 8),
    address: readNumber(view, at + 16),
    offset: readNumber(view, at + 24),
    size: readNumber(view, at + 32),
    texts: view.getUint32(at + 40, true),
  }
}

function kindOf(
  { type, flags }: { type: number; flags: number },
  name: string,
  isFixed: boolean,
): SectionKind {
  if ((flags & FLAG.executable) !== 0) return 'x86-64'
  if (type === TYPE.symbols || type === TYPE.dynamicSymbols) return 'symbols'
  if (type === TYPE.relocations || type === TYPE.starts || type === TYPE.ends) return 'words'
  if ((flags & FLAG.writable) !== 0) return 'words'
  if (name === '.eh_frame_hdr') return 'own-relative'
  if (name === '.eh_frame') return 'code-relative'
  // Its tables hold addresses only where they are known when the program is linked.
  if (name === '.rodata' && isFixed) return 'words'
  return 'plain'
}

/** As a double: exact up to 2^53, and above that too large for any archive. */
function readNumber(view: DataView, at: number): number {
  return view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32
}

function readText(archive: Uint8Array, at: number): string {
  const bytes = archive.subarray(at, at + NAME_MAX_BYTES)
  const end = bytes.indexOf(0)
  return Buffer.from(bytes.subarray(0, end === -1 ? 0 : end)).toString('latin1')
}
