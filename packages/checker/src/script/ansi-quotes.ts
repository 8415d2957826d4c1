const SIMPLE: Readonly<Record<string, string>> = {
  a: '\u0007',
  b: '\b',
  e: '\u001b',
  E: '\u001b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
}

/** `$'\x63url'` as a word in plain single quotes (bash manual, ANSI-C Quoting). */
export function plainQuotes(word: string): string {
  const inner = word.replace(/^\$'/, '').replace(/'$/, '')
  const text = inner.replace(
    /\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{1,4})|U([0-9a-fA-F]{1,8})|([0-7]{1,3})|c([\s\S])|([\s\S]))/g,
    (_all, hex, short, long, octal, control, letter: string) => {
      const digits: string | undefined = hex ?? short ?? long
      if (digits !== undefined) return codePoint(Number.parseInt(digits, 16))
      if (octal !== undefined) return codePoint(Number.parseInt(String(octal), 8) & 0xff)
      if (control !== undefined) return codePoint(String(control).charCodeAt(0) & 0x1f)
      return SIMPLE[letter] ?? letter
    },
  )
  return `'${text.replaceAll("'", "'\\''")}'`
}

function codePoint(value: number): string {
  return value === 0 || value > 0x10ffff ? '' : String.fromCodePoint(value)
}
