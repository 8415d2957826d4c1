/** Values by name, of which those that were not asked for of late are forgotten first. */
export interface RecentMap<Value> {
  get(name: string): Value | undefined
  /** @param bytes what it takes up. */
  set(name: string, value: Value, bytes: number): void
  /** Adds to what a value takes up. @returns false where it is not kept any more. */
  grow(name: string, value: Value, bytes: number): boolean
  clear(): void
}

interface Held<Value> {
  readonly value: Value
  bytes: number
}

/**
 * Holds up to `maxBytes` in two generations. A value that is asked for moves to the young one; when that is full, it
 * becomes the old one, and what was old is forgotten. That keeps what is asked for of late, as a list of what was used
 * last would, without a change in every request.
 */
export function createRecentMap<Value>(maxBytes: number): RecentMap<Value> {
  let young = new Map<string, Held<Value>>()
  let old = new Map<string, Held<Value>>()
  let youngBytes = 0

  function makeRoom(bytes: number): void {
    if (youngBytes + bytes <= maxBytes / 2) return
    old = young
    young = new Map()
    youngBytes = 0
  }

  function put(name: string, held: Held<Value>): void {
    youngBytes -= young.get(name)?.bytes ?? 0
    young.delete(name)
    makeRoom(held.bytes)
    old.delete(name)
    young.set(name, held)
    youngBytes += held.bytes
  }

  return {
    get(name) {
      const held = young.get(name)
      if (held !== undefined) return held.value
      const before = old.get(name)
      if (before === undefined) return undefined
      put(name, before)
      return before.value
    },
    set(name, value, bytes) {
      if (bytes <= maxBytes / 2) put(name, { value, bytes })
    },
    grow(name, value, bytes) {
      const held = young.get(name) ?? old.get(name)
      if (held?.value !== value || held.bytes + bytes > maxBytes / 2) return false
      put(name, { value, bytes: held.bytes + bytes })
      return true
    },
    clear() {
      young = new Map()
      old = new Map()
      youngBytes = 0
    },
  }
}
