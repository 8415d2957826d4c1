/** Index of the last entry whose key is at most `value`, -1 where there is none. The keys rise. */
export function lastAtMost<T>(entries: readonly T[], keyOf: (entry: T) => number, value: number): number {
  let [low, high] = [0, entries.length]
  while (low < high) {
    const middle = (low + high) >> 1
    const entry = entries[middle]
    if (entry !== undefined && keyOf(entry) <= value) low = middle + 1
    else high = middle
  }
  return low - 1
}
