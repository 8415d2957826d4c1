/** Numbers that look random and are the same for the same seed. */
export interface Chance {
  /** From 0 up to 1. */
  next(): number
  /** A whole number from 0 up to `end`. */
  below(end: number): number
  /** True with this probability. */
  happens(probability: number): boolean
  pick<Value>(values: readonly Value[]): Value
  /** One of the values, the first far more often than the last (Zipf's law with exponent 1). */
  pickCommon<Value>(values: readonly Value[]): Value
  /** Some different values, the first of the list more often than the last. */
  some<Value>(values: readonly Value[], count: number): Value[]
  /** A number whose logarithm is distributed normally around that of `median`. */
  logNormal(median: number, deviation: number): number
}

/** Mulberry32 of Tommy Ettinger, which is in the public domain; a seed per purpose gives sequences that are unrelated. */
export function chance(...seeds: readonly number[]): Chance {
  let state = seeds.reduce((sum, seed) => Math.imul(sum ^ seed, 0x9e3779b1) + 0x7f4a7c15, 0x1b873593) | 0
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const at = <Value>(values: readonly Value[], index: number): Value => {
    const value = values[index]
    if (value === undefined) throw new Error('there is nothing to pick from')
    return value
  }
  const pickCommon = <Value>(values: readonly Value[]) => at(values, commonRank(next(), values.length))
  return {
    next,
    below: (end) => Math.floor(next() * end),
    happens: (probability) => next() < probability,
    pick: (values) => at(values, Math.floor(next() * values.length)),
    pickCommon,
    some(values, count) {
      const picked = new Set<(typeof values)[number]>()
      for (let tries = 0; picked.size < count && tries < 4 * count; tries += 1) picked.add(pickCommon(values))
      return [...picked]
    },
    logNormal(median, deviation) {
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next())
      return median * Math.exp(deviation * normal)
    },
  }
}

/** The rank, from 0, of what is drawn from `size` values by Zipf's law: the inverse of its continuous distribution. */
export function commonRank(uniform: number, size: number): number {
  return Math.min(size - 1, Math.floor((size + 1) ** uniform) - 1)
}
