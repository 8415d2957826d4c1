import { type AST, ParseError, parseTOML } from 'toml-eslint-parser'

export type TomlValue = string | number | boolean | Date | TomlValue[] | TomlTable
export interface TomlTable {
  [key: string]: TomlValue
}
export type TomlPath = readonly (string | number)[]

/** A parsed file that still knows where everything stands. */
export interface TomlDocument {
  /** Its tables have no prototype: a key such as `__proto__` is a key like any other. */
  readonly root: TomlTable
  /** The line (from 1) of a key or element, or of the nearest table around it; null where nothing of it stands. */
  lineOf(path: TomlPath): number | null
}

/** No manifest needs more; work and memory grow with the square of the depth. */
const MAX_DEPTH = 32

export interface TomlSyntaxProblem {
  readonly message: string
  /** 1-based. */
  readonly line: number
}

/** Reads TOML 1.0; the first violation of the syntax ends the reading. */
export function parseToml(
  text: string,
): { ok: true; document: TomlDocument } | { ok: false; problem: TomlSyntaxProblem } {
  const source = text.startsWith('\ufeff') ? text.slice(1) : text
  try {
    return { ok: true, document: toDocument(parseTOML(source, { tomlVersion: '1.0' })) }
  } catch (error) {
    if (error instanceof ParseError) {
      const message = error.message.charAt(0).toLowerCase() + error.message.slice(1)
      return { ok: false, problem: { message, line: lineOfProblem(source, error) } }
    }
    // Ours for the depth, or the parser's own: it descends by recursion and a few thousand brackets use the stack up.
    if (error instanceof RangeError) {
      return { ok: false, problem: { message: 'values are nested too deeply', line: 1 } }
    }
    throw error
  }
}

/** A missing value is noticed only at what follows it, which may be lines further down. */
function lineOfProblem(source: string, error: ParseError): number {
  const before = source.slice(0, error.index).trimEnd()
  const atBlank = error.index >= source.length || /\s/.test(source.charAt(error.index))
  return atBlank || before.endsWith('=') ? before.split('\n').length : error.lineNumber
}

function toDocument(program: AST.TOMLProgram): TomlDocument {
  const root = emptyTable()
  const lines = new Map<string, number>()
  const note = (path: TomlPath, node: { loc: AST.SourceLocation }) => {
    if (path.length > MAX_DEPTH) throw new RangeError(`deeper than ${MAX_DEPTH} levels`)
    const key = JSON.stringify(path)
    if (!lines.has(key)) lines.set(key, node.loc.start.line)
  }

  const readValue = (node: AST.TOMLContentNode, path: TomlPath): TomlValue => {
    note(path, node)
    switch (node.type) {
      case 'TOMLValue':
        return node.value
      case 'TOMLArray':
        return node.elements.map((element, index) => readValue(element, [...path, index]))
      case 'TOMLInlineTable': {
        const table = emptyTable()
        for (const pair of node.body) assign(table, pair, path)
        return table
      }
    }
  }
  const assign = (table: TomlTable, pair: AST.TOMLKeyValue, base: TomlPath) => {
    let target = table
    const names = pair.key.keys.map(keyName)
    const last = names.pop() ?? ''
    const path = [...base]
    for (const name of names) {
      path.push(name)
      note(path, pair)
      target = innerTable(target, name)
    }
    path.push(last)
    note(path, pair)
    target[last] = readValue(pair.value, path)
  }

  for (const item of program.body[0].body) {
    if (item.type === 'TOMLKeyValue') {
      assign(root, item, [])
      continue
    }
    let table = root
    const path: (string | number)[] = []
    for (const step of item.resolvedKey) {
      path.push(step)
      note(path, item)
    }
    for (const [index, step] of item.resolvedKey.entries()) {
      if (typeof step === 'string') table = innerTable(table, step, item.resolvedKey[index + 1])
    }
    for (const pair of item.body) assign(table, pair, path)
  }
  return { root, lineOf: (path) => nearestLine(lines, path) }
}

function nearestLine(lines: ReadonlyMap<string, number>, path: TomlPath): number | null {
  for (let length = path.length; length > 0; length -= 1) {
    const line = lines.get(JSON.stringify(path.slice(0, length)))
    if (line !== undefined) return line
  }
  return null
}

function keyName(key: AST.TOMLBare | AST.TOMLQuoted): string {
  return key.type === 'TOMLBare' ? key.name : key.value
}

function emptyTable(): TomlTable {
  return Object.create(null) as TomlTable
}

/** The table under `name`, or with an index the element of the array of tables, created where it is not there yet. */
function innerTable(table: TomlTable, name: string, index?: string | number): TomlTable {
  if (typeof index === 'number') {
    const existing = table[name]
    const list = Array.isArray(existing) ? existing : []
    table[name] = list
    const element = list[index]
    if (isTable(element)) return element
    const created = emptyTable()
    list[index] = created
    return created
  }
  const existing = table[name]
  if (isTable(existing)) return existing
  const created = emptyTable()
  table[name] = created
  return created
}

export function isTable(value: TomlValue | undefined): value is TomlTable {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date)
}
