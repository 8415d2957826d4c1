const UNITS = ['KiB', 'MiB', 'GiB', 'TiB'] as const

/** Bytes in the units of requirements: `15.99 GiB`. Rounded down, so that a shortfall never reads as enough. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`
  const unit = Math.min(Math.floor(Math.log2(bytes) / 10), UNITS.length)
  const amount = Math.floor((bytes / 1024 ** unit) * 100) / 100
  return `${amount} ${UNITS[unit - 1]}`
}
