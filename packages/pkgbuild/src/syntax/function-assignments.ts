import type { Node } from 'web-tree-sitter'
import { type Assignment, lineOf, opaqueAssignment, presentChildren, toAssignment } from './assignment.ts'

/** Nodes whose commands bash prints one to a line. */
const LISTS: ReadonlySet<string> = new Set([
  'compound_statement',
  'do_group',
  'if_statement',
  'elif_clause',
  'else_clause',
  'case_item',
])
/** Nodes behind whose first words an assignment may stand, on the same line. */
const IN_LINE: ReadonlySet<string> = new Set(['list', 'pipeline', 'subshell', 'negated_command', 'command'])
/** Texts that bash prints as they are, lines and all. */
const VERBATIM = [
  'heredoc_body',
  'string',
  'raw_string',
  'ansi_c_string',
  'command_substitution',
  'process_substitution',
]

/**
 * The assignments that makepkg finds in a function. It runs none of it: it has bash print the function
 * (`declare -f`, one command to a line), and evaluates every line that begins with the name of a field and `=`
 * (extract_function_variable in makepkg's util/pkgbuild.sh). So an assignment in a branch counts, one behind `local`,
 * `export` or `&&` does not, and what follows it on its line would be run; of that the value is not known.
 */
export function functionAssignments(body: Node): Assignment[] {
  const assignments = body
    .descendantsOfType('variable_assignment')
    .flatMap((node) => (node === null ? [] : readAssignment(node)))
  return [...assignments, ...verbatimAssignments(body)].toSorted((a, b) => a.line - b.line)
}

function readAssignment(node: Node): Assignment[] {
  const assignment = toAssignment(node)
  const { parent } = node
  if (assignment === null || assignment.index !== null || parent === null) return []
  if (LISTS.has(parent.type) && !isCondition(node, parent)) {
    const runsOn = node.nextSibling?.type === '&' || node.nextSibling?.type === '|'
    if (runsOn) return [opaque(assignment, 'is followed by something else on its line')]
    return isUnseenEmpty(assignment, node)
      ? []
      : [breaksLine(node) ? opaque(assignment, 'goes over several lines') : assignment]
  }
  const isFirst = parent.firstChild?.equals(node) ?? false
  if (
    parent.type === 'declaration_command' ||
    (IN_LINE.has(parent.type) && !isFirst && parent.type !== 'subshell')
  )
    return []
  return [opaque(assignment, 'is part of a longer command')]
}

/** Between `if` and `then`, `elif` and `then`. */
function isCondition(node: Node, parent: Node): boolean {
  const then = parent.children.find((child) => child?.type === 'then')
  return then !== undefined && then !== null && node.endIndex <= then.startIndex
}

/** `name=` at the end of its block: nothing follows on the line that bash prints, and makepkg wants one letter more. */
function isUnseenEmpty({ value, append: _ }: Assignment, node: Node): boolean {
  if (value.kind !== 'word' || value.word.text !== '') return false
  const { parent } = node
  const isLast = presentChildren(parent ?? node)
    .filter((child) => child.type !== 'comment')
    .at(-1)
    ?.equals(node)
  return isLast === true && (parent?.type === 'compound_statement' || parent?.type === 'case_item')
}

/** A quoted text with a line break: makepkg would see its first line alone. */
function breaksLine(node: Node): boolean {
  return node.descendantsOfType(VERBATIM).some((text) => text?.text.includes('\n'))
}

function opaque({ name, line }: Assignment, reason: string): Assignment {
  return opaqueAssignment(name, `${reason}, which makepkg would run`, line)
}

/** Lines of quoted texts and here-documents that look like assignments to makepkg. */
function verbatimAssignments(body: Node): Assignment[] {
  const lines = body.tree.rootNode.text.split('\n')
  return body.descendantsOfType(VERBATIM).flatMap((node) => {
    if (node === null || !node.text.includes('\n')) return []
    const first = node.type === 'heredoc_body' ? node.startPosition.row : node.startPosition.row + 1
    const begin = node.type.endsWith('_substitution') ? /^\s*([a-z]\w*)\+?=/i : /^\s+([a-z]\w*)\+?=/i
    return lines.slice(first, node.endPosition.row + 1).flatMap((text, index) => {
      const name = begin.exec(text)?.[1]
      return name === undefined
        ? []
        : [opaqueAssignment(name, 'stands in a text that makepkg takes for code', first + index + 1)]
    })
  })
}
