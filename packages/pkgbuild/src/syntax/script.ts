import type { Node } from 'web-tree-sitter'
import { type Assignment, lineOf, opaqueAssignment, presentChildren, toAssignment } from './assignment.ts'
import { functionAssignments } from './function-assignments.ts'
import { withSyntaxTree } from './grammar.ts'

/** Something at the top of the file that bash would run when the file is sourced. */
export interface TopLevelCommand {
  readonly kind: 'command'
  /** Its first line, shortened. */
  readonly text: string
  readonly line: number
  /** Variables that assignments in it set. It may set others. */
  readonly assigns: readonly string[]
  /** Whether it runs only for the value of what it assigns (`x=$(…)`), so that it can set nothing else. */
  readonly confined: boolean
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
  /** Of the variables of packages, as makepkg finds them in a function by looking at its lines. */
  readonly assignments: readonly Assignment[]
  /** Whether something in it is no bash, or bash that the grammar does not know. */
  readonly isDoubtful: boolean
}

/** What a script consists of, in the order of the file. */
export interface Script {
  readonly statements: readonly (Assignment | TopLevelCommand)[]
  /** By name; of several of one name the last, which is the one that bash would call. */
  readonly functions: ReadonlyMap<string, ScriptFunction>
  /** Lines on which the syntax is broken. */
  readonly syntaxErrors: readonly number[]
  /** Lines with a carriage return, a NUL or a byte order mark, which bash reads otherwise than people see them. */
  readonly foreignLines: readonly number[]
}

/** @returns null where the text is built to exhaust the parser. */
export function readScript(text: string): Promise<Script | null> {
  return withSyntaxTree(text, (root) => toScript(root, text))
}

/** Without these signs no value is one that bash would run a command for: `$(…)`, backquotes, `<(…)`, `>(…)`. */
const SUBSTITUTION = /[$<>](?:\\\r?\n)*\(|`/

function toScript(root: Node, text: string): Script {
  const statements: (Assignment | TopLevelCommand)[] = []
  const syntaxErrors: number[] = []
  const lines = text.split('\n')
  const nodes = root.children.filter((node) => node !== null)
  const functions = new Map(
    nodes
      .filter((node) => node.type === 'function_definition')
      .map((node) => toFunction(node, lines))
      .map((definition) => [definition.name, definition]),
  )
  const substitutes = SUBSTITUTION.test(text)
  for (const [index, node] of nodes.entries()) {
    if (node.isError || node.isMissing) {
      syntaxErrors.push(lineOf(node))
      continue
    }
    if (!node.isNamed || node.type === 'comment' || node.type === 'function_definition') continue
    // Bash would run it to learn the value, or the condition of a guard; behind `&` it runs in a process of its own.
    const runs = nodes[index + 1]?.type === '&' || (substitutes && runsCommand(node))
    statements.push(...(runs ? [toCommand(node)] : toStatements(node, functions)))
    if (node.hasError) syntaxErrors.push(lineOf(node))
  }
  return { statements, functions, syntaxErrors, foreignLines: foreignLines(lines) }
}

const BLOCKS = ['compound_statement', 'do_group', 'subshell', 'else_clause', 'if_statement', 'elif_clause']

/**
 * Beside what the grammar itself complains of: it allows blocks without a command, and text behind the end of a
 * here-document; bash does not.
 */
function isDoubtfulFunction(definition: Node, lines: readonly string[]): boolean {
  if (definition.hasError) return true
  return definition.descendantsOfType([...BLOCKS, 'heredoc_end']).some((node) => {
    if (node?.type === 'heredoc_end') return lines[node.startPosition.row]?.trim() !== node.text
    return node !== null && isEmptyBlock(node)
  })
}

function isEmptyBlock(block: Node): boolean {
  const children = block.children.filter((child) => child !== null)
  const commands = children.slice(children.findIndex(({ type }) => type === 'then') + 1)
  return !commands.some(
    ({ isNamed, type }) => isNamed && !['comment', 'elif_clause', 'else_clause'].includes(type),
  )
}

function foreignLines(lines: readonly string[]): number[] {
  return lines.flatMap((line, index) => (/[\r\0\ufeff]/.test(line) ? [index + 1] : []))
}

function toStatements(
  node: Node,
  functions: ReadonlyMap<string, ScriptFunction>,
): (Assignment | TopLevelCommand)[] {
  switch (node.type) {
    case 'variable_assignment':
      return [assignmentOrCommand(node)]
    case 'variable_assignments':
      return presentChildren(node).map(assignmentOrCommand)
    case 'declaration_command':
      return toDeclarations(node)
    case 'if_statement':
      return isGuard(node, functions) ? [] : [toCommand(node)]
    default:
      return [toCommand(node)]
  }
}

function toFunction(node: Node, lines: readonly string[]): ScriptFunction {
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
    assignments: body == null ? [] : functionAssignments(body, lines),
    isDoubtful: isDoubtfulFunction(node, lines),
  }
}

function runsCommand(node: Node): boolean {
  return node.descendantsOfType(['command_substitution', 'process_substitution']).length > 0
}

function toCommand(node: Node): TopLevelCommand {
  const [first = ''] = node.text.split('\n')
  const assigned = node.descendantsOfType(ASSIGNING).flatMap((child) => namesSetBy(child))
  return {
    kind: 'command',
    text: first.slice(0, 60),
    line: lineOf(node),
    assigns: [...new Set(assigned)],
    confined: isConfined(node),
  }
}

/** An expansion within the assignment could assign as well: `${x:=…}`, `$((x = 1))`. */
function isConfined(node: Node): boolean {
  return node.type === 'variable_assignment' && !/\$\{\w+:?=|\(\(|\$\[/.test(node.text)
}

const ASSIGNING = ['variable_assignment', 'for_statement', 'unset_command']

function namesSetBy(node: Node | null): string[] {
  if (node?.type === 'unset_command') return presentChildren(node).map((child) => child.text)
  const field = node?.type === 'for_statement' ? 'variable' : 'name'
  return [(node?.childForFieldName(field)?.text ?? '').replace(/\[[\s\S]*/, '')]
}

function assignmentOrCommand(node: Node): Assignment | TopLevelCommand {
  return toAssignment(node) ?? toCommand(node)
}

/** Options of declarations that change nothing of the value. */
const HARMLESS_OPTIONS = /^-[axg]+$/

/**
 * `export a=1` and `declare -x a=1` assign. Declared as a number, a table or a reference, a variable takes other values
 * than it is assigned; one that is read-only makes makepkg fail where it wants to set it.
 */
function toDeclarations(node: Node): (Assignment | TopLevelCommand)[] {
  const children = presentChildren(node)
  const keyword = node.child(0)?.text ?? ''
  const options = children.filter((child) => child.type === 'word' && child.text.startsWith('-'))
  const isPlain = keyword !== 'readonly' && options.every((option) => HARMLESS_OPTIONS.test(option.text))
  const isLocal =
    ['declare', 'typeset', 'local'].includes(keyword) && !options.some((option) => option.text.includes('g'))
  return children.flatMap((child) => {
    if (options.includes(child)) return []
    const declaration = toDeclaration(child)
    if (isPlain && declaration !== null) return [{ ...declaration, isLocal }]
    if (isPlain && !isLocal) return []
    const name = namesSetBy(child).find((text) => text !== '') ?? child.text
    const reason = `is declared with ${[keyword, ...options.map(({ text }) => text)].join(' ')}`
    return [{ ...opaqueAssignment(name, reason, lineOf(node)), isLocal }]
  })
}

/** Unlike a plain assignment, a declaration has its braces expanded. */
function toDeclaration(node: Node): Assignment | null {
  const assignment = toAssignment(node)
  if (assignment?.value.kind !== 'word') return assignment
  if (!/\{[^$]*[,.]/.test(assignment.value.word.text.replace(/\$\{[^{}]*\}/g, ''))) return assignment
  return { ...assignment, value: { kind: 'opaque', reason: 'uses braces in a declaration' } }
}

/** Commands that only say something and stop: what a guard for a licence key consists of. */
export const GUARD_COMMANDS: ReadonlySet<string> = new Set([
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
