/** Bytes that have to agree before a place of the base is looked at. */
const ANCHOR_BYTES = 16
/** Every how many bytes of the base one is remembered: instructions and tables of executables repeat at such steps. */
export const ANCHOR_STEP = 4
/** Work between two pauses, in bytes of the base. */
const PAUSE_BYTES = 4 * 2 ** 20
const TABLE_BITS_MAX = 26

/** Finds places of the base that begin with the same bytes as a place of the target. */
export interface Anchors {
  /**
   * Where in the base the {@link ANCHOR_BYTES} bytes at `position` of the target stand, or -1. Looks first where they would
   * stand if nothing had moved by another distance than `distance` (base minus target).
   */
  find(position: number, distance: number): number
}

/** Memory that {@link indexAnchors} takes for a base of `size` bytes. */
export function anchorsMemory(size: number): number {
  return 4 * 2 ** tableBits(size)
}

/** Pauses now and then, so that others may work. */
export function* indexAnchors(base: Uint8Array, target: Uint8Array): Generator<void, Anchors> {
  const baseView = new DataView(base.buffer, base.byteOffset, base.byteLength)
  const targetView = new DataView(target.buffer, target.byteOffset, target.byteLength)
  const bits = tableBits(base.length)
  /** Offsets plus one. */
  const table = new Uint32Array(2 ** bits)
  const slotAt = (view: DataView, offset: number) =>
    hash(
      view.getInt32(offset, true),
      view.getInt32(offset + 4, true),
      view.getInt32(offset + 8, true),
      view.getInt32(offset + 12, true),
    ) >>>
    (32 - bits)
  const end = base.length - ANCHOR_BYTES
  for (let from = 0; from <= end; from += PAUSE_BYTES) {
    const to = Math.min(from + PAUSE_BYTES - 1, end)
    for (let offset = from; offset <= to; offset += ANCHOR_STEP) {
      if (!isUniform(baseView, offset)) table[slotAt(baseView, offset)] = offset + 1
    }
    yield
  }
  return {
    find(position, distance) {
      if (position + ANCHOR_BYTES > target.length) return -1
      const likely = position + distance
      if (likely >= 0 && likely <= end && agree(baseView, likely, targetView, position)) return likely
      const offset = (table[slotAt(targetView, position)] ?? 0) - 1
      return offset >= 0 && agree(baseView, offset, targetView, position) ? offset : -1
    },
  }
}

function tableBits(size: number): number {
  const anchors = Math.max(1, Math.ceil(size / ANCHOR_STEP))
  return Math.min(TABLE_BITS_MAX, Math.max(10, Math.ceil(Math.log2(anchors))))
}

/** Four equal words, mostly zeros: they stand everywhere and lead nowhere. */
function isUniform(view: DataView, offset: number): boolean {
  const word = view.getInt32(offset, true)
  return (
    word === view.getInt32(offset + 4, true) &&
    word === view.getInt32(offset + 8, true) &&
    word === view.getInt32(offset + 12, true)
  )
}

function agree(base: DataView, offset: number, target: DataView, position: number): boolean {
  return (
    base.getInt32(offset, true) === target.getInt32(position, true) &&
    base.getInt32(offset + 4, true) === target.getInt32(position + 4, true) &&
    base.getInt32(offset + 8, true) === target.getInt32(position + 8, true) &&
    base.getInt32(offset + 12, true) === target.getInt32(position + 12, true)
  )
}

/** Mixes four words; its upper bits are the best mixed ones. */
function hash(a: number, b: number, c: number, d: number): number {
  let mixed = Math.imul(a, 0x9e3779b1) ^ Math.imul(b, 0x85ebca6b)
  mixed = Math.imul((mixed << 13) | (mixed >>> 19), 0xc2b2ae35) ^ Math.imul(c, 0x27d4eb2f)
  mixed = (mixed << 11) | (mixed >>> 21)
  mixed = Math.imul(mixed ^ Math.imul(d, 0x165667b1), 0x9e3779b1)
  return Math.imul(mixed ^ (mixed >>> 15), 0x85ebca6b)
}
