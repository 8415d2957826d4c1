import type { SyntaxNode } from '@rbee/pkgbuild/syntax'
import { expandNode, expandText, type WordScope } from './expand-node.ts'
import { readsListedFiles } from './listed-files.ts'
import { UNKNOWN } from './markers.ts'
import { nameOfParameter } from './raw-word.ts'
import { printed } from './substitution.ts'
import type { Values } from './values.ts'

/** Every node below one, in the order of the file. */
export function* nodesBelow(root: SyntaxNode): Generator<SyntaxNode> {
  const stack = [root]
  for (let node = stack.pop(); node !== undefined; node = stack.pop()) {
    yield node
    for (const child of node.namedChildren.toReversed()) if (child !== null) stack.push(child)
  }
}

/** Prefix of the names under which the parameters of a function are kept. */
export function parametersOf(functionName: string | null): string {
  const name = functionName?.replace(/^package_.*/, 'package') ?? 'top'
  return `__${name.replace(/\W/g, '_')}_`
}

/**
 * Every node below one with the name of the function around it. That is told on the way down, because the parser finds what
 * is around a node only by going through the whole tree.
 */
function* nodesInFunctions(root: SyntaxNode): Generator<{ node: SyntaxNode; within: string | null }> {
  const stack: { node: SyntaxNode; within: string | null }[] = [{ node: root, within: null }]
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    yield next
    const { node } = next
    const within =
      node.type === 'function_definition' ? (node.childForFieldName('name')?.text ?? '') : next.within
    for (const child of node.namedChildren.toReversed())
      if (child !== null) stack.push({ node: child, within })
  }
}

/** Takes every assignment of a script into `values`: those of variables, loops, `read`, and parameters of functions. */
export function collectValues(
  root: SyntaxNode,
  scopeAt: (within: string | null) => WordScope,
  functions: ReadonlySet<string>,
  values: Values,
): void {
  for (const { node, within } of nodesInFunctions(root)) {
    switch (node.type) {
      case 'variable_assignment':
        collectAssignment(node, scopeAt(within), values)
        break
      case 'for_statement':
        collectLoop(node, scopeAt(within), values)
        break
      case 'command':
        collectCommand(node, scopeAt(within), functions, values)
        break
    }
  }
}

function collectAssignment(node: SyntaxNode, scope: WordScope, values: Values): void {
  const target = node.childForFieldName('name')
  const value = node.childForFieldName('value')
  if (target === null) return
  const append = node.children.some((child) => child?.type === '+=')
  if (target.type === 'subscript') {
    const name = target.childForFieldName('name')?.text ?? ''
    values.assignArray(name, value === null ? [''] : expandText(value, scope), true)
    return
  }
  if (value?.type === 'array') {
    const words = value.namedChildren.flatMap((item) =>
      item === null || item.type === 'comment' ? [] : expandNode(item, scope).flat(),
    )
    values.assignArray(target.text, words, append)
    return
  }
  values.assign(target.text, value === null ? [''] : expandText(value, scope), append)
}

function collectLoop(node: SyntaxNode, scope: WordScope, values: Values): void {
  const name = node.childForFieldName('variable')?.text ?? ''
  const words = node
    .childrenForFieldName('value')
    .flatMap((value) => (value === null ? [] : expandNode(value, scope).flat()))
  const alternatives =
    words.length === 0 ? scope.values.elements(nameOfParameter('@', scope.parameters)) : words
  values.assign(name, alternatives, false)
}

/** `read NAME <<< text`, `printf -v NAME text`, `mapfile NAME`, and calls of the script's own functions. */
function collectCommand(
  node: SyntaxNode,
  scope: WordScope,
  functions: ReadonlySet<string>,
  values: Values,
): void {
  const name = node.childForFieldName('name')?.text ?? ''
  const args = node
    .childrenForFieldName('argument')
    .flatMap((argument) => (argument === null ? [] : [expandNode(argument, scope).flat()]))
  if (functions.has(name)) {
    const prefix = parametersOf(name)
    for (const [index, texts] of args.entries()) {
      if (index < 9) values.assign(`${prefix}${index + 1}`, texts, false)
    }
    values.assignArray(`${prefix}all`, args.flat(), false)
    return
  }
  const words = args.map((texts) => texts[0] ?? '')
  if (name === 'read') {
    const given = node.namedChildren.find((child) => child?.type === 'herestring_redirect')
    const text = given?.namedChildren[0]
    const unread = readsListedFiles(node) ? `./${UNKNOWN}` : UNKNOWN
    const texts = text ? expandText(text, scope).flatMap((one) => [one, ...one.split(/\s+/)]) : [unread]
    for (const word of words) if (/^[A-Za-z_]\w*$/.test(word)) values.assign(word, texts, false)
  } else if (name === 'printf' && words[0] === '-v') {
    values.assign(words[1] ?? '', [printed(words.slice(2))], false)
  } else if (name === 'mapfile' || name === 'readarray') {
    values.assignArray(words.at(-1) ?? '', [UNKNOWN], false)
  }
}
