import type { Node } from 'web-tree-sitter'

/** A word as it stands in the file, with its quotes and expansions. */
export interface SourceWord {
  readonly text: string
  /** 1-based. */
  readonly line: number
}

/** `name=word`, `name+=word`, `name=(word …)`, `name[index]=word`. */
export interface Assignment {
  readonly kind: 'assignment'
  readonly name: string
  readonly index: string | null
  readonly append: boolean
  readonly value:
    | { readonly kind: 'word'; readonly word: SourceWord }
    | { readonly kind: 'array'; readonly words: readonly SourceWord[] }
    /** Assigned in a way of which only running it would tell what comes out. */
    | { readonly kind: 'opaque'; readonly reason: string }
  readonly line: number
  /** Declared for the function that runs it: makepkg sources a PKGBUILD within one, and what is declared there ends with it. */
  readonly isLocal: boolean
}

type AssignedValue = Assignment['value']

/** An assignment of a syntax tree; null where it is none that bash would take. */
export function toAssignment(node: Node): Assignment | null {
  const target = node.childForFieldName('name')
  if (node.type !== 'variable_assignment' || target === null) return null
  const isIndexed = target.type === 'subscript'
  return {
    kind: 'assignment',
    name: isIndexed ? (target.childForFieldName('name')?.text ?? '') : target.text,
    index: isIndexed ? (target.childForFieldName('index')?.text ?? '') : null,
    append: node.children.some((child) => child?.type === '+='),
    value: toValue(node, node.childForFieldName('value')),
    line: lineOf(node),
    isLocal: false,
  }
}

/** An assignment to which no value can be given without running something. */
export function opaqueAssignment(name: string, reason: string, line: number): Assignment {
  const value = { kind: 'opaque', reason } as const
  return { kind: 'assignment', name, index: null, append: false, value, line, isLocal: false }
}

const UNREADABLE: AssignedValue = { kind: 'opaque', reason: 'is written in a way that is not read here' }

function toValue(assignment: Node, value: Node | null): AssignedValue {
  if (value === null) {
    const isEmpty = assignment.text.endsWith('=')
    return isEmpty ? { kind: 'word', word: { text: '', line: lineOf(assignment) } } : UNREADABLE
  }
  // The grammar leaves out what it does not understand at the beginning of a word.
  const equals = assignment.text.indexOf('=')
  if (assignment.text.length - equals - 1 !== value.text.length) return UNREADABLE
  if (value.type !== 'array') return { kind: 'word', word: toWord(value) }
  const words = arrayWords(value)
  return words === null ? UNREADABLE : { kind: 'array', words }
}

/**
 * The words between the parentheses: what no white space separates is one word to bash, however many nodes the grammar
 * makes of it. Null where something else stands between them.
 */
function arrayWords(array: Node): SourceWord[] | null {
  const { text, startIndex } = array
  const words: SourceWord[] = []
  let end = startIndex + 1
  let joins = false
  for (const node of presentChildren(array)) {
    const gap = text.slice(end - startIndex, node.startIndex - startIndex)
    if (!/^(?:\s|\\\n)*$/.test(gap)) return null
    const last = joins && /^(?:\\\n)*$/.test(gap) ? words.at(-1) : undefined
    joins = node.type !== 'comment'
    if (!joins && last !== undefined) return null
    if (joins && last === undefined) words.push(toWord(node))
    else if (last !== undefined) words.splice(-1, 1, { ...last, text: last.text + gap + node.text })
    end = node.endIndex
  }
  const rest = text.slice(end - startIndex, -1)
  return text.endsWith(')') && /^(?:\s|\\\n)*$/.test(rest) ? words : null
}

function toWord(node: Node): SourceWord {
  return { text: node.text, line: lineOf(node) }
}

/** The named children of a node. */
export function presentChildren(node: Node): Node[] {
  return node.namedChildren.filter((child) => child !== null)
}

/** 1-based. */
export function lineOf(node: Node): number {
  return node.startPosition.row + 1
}
