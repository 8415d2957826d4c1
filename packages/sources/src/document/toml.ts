import { type AST, ParseError, parseTOML } from 'toml-eslint-parser'
import {
  type DocumentPath,
  type DocumentReading,
  type DocumentTable,
  type DocumentValue,
  emptyTable,
  isTable,
  LineIndex,
  MAX_DEPTH,
  type ParsedDocument,
} from './document.ts'

/** Reads TOML 1.0; the first violation of the syntax ends the reading. */
export function parseToml(text: string): DocumentReading {
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

function toDocument(program: AST.TOMLProgram): ParsedDocument {
  const root = emptyTable()
  const lines = new LineIndex()
  const note = (path: DocumentPath, node: { loc: AST.SourceLocation }) => {
    if (path.length > MAX_DEPTH) throw new RangeError(`deeper than ${MAX_DEPTH} levels`)
    lines.note(path, node.loc.start.line)
  }

  const readValue = (node: AST.TOMLContentNode, path: DocumentPath): DocumentValue => {
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
  const assign = (table: DocumentTable, pair: AST.TOMLKeyValue, base: DocumentPath) => {
    let target = table
    const names = pair.key.keys.map(keyName)
    const last = names.pop() ?? ''
    const path = [...base]
    for (const name of names) {
      path.push(name)
      note([...path], pair)
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
      note([...path], item)
    }
    for (const [index, step] of item.resolvedKey.entries()) {
      if (typeof step === 'string') table = innerTable(table, step, item.resolvedKey[index + 1])
    }
    for (const pair of item.body) assign(table, pair, path)
  }
  return { root, lineOf: (path) => lines.lineOf(path) }
}

function keyName(key: AST.TOMLBare | AST.TOMLQuoted): string {
  return key.type === 'TOMLBare' ? key.name : key.value
}

/** The table under `name`, or with an index the element of the array of tables, created where it is not there yet. */
function innerTable(table: DocumentTable, name: string, index?: string | number): DocumentTable {
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
