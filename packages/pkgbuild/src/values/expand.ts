import { type Budget, NotStatic } from './budget.ts'
import { matchEnds, parseGlob } from './glob.ts'

/** Looks up a variable: its text, its elements, or the reason why it is not known. */
export interface Variables {
  /** The text of `$name`: of an array its first element. @throws NotStatic */
  text(name: string): string
  /** The elements of `${name[@]}`. @throws NotStatic */
  elements(name: string): readonly string[]
  isSet(name: string): boolean
}

/** Most expansions inside each other. */
const MAX_NESTING = 16

/**
 * Expands one word as bash does without running anything: quotes, backslashes, `$name` and the parameter expansions
 * that build addresses (`${pkgver//_/-}`, `${pkgver%%.*}`, `${_name:-other}` …).
 *
 * @throws NotStatic for command substitutions, arithmetic, globs, braces and names that the file does not set.
 */
export function expandWord(word: string, variables: Variables, budget: Budget): string {
  return new WordReader(word, variables, budget, 0).readAll()
}

/** `"${name[@]}"` and `${name[@]}` as a whole word: an array's elements. */
export function wholeArrayName(word: string): string | null {
  return /^"?\$\{([A-Za-z_]\w*)\[[@*]\]\}"?$/.exec(word)?.[1] ?? null
}

/** Reads one word from left to right; a word inside an expansion has a reader of its own. */
class WordReader {
  readonly #word: string
  readonly #variables: Variables
  readonly #budget: Budget
  readonly #nesting: number
  #index = 0

  constructor(word: string, variables: Variables, budget: Budget, nesting: number) {
    if (nesting > MAX_NESTING) throw new NotStatic('nests expansions too deeply')
    this.#word = word
    this.#variables = variables
    this.#budget = budget
    this.#nesting = nesting
  }

  readAll(): string {
    let result = ''
    while (this.#index < this.#word.length) result = this.#budget.bounded(result + this.#readUnquoted())
    return result
  }

  #readUnquoted(): string {
    const letter = this.#take()
    switch (letter) {
      case '\\':
        return this.#takeEscaped('')
      case "'":
        return this.#takeUntil("'")
      case '"':
        return this.#readDoubleQuoted()
      case '$':
        if (this.#peek() === "'") {
          this.#index += 1
          return this.#readAnsiQuoted()
        }
        return this.#readDollar()
      case '`':
        throw new NotStatic('runs a command (`…`)')
      case '{':
        if (/^[^{}]*(?:,|\.\.)[^{}]*\}/.test(this.#word.slice(this.#index))) {
          throw new NotStatic('uses brace expansion; write the items out')
        }
        return letter
      case '*':
      case '?':
        // In a parameter expansion these are part of a pattern, which the caller understands.
        if (this.#nesting === 0) throw new NotStatic('uses a file name pattern; quote it')
        return letter
      default:
        return letter
    }
  }

  #readDoubleQuoted(): string {
    let result = ''
    while (this.#index < this.#word.length) {
      const letter = this.#take()
      if (letter === '"') return result
      if (letter === '\\') result += this.#takeEscaped('"$`\\')
      else if (letter === '$') result += this.#readDollar()
      else if (letter === '`') throw new NotStatic('runs a command (`…`)')
      else result += letter
      this.#budget.bounded(result)
    }
    throw new NotStatic('has an unclosed quote')
  }

  /** After a backslash. Within quotes only the characters of `special` lose their meaning; elsewhere every one does. */
  #takeEscaped(special: string): string {
    const letter = this.#take()
    if (letter === '\n') return ''
    if (special === '' && this.#nesting > 0 && /[*?[\\]/.test(letter)) return `\\${letter}`
    return special === '' || special.includes(letter) ? letter : `\\${letter}`
  }

  #readAnsiQuoted(): string {
    const simple: Readonly<Record<string, string>> = { n: '\n', t: '\t', '\\': '\\', "'": "'", '"': '"' }
    let result = ''
    for (;;) {
      const letter = this.#take()
      if (letter === '') throw new NotStatic('has an unclosed quote')
      if (letter === "'") return result
      if (letter !== '\\') result += letter
      else {
        const escaped = simple[this.#take()]
        if (escaped === undefined) throw new NotStatic("uses an escape in $'…' that is not read here")
        result += escaped
      }
    }
  }

  #readDollar(): string {
    if (this.#peek() === '(') throw new NotStatic('runs a command or computes ($(…))')
    if (this.#peek() === '{') {
      this.#index += 1
      return this.#readExpansion(this.#takeBraced())
    }
    const name = /^[A-Za-z_]\w*/.exec(this.#word.slice(this.#index, this.#index + 200))?.[0]
    if (name !== undefined) {
      this.#index += name.length
      return this.#variables.text(name)
    }
    if (/[0-9@*#?$!-]/.test(this.#peek())) throw new NotStatic(`uses $${this.#peek()}`)
    return '$'
  }

  /** The text up to the closing brace of a `${`, inner braces and quotes included. */
  #takeBraced(): string {
    const start = this.#index
    let depth = 1
    while (this.#index < this.#word.length) {
      const letter = this.#take()
      if (letter === '\\') this.#index += 1
      else if (letter === "'" && !this.#word.slice(start, this.#index).includes('"')) this.#takeUntil("'")
      else if (letter === '$' && this.#peek() === '{') depth += 1
      else if (letter === '}') {
        depth -= 1
        if (depth === 0) return this.#word.slice(start, this.#index - 1)
      }
    }
    throw new NotStatic('has an unclosed ${')
  }

  #readExpansion(body: string): string {
    this.#budget.spend(body.length)
    const length = /^#([A-Za-z_]\w*)$/.exec(body)?.[1]
    if (length !== undefined) return String([...this.#variables.text(length)].length)
    const parts = /^([A-Za-z_]\w*)(?:\[(\d{1,4}|[@*])\])?([\s\S]*)$/.exec(body)
    const name = parts?.[1]
    if (name === undefined) throw new NotStatic(`uses \${${body.slice(0, 40)}}, which is not read here`)
    const operation = parts?.[3] ?? ''
    const fallback = /^(:?)([-+])([\s\S]*)$/.exec(operation)
    if (fallback !== null && parts?.[2] === undefined) return this.#readFallback(name, fallback)
    return this.#budget.bounded(this.#transform(this.#element(name, parts?.[2]), operation))
  }

  #element(name: string, index: string | undefined): string {
    if (index === undefined) return this.#variables.text(name)
    const elements = this.#variables.elements(name)
    if (index === '@' || index === '*') return elements.join(' ')
    const element = elements[Number(index)]
    if (element === undefined) throw new NotStatic(`uses \${${name}[${index}]}, which is not set`)
    return element
  }

  /** `${name:-word}` and `${name:+word}`; without the colon an empty value counts as set. */
  #readFallback(name: string, [, colon, operator, word = '']: RegExpExecArray): string {
    const present = this.#variables.isSet(name) && (colon === '' || this.#variables.text(name) !== '')
    if (operator === '+') return present ? this.#inner(word) : ''
    return present ? this.#variables.text(name) : this.#inner(word)
  }

  #transform(value: string, operation: string): string {
    if (operation === '') return value
    const trim = /^(%%?|##?)([\s\S]*)$/.exec(operation)
    if (trim !== null) return this.#trim(value, trim[1] ?? '', this.#inner(trim[2] ?? ''))
    if (operation.startsWith('/')) return this.#replace(value, operation.slice(1))
    const slice = /^:\s*(\d{1,6}|\s-\d{1,6})(?::(-?\d{1,6}))?$/.exec(operation)
    if (slice !== null) return sliceText(value, Number(slice[1]), slice[2])
    switch (operation) {
      case '^^':
        return value.toUpperCase()
      case ',,':
        return value.toLowerCase()
      case '^':
        return value.charAt(0).toUpperCase() + value.slice(1)
      case ',':
        return value.charAt(0).toLowerCase() + value.slice(1)
      default:
        throw new NotStatic(`uses the expansion "${operation.slice(0, 40)}", which is not read here`)
    }
  }

  #trim(value: string, operator: string, pattern: string): string {
    const glob = parseGlob(pattern)
    if (operator.startsWith('#')) {
      const ends = matchEnds(glob, value, 0, this.#budget)
      const end = operator === '##' ? ends.at(-1) : ends[0]
      return end === undefined ? value : value.slice(end)
    }
    const starts = [...Array(value.length + 1).keys()]
    for (const start of operator === '%%' ? starts : starts.toReversed()) {
      if (matchEnds(glob, value, start, this.#budget).at(-1) === value.length) return value.slice(0, start)
    }
    return value
  }

  /** `/pattern/text` once, `//pattern/text` everywhere, `/#pattern/text` at the start, `/%pattern/text` at the end. */
  #replace(value: string, operation: string): string {
    const mode = /^[/#%]/.exec(operation)?.[0] ?? ''
    const [rawPattern, rawText] = splitAtSlash(operation.slice(mode.length))
    const glob = parseGlob(this.#inner(rawPattern))
    const text = this.#inner(rawText)
    if (glob.length === 0) return value
    let result = ''
    let position = 0
    let replaced = false
    while (position <= value.length) {
      this.#budget.bounded(result)
      const ends = mode === '#' && position > 0 ? [] : matchEnds(glob, value, position, this.#budget)
      const end = ends.at(-1)
      const fits = end !== undefined && end > position && (mode !== '%' || end === value.length)
      if (fits && (mode === '/' || !replaced)) {
        result += text
        position = end
        replaced = true
      } else {
        result += value.charAt(position)
        position += 1
      }
    }
    return result
  }

  #inner(word: string): string {
    return new WordReader(word, this.#variables, this.#budget, this.#nesting + 1).readAll()
  }

  #take(): string {
    const letter = this.#peek()
    this.#index += 1
    this.#budget.spend(1)
    return letter
  }

  #peek(): string {
    return this.#word.charAt(this.#index)
  }

  #takeUntil(end: string): string {
    const close = this.#word.indexOf(end, this.#index)
    if (close === -1) throw new NotStatic('has an unclosed quote')
    const text = this.#word.slice(this.#index, close)
    this.#index = close + 1
    this.#budget.spend(text.length)
    return text
  }
}

/** `pattern/text` at the first slash that no backslash, quote or brace hides. */
function splitAtSlash(operation: string): [string, string] {
  let depth = 0
  let quote = ''
  for (let index = 0; index < operation.length; index += 1) {
    const letter = operation.charAt(index)
    if (letter === '\\') index += 1
    else if (quote !== '') quote = letter === quote ? '' : quote
    else if (letter === "'" || letter === '"') quote = letter
    else if (letter === '{') depth += 1
    else if (letter === '}') depth -= 1
    else if (letter === '/' && depth === 0) return [operation.slice(0, index), operation.slice(index + 1)]
  }
  return [operation, '']
}

function sliceText(value: string, offset: number, length: string | undefined): string {
  const start = offset < 0 ? Math.max(0, value.length + offset) : offset
  if (length === undefined) return value.slice(start)
  const count = Number(length)
  return count < 0 ? value.slice(start, value.length + count) : value.slice(start, start + count)
}
