import type { SyntaxNode } from '@rbee/pkgbuild/syntax'
import { TEMPORARY, UNKNOWN } from './markers.ts'
import { resolvePath } from './places.ts'
import { peel, programName } from './wrappers.ts'

/**
 * What a command substitution puts in its place, for the few commands whose output is told by their arguments alone: they
 * could otherwise hide what is run, or where is written.
 *
 * @param argv the possible words of the one command in it; null where there is more than one command.
 */
export function substitutedText(argv: readonly string[] | null, folder: string): string {
  if (argv === null) return UNKNOWN
  const { argv: peeled } = peel(argv)
  const [name = '', ...args] = peeled
  const words = args.filter((word) => !word.startsWith('-'))
  switch (programName(name)) {
    case 'echo':
      return args.filter((word) => !/^-[neE]+$/.test(word)).join(' ')
    case 'printf':
      return printed(args)
    case 'pwd':
      return folder
    case 'which':
      return words[0] ?? ''
    case 'command':
    case 'type':
      return words.at(-1) ?? ''
    case 'realpath':
    case 'readlink':
      return resolvePath(words.at(-1) ?? '', folder)
    case 'dirname':
      return resolvePath(`${words[0] ?? ''}/..`, folder)
    case 'mktemp':
      return /^(?:\/|\ue008)/.test(words[0] ?? '/') ? TEMPORARY : resolvePath(words[0] ?? '', folder)
    default:
      return UNKNOWN
  }
}

/** `printf FORMAT ARG…` as far as it takes `%s` and `%d`. */
export function printed(args: readonly string[]): string {
  const [first = '', ...others] = args
  const [format, values] = first === '--' ? [others[0] ?? '', others.slice(1)] : [first, others]
  if (format === '-v') return ''
  let next = 0
  let text = ''
  do {
    const before = next
    text += format.replace(
      /%(?:-?\d*(?:\.\d+)?([sdb])|%|[^sdb%])|\\(?:x([0-9a-fA-F]{1,2})|0?([0-7]{1,3})|([nt\\]))/g,
      (all: string, kind?: string, hex?: string, octal?: string, simple?: string) => {
        if (kind !== undefined) return values[next++] ?? ''
        if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16))
        if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8) & 0xff)
        if (simple !== undefined) return simple === 'n' ? '\n' : simple === 't' ? '\t' : '\\'
        return all === '%%' ? '%' : UNKNOWN
      },
    )
    if (next === before) break
  } while (next < values.length && text.length < 4_096)
  return text.replace(/\n+$/, '')
}

/** The one command that a substitution holds; null for more, or for anything that is not a plain command. */
export function onlyCommand(node: SyntaxNode): SyntaxNode | null {
  const inner = node.namedChildren.filter((child) => child !== null && child.type !== 'comment')
  const [only] = inner
  if (only == null || inner.length !== 1) return null
  if (only.type === 'redirected_statement') {
    const body = only.childForFieldName('body')
    return body?.type === 'command' && /\s2>\s*\/dev\/null\s*$/.test(` ${only.text.slice(body.text.length)}`)
      ? body
      : null
  }
  return only.type === 'command' ? only : null
}
