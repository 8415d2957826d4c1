import type { SyntaxNode } from '@rbee/pkgbuild/syntax'
import type { Call, CodePlace } from './calls.ts'
import { expandNode, expandText } from './expand-node.ts'
import { isUnknown, PATTERN, UNKNOWN } from './markers.ts'
import { placeOf, resolvePath } from './places.ts'
import type { ReadingContext, Surroundings } from './reading-context.ts'
import { shellTexts } from './shell-texts.ts'
import { peel, programName } from './wrappers.ts'

/** Most alternatives of one command that are looked at. */
const MAX_ALTERNATIVES = 32

/** The words of a command, each alternative of each word in at least one of the lists. */
export function alternativesOf(
  context: ReadingContext,
  node: SyntaxNode,
  around: Surroundings,
): readonly (readonly string[])[] {
  const scope = context.scopeOf(around)
  const name = node.childForFieldName('name')
  const words = [name, ...node.childrenForFieldName('argument')]
    .filter((word) => word !== null)
    .map((word) => expandNode(word, scope))
  const [names = [[]], ...args] = words
  const most = Math.min(MAX_ALTERNATIVES, Math.max(1, ...args.map((one) => one.length)))
  const found: (readonly string[])[] = []
  for (const first of names) {
    for (let index = 0; index < most; index += 1) {
      found.push([...first, ...args.flatMap((one) => one[index % one.length] ?? [])])
    }
  }
  return found.slice(0, MAX_ALTERNATIVES * 2)
}

/** What is set for one command alone: `NAME=value command`. */
export function prefixOf(context: ReadingContext, node: SyntaxNode, around: Surroundings): readonly string[] {
  return node.namedChildren
    .filter((child) => child?.type === 'variable_assignment')
    .flatMap((child) => {
      if (child === null) return []
      const name = child.childForFieldName('name')?.text ?? ''
      const value = child.childForFieldName('value')
      const texts = value === null ? [''] : expandText(value, context.scopeOf(around))
      return texts.map((text) => `${name}=${text}`)
    })
}

/** Notes one command with the words that it would get, and what it runs besides. */
export function noteCommand(
  context: ReadingContext,
  argv: readonly string[],
  prefix: readonly string[],
  around: Surroundings,
  place: CodePlace,
): void {
  const { argv: peeled, wrappers, assigned } = peel(argv)
  const [path = '', ...args] = peeled
  if (path === '') {
    if (argv.length > 0 && argv[0] !== '') context.hide(argv[0] ?? '', place, 'runs nothing that can be told')
    return
  }
  const { folder } = around.state
  const call: Call = {
    program: programOf(path, folder),
    path,
    args,
    wrappers,
    assigned: [...prefix, ...assigned],
    input: around.input,
    folder,
    place,
  }
  context.calls.push(call)
  for (const name of namesSetBy(call)) context.settings.push({ name, texts: [UNKNOWN], place })
  changeFolder(call, around)
  for (const { text, why } of shellTexts(call, context.options.functions)) {
    if (text === null) context.hide(path, place, why)
    else if (Array.isArray(text)) noteCommand(context, text, [], around, place)
    else context.nestedScripts.push({ text: String(text), place, folder })
  }
}

/** Null where a variable or a pattern decides what is run, except below the sources and the package. */
function programOf(path: string, folder: string): string | null {
  const name = programName(path)
  if (!isUnknown(path) && !path.includes(PATTERN)) return name
  const isPath = path.includes('/') && !path.startsWith(UNKNOWN)
  return isPath && placeOf(resolvePath(path, folder)) === 'inside' ? name : null
}

/** The variables that `read NAME` and `printf -v NAME` set. */
function namesSetBy({ program, args }: Call): readonly string[] {
  if (program === 'printf') return args[0] === '-v' ? args.slice(1, 2) : []
  return program === 'read' ? args.filter((word) => /^[A-Za-z_]\w*$/.test(word)) : []
}

function changeFolder({ program, args }: Call, { state }: Surroundings): void {
  if (program !== 'cd' && program !== 'pushd') return
  const target = args.find((word) => !/^-[LPe@]$/.test(word) && word !== '--')
  // `cd -` and `popd` go back to where the script was before.
  if (target === '-' || (program === 'pushd' && target === undefined)) return
  state.folder = target === undefined ? '/\ue003' : resolvePath(target, state.folder)
}
