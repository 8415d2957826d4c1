import type { Node } from 'web-tree-sitter'
import { withSyntaxTree } from './grammar.ts'

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
  readonly line: number
}

/** Something at the top of the file that bash would run when the file is sourced. */
export interface TopLevelCommand {
  readonly kind: 'command'
  /** Its first line, shortened. */
  readonly text: string
  readonly line: number
}

/** A function as it stands in the file. Nothing of it was run. */
export interface ScriptFunction {
  readonly name: string
  /** The whole definition, from its name to the closing brace. */
  readonly text: string
  /** What stands between the braces. */
  readonly body: string
  /** Of the name, 1-based. */
  readonly line: number
  /** Of the first line of `body`, 1-based. */
  readonly bodyLine: number
  /** Of the closing brace, 1-based. */
  readonly endLine: number
}

/** What a script consists of, in the order of the file. */
export interface Script {
  readonly statements: readonly (Assignment | TopLevelCommand)[]
  /** By name; of several of one name the last, which is the one that bash would call. */
  readonly functions: ReadonlyMap<string, ScriptFunction>
  /** Lines on which the syntax is broken. */
  readonly syntaxErrors: readonly number[]
}

/** @returns null where the text is built to exhaust the parser. */
export function readScript(text: string): Promise<Script | null> {
  const substitutes = SUBSTITUTION.test(text)
  return withSyntaxTree(text, (root) => toScript(root, substitutes))
}

/** Without these signs no value is one that bash would run a command for: `$(…)`, backquotes, `<(…)`, `>(…)`. */
const SUBSTITUTION = /[$<>](?:\\\r?\n)*\(|`/

function toScript(root: Node, substitutes: boolean): Script {
  const statements: (Assignment | TopLevelCommand)[] = []
  const syntaxErrors: number[] = []
  const nodes = presentChildren(root)
  const functions = new Map(
    nodes
      .filter((node) => node.type === 'function_definition')
      .map(toFunction)
      .map((definition) => [definition.name, definition]),
  )
  for (const node of nodes) {
    if (node.isError || node.isMissing) {
      syntaxErrors.push(lineOf(node))
      continue
    }
    if (node.type === 'function_definition') continue
    // Bash would run it to learn the value, or the condition of a guard.
    if (node.type !== 'comment' && substitutes && runsCommand(node)) statements.push(toCommand(node))
    else statements.push(...toStatements(node, functions))
    if (node.hasError) syntaxErrors.push(lineOf(node))
  }
  return { statements, functions, syntaxErrors }
}

function toStatements(
  node: Node,
  functions: ReadonlyMap<string, ScriptFunction>,
): (Assignment | TopLevelCommand)[] {
  if (node.type === 'comment') return []
  switch (node.type) {
    case 'variable_assignment':
      return [toAssignment(node)]
    case 'variable_assignments':
      return presentChildren(node).map(toAssignment)
    case 'declaration_command':
      return toDeclarations(node)
    case 'if_statement':
      return isGuard(node, functions) ? [] : [toCommand(node)]
    default:
      return [toCommand(node)]
  }
}

function toFunction(node: Node): ScriptFunction {
  const body = node.childForFieldName('body')
  // `{ … }` or `( … )`.
  const [open, close] = [body?.children.at(0), body?.children.at(-1)]
  const start = open?.endIndex ?? node.endIndex
  const end = close?.startIndex ?? node.endIndex
  return {
    name: node.childForFieldName('name')?.text ?? '',
    text: node.text,
    body: node.text.slice(start - node.startIndex, Math.max(start, end) - node.startIndex),
    line: lineOf(node),
    bodyLine: (open?.endPosition.row ?? node.startPosition.row) + 1,
    endLine: node.endPosition.row + 1,
  }
}

function runsCommand(node: Node): boolean {
  return node.descendantsOfType(['command_substitution', 'process_substitution']).length > 0
}

function presentChildren(node: Node): Node[] {
  return node.namedChildren.filter((child) => child !== null)
}

function lineOf(node: Node): number {
  return node.startPosition.row + 1
}

function toCommand(node: Node): TopLevelCommand {
  const [first = ''] = node.text.split('\n')
  return { kind: 'command', text: first.slice(0, 60), line: lineOf(node) }
}

function toAssignment(node: Node): Assignment | TopLevelCommand {
  const target = node.childForFieldName('name')
  const value = node.childForFieldName('value')
  if (node.type !== 'variable_assignment' || target === null) return toCommand(node)
  const subscript = target.type === 'subscript'
  return {
    kind: 'assignment',
    name: subscript ? (target.childForFieldName('name')?.text ?? '') : target.text,
    index: subscript ? (target.childForFieldName('index')?.text ?? '') : null,
    append: node.children.some((child) => child?.type === '+='),
    value:
      value?.type === 'array'
        ? {
            kind: 'array',
            words: presentChildren(value)
              .filter((word) => word.type !== 'comment')
              .map(toWord),
          }
        : { kind: 'word', word: value === null ? { text: '', line: lineOf(node) } : toWord(value) },
    line: lineOf(node),
  }
}

function toWord(node: Node): SourceWord {
  return { text: node.text, line: lineOf(node) }
}

/** `export a=1` and `declare -r a=1` assign; a declaration of anything else means nothing to a reader. */
function toDeclarations(node: Node): (Assignment | TopLevelCommand)[] {
  return presentChildren(node)
    .filter((child) => child.type === 'variable_assignment')
    .map(toAssignment)
}

/** Commands that only say something and stop. */
const GUARD_COMMANDS: ReadonlySet<string> = new Set([
  'error',
  'warning',
  'msg',
  'echo',
  'exit',
  'return',
  'false',
])

/** `if CONDITION; then …; exit 1; fi`: stops a build for want of a licence key and changes nothing else. */
function isGuard(node: Node, functions: ReadonlyMap<string, ScriptFunction>): boolean {
  return presentChildren(node).every((child) => {
    switch (child.type) {
      case 'test_command':
      case 'comment':
        return true
      case 'command':
        return isGuardCommand(child, functions)
      case 'redirected_statement':
        return presentChildren(child).every((part) =>
          part.type === 'command'
            ? isGuardCommand(part, functions)
            : // To a stream that is open, never into a file.
              /^\d?>&\d$/.test(part.text.trim()),
        )
      default:
        return false
    }
  })
}

/** The file itself could define a function of that name, which would then run. */
function isGuardCommand(node: Node, functions: ReadonlyMap<string, ScriptFunction>): boolean {
  const name = node.childForFieldName('name')?.text ?? ''
  return GUARD_COMMANDS.has(name) && !functions.has(name)
}
