import type { Node } from 'web-tree-sitter'
import { type Assignment, opaqueAssignment, toAssignment } from './assignment.ts'

/** Nodes whose commands bash prints one to a line. */
const LISTS: ReadonlySet<string> = new Set([
  'compound_statement',
  'do_group',
  'if_statement',
  'elif_clause',
  'else_clause',
  'case_item',
])
/** Nodes of which only the first assignment begins a line. */
const IN_LINE: ReadonlySet<string> = new Set(['list', 'pipeline', 'negated_command', 'command'])
/** Everything else in which an assignment may stand, but for `local` and the like, whose assignments makepkg overlooks. */
const OTHERS = [
  'subshell',
  'variable_assignments',
  'redirected_statement',
  'while_statement',
  'function_definition',
]
const CONTAINERS = [...LISTS, ...IN_LINE, ...OTHERS]
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
 *
 * @param lines of the whole file.
 */
export function functionAssignments(body: Node, lines: readonly string[]): Assignment[] {
  // Children are asked for once per node: each of tree-sitter's own steps between siblings begins at the first.
  const containers = [body, ...body.descendantsOfType(CONTAINERS)].filter((node) => node !== null)
  const assignments = [...new Map(containers.map((node) => [node.id, node])).values()].flatMap(readContainer)
  return [...assignments, ...verbatimAssignments(body, lines)].toSorted((a, b) => a.line - b.line)
}

function readContainer(container: Node): Assignment[] {
  const children = container.children.filter((child) => child !== null)
  const then = children.findIndex((child) => child.type === 'then')
  const last = children.findLastIndex((child) => child.isNamed && child.type !== 'comment')
  return children.flatMap((child, index) => {
    if (child.type !== 'variable_assignment') return []
    const assignment = toAssignment(child)
    if (assignment === null || assignment.index !== null) return []
    if (IN_LINE.has(container.type))
      return index > 0 ? [] : [opaque(assignment, 'is part of a longer command')]
    if (!LISTS.has(container.type) || index < then) return [opaque(assignment, 'is part of a longer command')]
    const next = children[index + 1]?.type
    if (next === '&' || next === '|') return [opaque(assignment, 'is followed by something else on its line')]
    if (breaksLine(child)) return [opaque(assignment, 'goes over several lines')]
    // Nothing follows on the line that bash prints, and makepkg wants one letter more.
    const endsBlock =
      index === last && (container.type === 'compound_statement' || container.type === 'case_item')
    return endsBlock && isEmpty(assignment) ? [] : [assignment]
  })
}

function isEmpty({ value }: Assignment): boolean {
  return value.kind === 'word' && value.word.text === ''
}

/** A quoted text with a line break: makepkg would see its first line alone. */
function breaksLine(node: Node): boolean {
  return (
    node.text.includes('\n') && node.descendantsOfType(VERBATIM).some((text) => text?.text.includes('\n'))
  )
}

function opaque({ name, line }: Assignment, reason: string): Assignment {
  return opaqueAssignment(name, `${reason}, which makepkg would run`, line)
}

/** Lines of quoted texts and here-documents that look like assignments to makepkg. */
function verbatimAssignments(body: Node, lines: readonly string[]): Assignment[] {
  return body.descendantsOfType(VERBATIM).flatMap((node) => {
    if (node === null || !node.text.includes('\n')) return []
    const first = node.type === 'heredoc_body' ? node.startPosition.row : node.startPosition.row + 1
    const begin = node.type.endsWith('_substitution') ? /^\s*([a-z]\w*)\+?=/i : /^\s+([a-z]\w*)\+?=/i
    return lines.slice(first, node.endPosition.row + 1).flatMap((text, index) => {
      const name = begin.exec(text)?.[1]
      if (name === undefined) return []
      return [opaqueAssignment(name, 'stands in a text that makepkg takes for code', first + index + 1)]
    })
  })
}
