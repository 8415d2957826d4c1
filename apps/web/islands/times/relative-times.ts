const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

/** Says behind each moment with `data-relative` how long ago it was, or is to come, by the visitor's clock. */
export function sayHowLongAgo(root: ParentNode, now: number): void {
  const format = new Intl.RelativeTimeFormat('en', { numeric: 'auto' })
  for (const time of root.querySelectorAll<HTMLTimeElement>('time[data-relative]')) {
    const distance = Date.parse(time.dateTime) - now
    const [unit, length] = UNITS.find(([, least]) => Math.abs(distance) >= least) ?? UNITS[2]
    time.after(` (${format.format(Math.round(distance / length), unit)})`)
  }
}
