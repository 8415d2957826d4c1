import { type Budget, expandText as expandWord, NotStatic, type SyntaxNode } from '@rbee/pkgbuild/syntax'
import { plainQuotes } from './ansi-quotes.ts'
import { UNKNOWN } from './markers.ts'
import { prepareWord, type Replacement } from './raw-word.ts'
import { statesOf, type Values } from './values.ts'

/** What has to be known to expand a word. */
export interface WordScope {
  readonly values: Values
  readonly budget: Budget
  /** Prefix of the names of the parameters of the function around it. */
  readonly parameters: string
  /** The output of a command, as far as it is known without running it. */
  substitute(node: SyntaxNode): string
}

const REPLACED = new Set([
  'command_substitution',
  'process_substitution',
  'arithmetic_expansion',
  'ansi_c_string',
])

/** `"${name[@]}"`, `${name[*]}` and `"$@"`, made ready: a whole array. */
const WHOLE_ARRAY = /^"?\$\{([A-Za-z_]\w*)(?:\[[@*]\])?\}"?$/

/**
 * The words that a node of the syntax tree may become: alternatives, each a list of words, because patterns, braces,
 * arrays and blanks make several words out of one. What only a build would tell is {@link UNKNOWN}.
 */
export function expandNode(node: SyntaxNode, scope: WordScope): readonly (readonly string[])[] {
  const prepared = prepareWord(node.text, replacementsIn(node, scope), scope.parameters)
  const bare = hasBareSubstitution(node)
  let alternatives: readonly (readonly string[])[] = [[]]
  for (const { text, splits } of prepared) {
    const next = expandPrepared(text, splits || bare, scope)
    alternatives =
      next.length === 1
        ? alternatives.map((words) => [...words, ...(next[0] ?? [])])
        : next.flatMap((words) => alternatives.map((first) => [...first, ...words])).slice(0, 64)
  }
  return alternatives
}

/** The texts that a word may be where bash splits nothing, as on the right of an assignment. */
export function expandText(node: SyntaxNode, scope: WordScope): readonly string[] {
  const [prepared] = prepareWord(node.text, replacementsIn(node, scope), scope.parameters)
  if (prepared === undefined) return ['']
  return expandStates(prepared.text, scope)
}

function expandPrepared(text: string, splits: boolean, scope: WordScope): readonly (readonly string[])[] {
  const array = WHOLE_ARRAY.exec(text)
  if (array?.[1] !== undefined && (text.includes('[') || text.includes(`${scope.parameters}all`))) {
    return [scope.values.elements(array[1])]
  }
  const texts = expandStates(text, scope)
  return splits
    ? texts.map((one) => one.split(/[ \t\n]+/).filter((word) => word !== ''))
    : texts.map((one) => [one])
}

function expandStates(text: string, scope: WordScope): readonly string[] {
  const tilde = text.replace(/^~(?=\/|$)/, '${HOME}')
  const texts = new Set<string>()
  for (const variables of statesOf(tilde, scope.values)) {
    texts.add(expandOne(tilde, variables, scope.budget))
  }
  return [...texts]
}

function expandOne(text: string, variables: Parameters<typeof expandWord>[1], budget: Budget): string {
  try {
    return expandWord(text, variables, budget)
  } catch (error) {
    if (error instanceof NotStatic) return UNKNOWN
    throw error
  }
}

function replacementsIn(node: SyntaxNode, scope: WordScope): readonly Replacement[] {
  const found: Replacement[] = []
  const visit = (inner: SyntaxNode, quoted: boolean) => {
    if (REPLACED.has(inner.type)) {
      const start = inner.startIndex - node.startIndex
      found.push({ start, end: start + inner.text.length, text: replacementOf(inner, quoted, scope) })
      return
    }
    for (const child of inner.namedChildren)
      if (child !== null) visit(child, quoted || inner.type === 'string')
  }
  visit(node, false)
  return found
}

function replacementOf(node: SyntaxNode, quoted: boolean, scope: WordScope): string {
  switch (node.type) {
    case 'ansi_c_string':
      return quoted ? node.text : plainQuotes(node.text)
    case 'arithmetic_expansion':
      return UNKNOWN
    case 'process_substitution':
      return `/dev/fd/${UNKNOWN}`
    default: {
      const text = scope.substitute(node).replace(/["$`\\]/g, '\\$&')
      return quoted ? text : `"${text}"`
    }
  }
}

function hasBareSubstitution(node: SyntaxNode): boolean {
  if (node.type === 'command_substitution') return true
  if (node.type !== 'concatenation') return false
  return node.namedChildren.some((child) => child?.type === 'command_substitution')
}
