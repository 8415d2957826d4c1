import type { SyntaxNode } from '@rbee/pkgbuild/syntax'

/** Commands that write names of files, and nothing that their arguments could make a command of. */
const LISTING = /^\s*(?:find\b(?![\s\S]*-(?:printf|fprintf|exec))|fd\b|ls\b|git ls-files\b|grep\s+-\w*l)/
/** A place outside of the build among their arguments. */
const ELSEWHERE = /(?:^|[\s"'=])(?:\/|~|\$\{?HOME|\.\.\/\.\.)/

/**
 * Whether a `read` takes names of files below the build: its loop is fed by `find`, `ls` or the like, which looks nowhere
 * else. `find … | while read -r file` and `while read -r file; … done < <(find …)` are how packagers go through files.
 */
export function readsListedFiles(read: SyntaxNode): boolean {
  const loop = loopAround(read)
  if (loop === null) return false
  const feed = feedOf(loop)
  return feed !== null && LISTING.test(feed) && !ELSEWHERE.test(feed)
}

function loopAround(node: SyntaxNode): SyntaxNode | null {
  for (let outer = node.parent; outer !== null; outer = outer.parent) {
    if (outer.type === 'while_statement') return outer
    if (outer.type === 'function_definition') return null
  }
  return null
}

/** The text of what a loop reads from; of a pipeline its first command, where the others only choose or sort. */
function feedOf(loop: SyntaxNode): string | null {
  const around = loop.parent
  if (around?.type === 'pipeline') {
    const commands = around.namedChildren.filter((child) => child !== null)
    const before = commands.slice(
      0,
      commands.findIndex((child) => child.id === loop.id),
    )
    return before.slice(1).every(({ text }) => /^(?:sort|uniq|head|tail|grep)\b/.test(text))
      ? (before[0]?.text ?? null)
      : null
  }
  if (around?.type !== 'redirected_statement') return null
  const substitution = around.descendantsOfType('process_substitution').at(-1)
  return substitution?.text.startsWith('<(') ? substitution.text.slice(2) : null
}
