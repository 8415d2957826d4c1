import type { SyntaxNode } from '@rbee/pkgbuild/syntax'
import type { Input } from './calls.ts'
import { expandNode, expandText } from './expand-node.ts'
import { isUnknown, UNKNOWN } from './markers.ts'
import { resolvePath } from './places.ts'
import type { ReadingContext, Surroundings } from './reading-context.ts'
import { printed } from './substitution.ts'

/** Where a command reads from, given the redirections behind it. */
export function inputOf(
  context: ReadingContext,
  redirects: readonly SyntaxNode[],
  around: Surroundings,
): Input {
  let { input } = around
  for (const redirect of redirects) {
    if (redirect.type === 'heredoc_redirect') {
      const body = redirect.namedChildren.find((child) => child?.type === 'heredoc_body')
      input = { kind: 'text', text: body?.text ?? null }
    } else if (isHereString(redirect)) {
      input = hereString(context, redirect, around)
    } else if (redirect.type === 'file_redirect' && /^\d*<[^>&]/.test(redirect.text)) {
      const [path = UNKNOWN] = destinations(context, redirect, around)
      input = path.startsWith('/dev/fd/') ? { kind: 'pipe' } : { kind: 'file', path }
    }
  }
  return input
}

/** Behind `> FILE`, the grammar takes `<<< TEXT` for a fault and `< TEXT`. */
function isHereString(redirect: SyntaxNode): boolean {
  if (redirect.type === 'herestring_redirect') return true
  const before = redirect.previousSibling
  return redirect.text.startsWith('<') && before?.isError === true && before.text.endsWith('<<')
}

function hereString(context: ReadingContext, redirect: SyntaxNode, around: Surroundings): Input {
  const word = redirect.namedChildren.at(-1)
  const [text = UNKNOWN] = word ? expandText(word, context.scopeOf(around)) : []
  return { kind: 'text', text: isUnknown(text) ? null : text }
}

/** Notes the file that `> FILE` and its like write; `text` is what is written, where that is known. */
export function noteWrite(
  context: ReadingContext,
  redirect: SyntaxNode,
  text: string | null,
  around: Surroundings,
): void {
  // `2>&1` writes to a stream that is open.
  const writes =
    /^\d*(?:&?>|<>)/.test(redirect.text) && !/^\d*>&(?:\d+|-)$/.test(redirect.text.replace(/\s/g, ''))
  if (!writes) return
  for (const path of destinations(context, redirect, around)) {
    context.writes.push({ path, text, place: context.placeOf(redirect, around) })
  }
}

function destinations(
  context: ReadingContext,
  redirect: SyntaxNode,
  around: Surroundings,
): readonly string[] {
  return redirect
    .childrenForFieldName('destination')
    .flatMap((word) => (word === null ? [] : expandNode(word, context.scopeOf(around)).flat()))
    .map((path) => resolvePath(path, around.state.folder))
}

/** What `echo`, `printf` or `cat <<…` write, so that a script which is written and then run is read. */
export function outputText(argv: readonly string[], input: Input): string | null {
  const [name = '', ...args] = argv
  if (name === 'cat' && args.length === 0 && input.kind === 'text') return input.text
  if (name === 'printf') return printed(args).replaceAll('%s', ' ')
  if (name === 'echo') {
    const text = args.filter((word) => !/^-[neE]+$/.test(word)).join(' ')
    return text.replaceAll('\\n', '\n').replaceAll('\\t', '\t')
  }
  return null
}
