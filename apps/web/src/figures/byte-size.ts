const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** A size as people compare it: `512 B`, `7.1 KiB`, `1.2 GiB`. */
export function byteSize(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024
    unit += 1
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2
  return `${Number(value.toFixed(digits))} ${UNITS[unit]}`
}
