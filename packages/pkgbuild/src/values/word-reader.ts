import { readArithmetic } from './arithmetic.ts'
import { type Budget, NotStatic } from './budget.ts'
import { escapeGlob } from './glob.ts'
import type { Piece } from './piece.ts'
import { type Operation, transform } from './transform.ts'
import type { Variables } from './variables.ts'
import { WordCursor } from './word-cursor.ts'

/** Most expansions inside each other. */
const MAX_NESTING = 16
/** Longest `$((…))`, in UTF-16 units. */
const MAX_ARITHMETIC = 500

/** The parts of a word, expanded. @throws NotStatic */
export function readWord(word: string, variables: Variables, budget: Budget): Piece[] {
  return new WordReader(word, variables, budget).readAll()
}

/** Reads one word from left to right. */
class WordReader {
  readonly #cursor: WordCursor
  #variables: Variables
  readonly #budget: Budget
  #nesting = 0

  constructor(word: string, variables: Variables, budget: Budget) {
    this.#cursor = new WordCursor(word, budget)
    this.#variables = variables
    this.#budget = budget
  }

  readAll(): Piece[] {
    return this.#readUnquoted('')
  }

  /** Up to one of the letters of `ends`, which is left; to the end of the word where there are none. */
  #readUnquoted(ends: string): Piece[] {
    const pieces: Piece[] = []
    while (!this.#cursor.isAtEnd) {
      if (ends.includes(this.#cursor.peek())) return pieces
      pieces.push(...this.#readUnquotedPiece())
    }
    if (ends !== '') throw new NotStatic('has an unclosed ${')
    return pieces
  }

  #readUnquotedPiece(): Piece[] {
    const letter = this.#cursor.take()
    switch (letter) {
      case '\\': {
        const escaped = this.#cursor.take()
        return escaped === '\n' ? [] : [{ kind: 'quoted', text: escaped === '' ? '\\' : escaped }]
      }
      case "'":
        return [{ kind: 'quoted', text: this.#cursor.takeUntil("'") }]
      case '"':
        return this.#readDoubleQuoted()
      case '$':
        if (this.#cursor.peek() === "'") return [{ kind: 'quoted', text: this.#readAnsiQuoted() }]
        if (this.#cursor.peek() === '"') throw new NotStatic('uses $"…", whose text depends on the locale')
        return this.#readDollar(false)
      case '`':
        throw new NotStatic('runs a command (`…`)')
      case '<':
      case '>':
        if (this.#cursor.peek() === '(') throw new NotStatic(`runs a command (${letter}(…))`)
        throw new NotStatic('is not one word')
      case '~':
        if (this.#nesting > 0) throw new NotStatic('uses ~, which depends on who builds')
        return [{ kind: 'literal', text: letter }]
      case '{':
        this.#refuseInExpansion()
        return [{ kind: 'literal', text: letter }]
      default:
        // The grammar may take for one word what bash takes for several.
        if (this.#nesting === 0 && /[\s;&|()]/.test(letter)) throw new NotStatic('is not one word')
        return [{ kind: 'literal', text: letter }]
    }
  }

  /** Which of the closing braces ends an expansion that has others in it, versions of bash see differently. */
  #refuseInExpansion(): void {
    if (this.#nesting > 0) throw new NotStatic('uses braces within ${…}, which is not read here')
  }

  /** What follows a double quote, with the closing one. */
  #readDoubleQuoted(): Piece[] {
    const start = this.#cursor.index
    const pieces = this.#readQuoted('"', '"$`\\')
    const isEmpty = this.#cursor.index === start
    this.#cursor.skip(1)
    return isEmpty ? [{ kind: 'quoted', text: '' }] : pieces
  }

  /** Up to `end`, which is left. A backslash takes the meaning of the letters of `escapable` only. */
  #readQuoted(end: string, escapable: string): Piece[] {
    const pieces: Piece[] = []
    while (!this.#cursor.isAtEnd) {
      if (this.#cursor.peek() === end) return pieces
      const letter = this.#cursor.take()
      if (letter === '\\') {
        const escaped = this.#cursor.take()
        if (escaped === '\n') continue
        pieces.push({ kind: 'quoted', text: escapable.includes(escaped) ? escaped : `\\${escaped}` })
      } else if (letter === '$') pieces.push(...this.#readDollar(true))
      else if (letter === '"') pieces.push(...this.#readDoubleQuoted())
      else if (letter === '`') throw new NotStatic('runs a command (`…`)')
      else if (letter === '{' && end === '}') this.#refuseInExpansion()
      else pieces.push({ kind: 'quoted', text: letter })
    }
    throw new NotStatic(end === '"' ? 'has an unclosed quote' : 'has an unclosed ${')
  }

  /** After `$`, at the quote. */
  #readAnsiQuoted(): string {
    const simple: Readonly<Record<string, string>> = { n: '\n', t: '\t', '\\': '\\', "'": "'", '"': '"' }
    this.#cursor.skip(1)
    let result = ''
    for (;;) {
      const letter = this.#cursor.take()
      if (letter === '') throw new NotStatic('has an unclosed quote')
      if (letter === "'") return result
      if (letter !== '\\') result += letter
      else {
        const escaped = simple[this.#cursor.take()]
        if (escaped === undefined) throw new NotStatic("uses an escape in $'…' that is not read here")
        result += escaped
      }
    }
  }

  #readDollar(quoted: boolean): Piece[] {
    const next = this.#cursor.peek()
    if (this.#cursor.ahead(2) === '((') return [this.#readArithmetic(quoted)]
    if (next === '(' || next === '[') throw new NotStatic(`runs a command or computes ($${next}…)`)
    if (next === '{') {
      this.#cursor.skip(1)
      return this.#readExpansion(quoted)
    }
    const name = this.#cursor.takeName()
    if (name !== '') return [{ kind: quoted ? 'quoted' : 'expanded', text: this.#variables.text(name) }]
    if (/[0-9@*#?$!-]/.test(next)) throw new NotStatic(`uses $${next}`)
    return [{ kind: 'quoted', text: '$' }]
  }

  #readArithmetic(quoted: boolean): Piece {
    const text = this.#cursor.ahead(MAX_ARITHMETIC)
    const { value, end } = readArithmetic(text, 2, this.#variables, this.#budget)
    this.#cursor.skip(end)
    return { kind: quoted ? 'quoted' : 'expanded', text: String(value) }
  }

  /** After `${`, with the closing brace. */
  #readExpansion(quoted: boolean): Piece[] {
    this.#nesting += 1
    if (this.#nesting > MAX_NESTING) throw new NotStatic('nests expansions too deeply')
    const isLength = this.#cursor.peek() === '#'
    if (isLength) this.#cursor.skip(1)
    const name = this.#cursor.takeName()
    if (name === '') throw new NotStatic(`uses \${${this.#cursor.ahead(20)}, which is not read here`)
    const subscript = this.#cursor.takeSubscript()
    const pieces = isLength
      ? [{ kind: quoted ? 'quoted' : 'expanded', text: this.#lengthOf(name, subscript) } as const]
      : this.#readOperation(name, subscript, quoted)
    if (this.#cursor.take() !== '}') throw new NotStatic('uses an expansion that is not read here')
    this.#nesting -= 1
    return pieces
  }

  #readOperation(name: string, subscript: string | null, quoted: boolean): Piece[] {
    const fallback = /^:?[-+=?]/.exec(this.#cursor.ahead(2))?.[0]
    if (fallback !== undefined) {
      this.#cursor.skip(fallback.length)
      if (subscript !== null) throw new NotStatic(`uses \${${name}[…]${fallback}…}, which is not read here`)
      return this.#readFallback(name, fallback, quoted)
    }
    const values = this.#valuesOf(name, subscript)
    const isList = subscript === '@' || subscript === '*'
    const changed = transform(values, this.#takeOperation(), { isList, budget: this.#budget })
    const kind = quoted ? 'quoted' : 'expanded'
    if (quoted && subscript === '*') return [{ kind, text: changed.join(' ') }]
    return changed.flatMap((text, index): Piece[] =>
      index === 0 ? [{ kind, text }] : [{ kind: 'break' }, { kind, text }],
    )
  }

  /** `${name:-word}` and the like; without the colon an empty value counts as set. */
  #readFallback(name: string, operator: string, quoted: boolean): Piece[] {
    const isSet = this.#variables.isSet(name)
    const present = isSet && (!operator.startsWith(':') || this.#variables.text(name) !== '')
    const isUsed = present === operator.endsWith('+')
    const word = this.#readOperand(quoted, isUsed)
    const value: Piece[] = present
      ? [{ kind: quoted ? 'quoted' : 'expanded', text: this.#variables.text(name) }]
      : []
    switch (operator.at(-1)) {
      case '+':
        return present ? word.map(asExpanded) : [{ kind: quoted ? 'quoted' : 'expanded', text: '' }]
      case '-':
        return present ? value : word.map(asExpanded)
      default:
        if (present) return value
        throw new NotStatic(`sets $${name} or stops`)
    }
  }

  /** The word behind `:-`; where it is not used, what its variables hold does not matter. */
  #readOperand(quoted: boolean, isUsed: boolean): Piece[] {
    const variables = this.#variables
    if (!isUsed) this.#variables = NO_VARIABLES
    const word = quoted ? this.#readQuoted('}', '"$`\\}') : this.#readUnquoted('}')
    this.#variables = variables
    return word
  }

  #valuesOf(name: string, subscript: string | null): readonly string[] {
    if (subscript === null) return [this.#variables.text(name)]
    const elements = this.#variables.elements(name)
    if (subscript === '@' || subscript === '*') return elements
    const index = Number(subscript)
    // Bash counts the elements of arrays from their end, and has none for other variables.
    if (index < 0 && (elements.length < 2 || index < -elements.length)) {
      throw new NotStatic(`uses \${${name}[${subscript}]}, which may not be there`)
    }
    return [elements.at(index) ?? '']
  }

  #lengthOf(name: string, subscript: string | null): string {
    const values = this.#valuesOf(name, subscript)
    if (subscript === '@' || subscript === '*') return String(values.length)
    const [text = ''] = values
    if (!isAscii(text)) throw new NotStatic(`counts the letters of $${name}, which depends on the locale`)
    return String(text.length)
  }

  /** What follows the name, up to the closing brace, which is left. */
  #takeOperation(): Operation {
    if (this.#cursor.peek() === '}') return { kind: 'none' }
    const rest = this.#cursor.ahead(40)
    const trim = /^(%%?|##?)/.exec(rest)?.[0]
    if (trim !== undefined) {
      this.#cursor.skip(trim.length)
      const pattern = this.#takePattern('}')
      return { kind: trim.startsWith('#') ? 'trim-start' : 'trim-end', longest: trim.length === 2, pattern }
    }
    const change = /^(\^\^?|,,?)\}/.exec(rest)?.[1]
    if (change !== undefined) {
      this.#cursor.skip(change.length)
      return { kind: 'case', upper: change.startsWith('^'), all: change.length === 2 }
    }
    const slice = /^:\s*(0|[1-9]\d{0,5}|\s-\d{1,6}|(?=:))(?::(-?(?:0|[1-9]\d{0,5})))?\s*\}/.exec(rest)
    if (slice !== null) {
      this.#cursor.skip(slice[0].length - 1)
      return {
        kind: 'slice',
        offset: Number(slice[1]),
        length: slice[2] === undefined ? null : Number(slice[2]),
      }
    }
    if (rest.startsWith('/')) return this.#takeReplacement()
    throw new NotStatic(`uses the expansion "${rest.slice(0, 20)}", which is not read here`)
  }

  /** `/pattern/text` once, `//pattern/text` everywhere, `/#pattern/text` at the start, `/%pattern/text` at the end. */
  #takeReplacement(): Operation {
    const sign = /^\/([/#%])?/.exec(this.#cursor.ahead(2))?.[1] ?? ''
    this.#cursor.skip(1 + sign.length)
    const pattern = this.#takePattern('/}')
    if (this.#cursor.peek() === '}') return { kind: 'replace', place: sign, pattern, text: '' }
    this.#cursor.skip(1)
    const pieces = this.#readUnquoted('}')
    // Since bash 5.2 it stands for what was matched, before for itself.
    if (
      pieces.some((piece) => piece.kind !== 'break' && piece.kind !== 'quoted' && piece.text.includes('&'))
    ) {
      throw new NotStatic('uses & in a replacement, which bash reads differently from version to version')
    }
    return { kind: 'replace', place: sign, pattern, text: textOf(pieces) }
  }

  #takePattern(ends: string): string {
    const pieces = this.#readUnquoted(ends)
    return pieces
      .map((piece) => {
        if (piece.kind === 'break') return ' '
        return piece.kind === 'quoted' ? escapeGlob(piece.text) : piece.text
      })
      .join('')
  }
}

const NO_VARIABLES: Variables = { text: () => '', elements: () => [], isSet: () => false }

/** The word of `${name:-word}` is split like the value in whose place it stands. */
function asExpanded(piece: Piece): Piece {
  return piece.kind === 'literal' ? { ...piece, kind: 'expanded' } : piece
}

function textOf(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (piece.kind === 'break' ? ' ' : piece.text)).join('')
}

function isAscii(text: string): boolean {
  return /^[\0-\x7f]*$/.test(text)
}
