/**
 * Reads lines such as `model name : AMD EPYC` or `MemTotal: 24684084 kB`: what stands before and after the first
 * separator, without surrounding blanks. The first line of a name counts.
 */
export function readFields(text: string | null | undefined, separator = ':'): ReadonlyMap<string, string> {
  const fields = new Map<string, string>()
  for (const line of text?.split('\n') ?? []) {
    const at = line.indexOf(separator)
    const name = line.slice(0, at).trim()
    if (at > 0 && !fields.has(name)) fields.set(name, line.slice(at + separator.length).trim())
  }
  return fields
}

/** A whole number of at least zero in decimal digits, or null. */
export function wholeNumber(text: string | null | undefined): number | null {
  if (!/^\d{1,16}$/.test(text?.trim() ?? '')) return null
  const value = Number(text)
  return Number.isSafeInteger(value) ? value : null
}
