/**
 * Finds the last of some rising numbers that is at most a value: its index, -1 where there is none. Quick where a value is near
 * the one before, as those of one place after the other are.
 */
export function createKeySearch(keys: readonly number[]): (value: number) => number {
  const sorted = Float64Array.from(keys)
  const { length } = sorted
  const at = (index: number) => sorted[index] ?? Number.POSITIVE_INFINITY
  let found = 0
  return (value) => {
    if (found < length && at(found) <= value && value < at(found + 1)) return found
    let [low, high] = [0, length]
    while (low < high) {
      const middle = (low + high) >>> 1
      if (at(middle) <= value) low = middle + 1
      else high = middle
    }
    if (low === 0) return -1
    found = low - 1
    return found
  }
}
