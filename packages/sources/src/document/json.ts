import { type ObjectNode, parse, type StringNode, type ValueNode } from '@humanwhocodes/momoa'
import {
  type DocumentPath,
  type DocumentReading,
  type DocumentTable,
  type DocumentValue,
  emptyTable,
  LineIndex,
  MAX_DEPTH,
  type SyntaxProblem,
} from './document.ts'

/** The text is JSON, and yet two readers could understand it differently. */
class AmbiguousJson extends Error {
  override readonly name = 'AmbiguousJson'
  readonly line: number

  constructor(message: string, line: number) {
    super(message)
    this.line = line
  }
}

/**
 * Reads JSON (RFC 8259) whose root is an object. What readers disagree about is refused: keys that stand twice, and
 * halves of characters (unpaired surrogates), which no UTF-8 text can hold. `null` means that nothing is stated: such a
 * key is left out.
 */
export function parseJson(text: string): DocumentReading {
  const source = text.startsWith('\ufeff') ? text.slice(1) : text
  if (nestsTooDeeply(source)) return failure('values are nested too deeply', 1)
  try {
    const { body } = parse(source, { mode: 'json' })
    if (body.type !== 'Object') return failure('the file is not an object: { … }', body.loc.start.line)
    const lines = new LineIndex()
    const root = new JsonReader(source, lines).readObject(body, [])
    return { ok: true, document: { root, lineOf: (path) => lines.lineOf(path) } }
  } catch (error) {
    if (error instanceof AmbiguousJson) return failure(error.message, error.line)
    const line = lineOfSyntaxError(error)
    if (line === null) throw error
    return failure(messageOf(error), Math.min(line, source.trimEnd().split('\n').length))
  }
}

function failure(message: string, line: number): { ok: false; problem: SyntaxProblem } {
  return { ok: false, problem: { message, line: Math.max(1, line) } }
}

/** Looked at before the parser, which descends by recursion. Brackets inside texts do not count. */
function nestsTooDeeply(source: string): boolean {
  let depth = 0
  for (const [token] of source.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (token === '[' || token === '{') depth += 1
    else if (token === ']' || token === '}') depth -= 1
    if (depth > MAX_DEPTH) return true
  }
  return false
}

/** The parser's errors carry the place; it exports no class for them. Null for everything else. */
function lineOfSyntaxError(error: unknown): number | null {
  const placed = error instanceof Error && 'line' in error && 'offset' in error
  return placed && typeof error.line === 'number' ? error.line : null
}

const TOKEN_SIGNS: ReadonlyMap<string, string> = new Map([
  ['LBrace', '{'],
  ['RBrace', '}'],
  ['LBracket', '['],
  ['RBracket', ']'],
  ['Comma', ','],
  ['Colon', ':'],
])

function messageOf(error: unknown): string {
  const text = error instanceof Error ? error.message : String(error)
  const plain = text
    .replace(/ \(\d+:\d+\)$/, '')
    .replace(/\.? found\.?$/, '')
    .replace(/(?<=token )\w+$/, (name) => TOKEN_SIGNS.get(name) ?? name.toLowerCase())
  return (plain.charAt(0).toLowerCase() + plain.slice(1)).slice(0, 200)
}

class JsonReader {
  readonly #source: string
  readonly #lines: LineIndex

  constructor(source: string, lines: LineIndex) {
    this.#source = source
    this.#lines = lines
  }

  readObject(node: ObjectNode, path: DocumentPath): DocumentTable {
    const table = emptyTable()
    const keys = new Set<string>()
    for (const { name, value: member, loc } of node.members) {
      const key = name.type === 'String' ? this.#readText(name) : name.name
      const { line } = loc.start
      if (keys.has(key)) throw new AmbiguousJson(`${JSON.stringify(key).slice(0, 100)} stands twice`, line)
      keys.add(key)
      const inner = [...path, key]
      this.#lines.note(inner, line)
      const value = this.#readValue(member, inner)
      if (value !== null) table[key] = value
    }
    return table
  }

  #readValue(node: ValueNode, path: DocumentPath): DocumentValue | null {
    switch (node.type) {
      case 'String':
        return this.#readText(node)
      case 'Number':
      case 'Boolean':
        return node.value
      case 'Null':
        return null
      case 'Object':
        return this.readObject(node, path)
      case 'Array':
        return node.elements.map((element, index) => this.#readElement(element.value, [...path, index]))
      case 'NaN':
      case 'Infinity':
        throw new AmbiguousJson(`${node.type} is not a number of JSON`, node.loc.start.line)
    }
  }

  #readElement(node: ValueNode, path: DocumentPath): DocumentValue {
    const { line } = node.loc.start
    this.#lines.note(path, line)
    const value = this.#readValue(node, path)
    if (value === null) throw new AmbiguousJson('a list holds null', line)
    return value
  }

  #readText({ value, loc }: StringNode): string {
    if (!value.isWellFormed()) throw new AmbiguousJson('a text holds half of a character', loc.start.line)
    // The parser lets control characters through that RFC 8259 (section 7) wants escaped.
    if (/[\u0000-\u001f]/.test(this.#source.slice(loc.start.offset, loc.end.offset))) {
      throw new AmbiguousJson('a text goes over several lines or holds a control character', loc.start.line)
    }
    return value
  }
}
