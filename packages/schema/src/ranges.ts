const COMPARATOR = /^(>=|<=|>|<|=)?\s*(\d+(?:\.\d+)*)$/

/** One condition on a dotted number, for example `>=12.0`. */
export interface VersionCondition {
  readonly operator: '>' | '>=' | '<' | '<=' | '='
  readonly version: string
}

/**
 * Reads a range such as `>=7.0 <12.0`: conditions apart from each other by blanks, all of which must hold.
 * A number without operator means equality.
 *
 * @returns null when the text is not such a range.
 */
export function parseVersionRange(text: string): VersionCondition[] | null {
  const joined = text.trim().replace(/(>=|<=|>|<|=)\s+/g, '$1')
  if (joined === '') return null
  const conditions: VersionCondition[] = []
  for (const part of joined.split(/\s+/)) {
    const match = COMPARATOR.exec(part)
    if (!match?.[2]) return null
    conditions.push({ operator: (match[1] ?? '=') as VersionCondition['operator'], version: match[2] })
  }
  return conditions
}

/**
 * Compares dotted numbers part by part; missing parts are 0 and leading zeros mean nothing.
 * Suffixes that are not digits (`550.54.14-server`) end the comparison at that place.
 */
export function compareDottedNumbers(a: string, b: string): number {
  const left = dottedParts(a)
  const right = dottedParts(b)
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0n) - (right[index] ?? 0n)
    if (difference !== 0n) return difference < 0n ? -1 : 1
  }
  return 0
}

function dottedParts(text: string): bigint[] {
  const numbers = /^\d+(?:\.\d+)*/.exec(text.trim())
  return numbers ? numbers[0].split('.').map(BigInt) : []
}

/** Whether a dotted number meets every condition of a range that {@link parseVersionRange} accepts. */
export function satisfiesRange(version: string, range: readonly VersionCondition[]): boolean {
  if (!/^\s*\d/.test(version)) return false
  return range.every((condition) =>
    holds(condition.operator, compareDottedNumbers(version, condition.version)),
  )
}

function holds(operator: VersionCondition['operator'], order: number): boolean {
  switch (operator) {
    case '>':
      return order > 0
    case '>=':
      return order >= 0
    case '<':
      return order < 0
    case '<=':
      return order <= 0
    case '=':
      return order === 0
  }
}

const SIZE_UNITS = { KiB: 2 ** 10, MiB: 2 ** 20, GiB: 2 ** 30, TiB: 2 ** 40 } as const

/** Reads `4 GiB` or `1.5TiB` as bytes; null when the text is not a size. */
export function parseSize(text: string): number | null {
  const match = /^\s*(\d+(?:\.\d+)?)\s*(KiB|MiB|GiB|TiB)\s*$/.exec(text)
  if (!match?.[1] || !match[2]) return null
  const bytes = Math.round(Number(match[1]) * SIZE_UNITS[match[2] as keyof typeof SIZE_UNITS])
  return Number.isSafeInteger(bytes) ? bytes : null
}

/** A C library and the range of its versions, for example `glibc >=2.31`. */
export interface LibcRequirement {
  readonly name: 'glibc' | 'musl'
  readonly range: readonly VersionCondition[]
}

/** Reads `glibc >=2.31`, or a bare `musl` for any version; null when the text is neither. */
export function parseLibc(text: string): LibcRequirement | null {
  // Trimmed first: blanks that two parts of a pattern could take make it slow in their square.
  const match = /^(glibc|musl)(?:\s+(\S.*))?$/.exec(text.trim())
  if (!match?.[1]) return null
  const range = match[2] === undefined ? [] : parseVersionRange(match[2])
  return range && { name: match[1] as LibcRequirement['name'], range }
}
