/** One thing that was measured, with its peers in the same run. */
export interface Measurement {
  readonly what: string
  readonly unit: string
  /** Whether more is better. */
  readonly higherIsBetter: boolean
  /** Where the sides are things of our own that are not to be compared. */
  readonly withoutPeers?: boolean
  readonly results: readonly MeasuredSide[]
  /** Sentences that belong to the figures. */
  readonly remarks?: readonly string[]
}

export interface MeasuredSide {
  readonly name: string
  /** Median of the runs; null with the reason when it could not be measured here. */
  readonly median: number | null
  /** Why it was not measured, or of things without peers what else was. */
  readonly note?: string
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = Math.floor(sorted.length / 2)
  const upper = sorted[middle]
  if (upper === undefined) throw new Error('the median of nothing')
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}

/** Runs every side in turn, round after round, so that what else the machine does touches all of them alike. */
export async function inTurns(
  rounds: number,
  sides: readonly {
    readonly name: string
    readonly run: (() => Promise<number>) | null
    readonly note?: string
  }[],
): Promise<MeasuredSide[]> {
  const values = sides.map((): number[] => [])
  for (let round = 0; round < rounds; round += 1) {
    for (const [index, side] of sides.entries()) if (side.run) values[index]?.push(await side.run())
  }
  return sides.map(({ name, note }, index) => {
    const measured = values[index] ?? []
    return { name, median: measured.length === 0 ? null : median(measured), ...(note ? { note } : {}) }
  })
}

/** Lines of a table; our own side comes first, ratios say how many times better it is than a peer. */
export function describe(measurement: Measurement): string[] {
  const { what, unit, higherIsBetter, withoutPeers, results, remarks = [] } = measurement
  const [own] = results
  return [
    what,
    ...results.map((side, index) => {
      if (side.median === null)
        return `  ${side.name.padEnd(34)} not measured: ${side.note ?? 'no reason given'}`
      const value = `${format(side.median)} ${unit}`
      if (withoutPeers) {
        return `  ${side.name.padEnd(34)} ${side.note === undefined ? value : `${value.padEnd(12)} ${side.note}`}`
      }
      if (index === 0 || own?.median == null) return `  ${side.name.padEnd(34)} ${value}`
      const ratio = higherIsBetter ? own.median / side.median : side.median / own.median
      return `  ${side.name.padEnd(34)} ${value.padEnd(20)} ours is ${ratio.toFixed(2)} × as good`
    }),
    ...remarks.map((remark) => `  ${remark}`),
  ]
}

function format(value: number): string {
  if (value >= 1000) return Math.round(value).toLocaleString('en-US')
  return value.toPrecision(3)
}
