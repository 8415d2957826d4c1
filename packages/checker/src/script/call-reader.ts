import type { Budget, SyntaxNode } from '@rbee/pkgbuild/syntax'
import type { Call, CodePlace, Input, Mention, ScriptReading, Setting, VariableUse, Write } from './calls.ts'
import { parametersOf } from './collect-values.ts'
import { expandNode, expandText, type WordScope } from './expand-node.ts'
import { isUnknown, PATTERN, shown, UNKNOWN } from './markers.ts'
import { FIRST_FOLDER, placeOf, resolvePath } from './places.ts'
import { shellTexts } from './shell-texts.ts'
import type { Values } from './values.ts'
import { peel, programName } from './wrappers.ts'

/** A text that the script hands to a shell, where it stands. */
export interface NestedScript {
  readonly text: string
  readonly place: CodePlace
  readonly folder: string
}

export interface CallReaderOptions {
  readonly values: Values
  readonly budget: Budget
  readonly functions: ReadonlySet<string>
  /** Set where what is read is a text inside a script. */
  readonly nested: NestedScript | null
  scopeAt(node: SyntaxNode, values: Values, budget: Budget, folder: string): WordScope
}

/** Most alternatives of one command that are looked at. */
const MAX_ALTERNATIVES = 32
/** Enough for any script within the size limit. */
const MAX_CALLS = 20_000
const MAX_DEPTH = 400

/** What is the same for all commands of a part of the script. */
interface Surroundings {
  readonly within: string | null
  readonly input: Input
  /** Shared by what bash runs in one process: `cd` changes it. */
  readonly state: { folder: string }
  readonly depth: number
}

/** Walks through the syntax tree of a script and notes what it would do. */
export class CallReader {
  readonly nestedScripts: NestedScript[] = []
  readonly #options: CallReaderOptions
  readonly #calls: Call[] = []
  readonly #writes: Write[] = []
  readonly #mentions: Mention[] = []
  readonly #uses: VariableUse[] = []
  readonly #settings: Setting[] = []
  readonly #obscure: (Mention & { why: string })[] = []
  readonly #broken: number[] = []

  constructor(options: CallReaderOptions) {
    this.#options = options
  }

  read(root: SyntaxNode): void {
    const { nested } = this.#options
    this.#visit(root, {
      within: nested?.place.within ?? null,
      input: { kind: 'build' },
      state: { folder: nested?.folder ?? FIRST_FOLDER },
      depth: 0,
    })
  }

  reading(): ScriptReading {
    return {
      calls: this.#calls,
      writes: this.#writes,
      mentions: this.#mentions,
      uses: this.#uses,
      settings: this.#settings,
      functions: this.#options.functions,
      obscure: this.#obscure,
      broken: this.#broken,
    }
  }

  #visit(node: SyntaxNode, around: Surroundings): void {
    if (around.depth > MAX_DEPTH || this.#calls.length > MAX_CALLS) {
      this.#hide(node, around, 'is nested too deeply to be read')
      return
    }
    if (node.isError || node.isMissing) this.#broken.push(this.#place(node, around).line)
    const inner = { ...around, depth: around.depth + 1 }
    switch (node.type) {
      case 'function_definition':
        this.#visitFunction(node, inner)
        return
      case 'command':
        this.#visitCommand(node, inner)
        return
      case 'redirected_statement':
        this.#visitRedirected(node, inner)
        return
      case 'pipeline':
        this.#visitPipeline(node, inner)
        return
      case 'subshell':
      case 'command_substitution':
        this.#visitChildren(node, { ...inner, state: { ...inner.state } })
        return
      case 'process_substitution': {
        const input: Input = node.text.startsWith('>') ? { kind: 'pipe' } : { kind: 'build' }
        this.#visitChildren(node, { ...inner, input, state: { ...inner.state } })
        return
      }
      case 'variable_assignment':
        this.#visitAssignment(node, inner)
        return
      case 'declaration_command':
        this.#visitDeclaration(node, inner)
        return
      case 'simple_expansion':
      case 'expansion':
        this.#visitExpansion(node, inner)
        return
      case 'raw_string':
      case 'ansi_c_string':
        this.#mention(node.text, node, inner)
        this.#lookForHiddenIndex(node, inner)
        return
      case 'word':
      case 'string_content':
      case 'heredoc_content':
        this.#mention(node.text, node, inner)
        return
      default:
        this.#visitChildren(node, inner)
    }
  }

  #visitChildren(node: SyntaxNode, around: Surroundings): void {
    for (const child of node.namedChildren) if (child !== null) this.#visit(child, around)
  }

  #visitFunction(node: SyntaxNode, around: Surroundings): void {
    const name = node.childForFieldName('name')?.text ?? ''
    const within = /^package_/.test(name) ? 'package' : name
    const state = { folder: FIRST_FOLDER }
    for (const child of node.namedChildren) {
      if (child !== null && child.type !== 'word') {
        this.#visit(child, { ...around, within, state, input: { kind: 'build' } })
      }
    }
  }

  /** In a pipeline every command but the first reads what the one before it writes. */
  #visitPipeline(node: SyntaxNode, around: Surroundings): void {
    // After a here-document the first command of the pipeline stands elsewhere in the tree.
    let first = node.children[0]?.isNamed ?? true
    for (const child of node.namedChildren) {
      if (child === null) continue
      const input: Input = first ? around.input : { kind: 'pipe' }
      this.#visit(child, { ...around, input, state: { ...around.state } })
      first = false
    }
  }

  #visitRedirected(node: SyntaxNode, around: Surroundings): void {
    const redirects = node.childrenForFieldName('redirect').filter((child) => child !== null)
    const body = node.childForFieldName('body')
    const input = this.#inputOf(redirects, around)
    if (body !== null) this.#visit(body, { ...around, input })
    const text = body === null ? null : this.#outputOf(body, input, around)
    for (const redirect of redirects) this.#visitRedirect(redirect, text, around)
  }

  #inputOf(redirects: readonly SyntaxNode[], around: Surroundings): Input {
    let { input } = around
    for (const redirect of redirects) {
      if (redirect.type === 'heredoc_redirect') {
        const body = redirect.namedChildren.find((child) => child?.type === 'heredoc_body')
        input = { kind: 'text', text: body?.text ?? null }
      } else if (redirect.type === 'herestring_redirect') {
        input = this.#hereString(redirect, around)
      } else if (redirect.type === 'file_redirect' && /^\d*<[^>&]/.test(redirect.text)) {
        const [path = UNKNOWN] = this.#destinations(redirect, around)
        input = path.startsWith('/dev/fd/') ? { kind: 'pipe' } : { kind: 'file', path }
      }
    }
    return input
  }

  #hereString(redirect: SyntaxNode, around: Surroundings): Input {
    const word = redirect.namedChildren.at(-1)
    const [text = UNKNOWN] = word ? expandText(word, this.#scope(redirect, around)) : []
    return { kind: 'text', text: isUnknown(text) ? null : text }
  }

  /** What `echo`, `printf` or `cat <<…` write, so that a script which is written and then run is read. */
  #outputOf(body: SyntaxNode, input: Input, around: Surroundings): string | null {
    if (body.type !== 'command') return null
    const [argv = []] = this.#alternatives(body, around)
    const [name = '', ...args] = argv
    if (name === 'cat' && args.length === 0 && input.kind === 'text') return input.text
    if (name === 'echo' || name === 'printf') {
      const text = args.filter((word) => !/^-[neE]+$/.test(word)).join(' ')
      return text.replaceAll('\\n', '\n').replaceAll('%s', ' ')
    }
    return null
  }

  #visitRedirect(redirect: SyntaxNode, text: string | null, around: Surroundings): void {
    switch (redirect.type) {
      case 'heredoc_redirect':
        for (const child of redirect.namedChildren) {
          if (child === null || child.type === 'heredoc_start' || child.type === 'heredoc_end') continue
          if (child.type === 'file_redirect') this.#visitRedirect(child, text, around)
          else if (child.type === 'pipeline') this.#visitPipelineAfterHereDocument(child, around)
          else this.#visit(child, around)
        }
        return
      case 'file_redirect': {
        // `2>&1` writes to a stream that is open.
        const writes =
          /^\d*(?:&?>|<>)/.test(redirect.text) && !/^\d*>&(?:\d+|-)$/.test(redirect.text.replace(/\s/g, ''))
        if (writes) {
          for (const path of this.#destinations(redirect, around)) {
            this.#writes.push({ path, text, place: this.#place(redirect, around) })
          }
        }
        this.#visitChildren(redirect, around)
        return
      }
      default:
        this.#visitChildren(redirect, around)
    }
  }

  #visitPipelineAfterHereDocument(node: SyntaxNode, around: Surroundings): void {
    for (const child of node.namedChildren) {
      if (child !== null)
        this.#visit(child, { ...around, input: { kind: 'pipe' }, state: { ...around.state } })
    }
  }

  #destinations(redirect: SyntaxNode, around: Surroundings): readonly string[] {
    return redirect
      .childrenForFieldName('destination')
      .flatMap((word) => (word === null ? [] : expandNode(word, this.#scope(word, around)).flat()))
      .map((path) => resolvePath(path, around.state.folder))
  }

  #visitAssignment(node: SyntaxNode, around: Surroundings): void {
    const target = node.childForFieldName('name')
    const value = node.childForFieldName('value')
    const name = (target?.type === 'subscript' ? target.childForFieldName('name') : target)?.text ?? ''
    const scope = this.#scope(node, around)
    const texts =
      value === null
        ? []
        : value.type === 'array'
          ? value.namedChildren.flatMap((item) =>
              item === null || item.type === 'comment' ? [] : expandNode(item, scope).flat(),
            )
          : expandText(value, scope)
    const place = this.#place(node, around)
    this.#settings.push({ name, texts, place })
    for (const text of texts) this.#mentions.push({ text, place })
    this.#visitChildren(node, around)
  }

  /** `local -n x=y` makes x mean y; `export -p` prints everything that is set. */
  #visitDeclaration(node: SyntaxNode, around: Surroundings): void {
    const words = node.namedChildren
      .filter((child) => child?.type === 'word')
      .map((child) => child?.text ?? '')
    if (words.some((word) => /^-[a-zA-Z]*n/.test(word)))
      this.#hide(node, around, 'gives a variable a second name')
    const place = this.#place(node, around)
    const program = node.children[0]?.text ?? ''
    const folder = around.state.folder
    if (node.namedChildren.every((child) => child?.type === 'word')) {
      this.#calls.push({
        program,
        path: program,
        args: words,
        wrappers: [],
        assigned: [],
        input: around.input,
        folder,
        place,
      })
    }
    this.#visitChildren(node, around)
  }

  #visitExpansion(node: SyntaxNode, around: Surroundings): void {
    const name = node.namedChildren.find((child) => child?.type === 'variable_name')?.text
    if (name !== undefined) this.#uses.push({ name, place: this.#place(node, around) })
    const indirect = /^\$\{!([A-Za-z_]\w*)([*@]?)\}$/.exec(node.text)
    if (indirect?.[2]) this.#hide(node, around, 'lists variables by their names')
    else if (indirect?.[1] !== undefined) {
      for (const other of this.#options.values.texts(indirect[1])) {
        this.#uses.push({ name: other, place: this.#place(node, around) })
      }
    }
    // `${x@P}` runs the commands that stand in the value of x.
    if (/@P\}$/.test(node.text)) this.#hide(node, around, 'runs what a variable holds')
    this.#visitChildren(node, around)
  }

  /** In arithmetic and as the index of an array, bash runs commands that stand in a text. */
  #lookForHiddenIndex(node: SyntaxNode, around: Surroundings): void {
    if (/\[[^\]]*(?:\$\(|`)/.test(node.text) && /^'?[A-Za-z_]\w*\[/.test(node.text)) {
      this.#hide(node, around, 'hides a command in the index of an array')
    }
  }

  #visitCommand(node: SyntaxNode, around: Surroundings): void {
    const redirects = node.namedChildren
      .filter((child) => child !== null)
      .filter((child) => child.type.endsWith('_redirect'))
    const input = this.#inputOf(redirects, around)
    const place = this.#place(node, around)
    const prefix = node.namedChildren
      .filter((child) => child?.type === 'variable_assignment')
      .flatMap((child) => (child === null ? [] : this.#assignmentTexts(child, around)))
    for (const argv of this.#alternatives(node, around)) {
      for (const word of argv) this.#mentions.push({ text: word, place })
      this.#note(argv, prefix, { ...around, input }, place)
    }
    for (const child of node.namedChildren) {
      if (child === null) continue
      if (child.type.endsWith('_redirect')) this.#visitRedirect(child, null, around)
      else this.#visit(child, { ...around, input: { kind: 'build' } })
    }
  }

  #assignmentTexts(node: SyntaxNode, around: Surroundings): readonly string[] {
    const name = node.childForFieldName('name')?.text ?? ''
    const value = node.childForFieldName('value')
    const texts = value === null ? [''] : expandText(value, this.#scope(node, around))
    return texts.map((text) => `${name}=${text}`)
  }

  /** The words of a command, each alternative of each word in at least one of the lists. */
  #alternatives(node: SyntaxNode, around: Surroundings): readonly (readonly string[])[] {
    const scope = this.#scope(node, around)
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

  #note(argv: readonly string[], prefix: readonly string[], around: Surroundings, place: CodePlace): void {
    const { argv: peeled, wrappers, assigned } = peel(argv)
    const [path = '', ...args] = peeled
    if (path === '') {
      if (argv.length > 0 && argv[0] !== '')
        this.#hideText(argv[0] ?? '', place, 'runs nothing that can be told')
      return
    }
    const { folder } = around.state
    const call: Call = {
      program: this.#programOf(path, folder),
      path,
      args,
      wrappers,
      assigned: [...prefix, ...assigned],
      input: around.input,
      folder,
      place,
    }
    this.#calls.push(call)
    this.#changeFolder(call, around)
    for (const { text, why } of shellTexts(call, this.#options.functions)) {
      if (text === null) this.#hideText(path, place, why)
      else if (Array.isArray(text)) this.#note(text, [], around, place)
      else this.nestedScripts.push({ text: String(text), place, folder })
    }
  }

  /** Null where a variable or a pattern decides what is run, except below the sources and the package. */
  #programOf(path: string, folder: string): string | null {
    const name = programName(path)
    if (!isUnknown(path) && !path.includes(PATTERN)) return name
    const isPath = path.includes('/') && !path.startsWith(UNKNOWN)
    return isPath && placeOf(resolvePath(path, folder)) === 'inside' ? name : null
  }

  #changeFolder({ program, args }: Call, { state }: Surroundings): void {
    if (program !== 'cd' && program !== 'pushd') return
    const target = args.find((word) => !/^-[LPe@]$/.test(word) && word !== '--')
    // `cd -` and `popd` go back to where the script was before.
    if (target === '-' || (program === 'pushd' && target === undefined)) return
    state.folder = target === undefined ? '/\ue003' : resolvePath(target, state.folder)
  }

  #scope(node: SyntaxNode, around: Surroundings): WordScope {
    const { values, budget, nested, scopeAt } = this.#options
    const scope = scopeAt(node, values, budget, around.state.folder)
    return nested === null ? scope : { ...scope, parameters: parametersOf(around.within) }
  }

  #place(node: SyntaxNode, around: Surroundings): CodePlace {
    const { nested } = this.#options
    return { line: nested?.place.line ?? node.startPosition.row + 1, within: around.within }
  }

  #mention(text: string, node: SyntaxNode, around: Surroundings): void {
    this.#mentions.push({ text, place: this.#place(node, around) })
  }

  #hide(node: SyntaxNode, around: Surroundings, why: string): void {
    this.#hideText(node.text, this.#place(node, around), why)
  }

  #hideText(text: string, place: CodePlace, why: string): void {
    this.#obscure.push({ text: shown(text), place, why })
  }
}
