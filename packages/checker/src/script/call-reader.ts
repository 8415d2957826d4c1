import type { SyntaxNode } from '@rbee/pkgbuild/syntax'
import type { Input, ScriptReading } from './calls.ts'
import { expandNode, expandText } from './expand-node.ts'
import { FIRST_FOLDER } from './places.ts'
import { alternativesOf, noteCommand, prefixOf } from './read-command.ts'
import { inputOf, noteWrite, outputText } from './read-redirect.ts'
import {
  type NestedScript,
  type ReaderOptions,
  ReadingContext,
  type Surroundings,
} from './reading-context.ts'

/** Enough for any script within the size limit. */
const MAX_CALLS = 20_000
const MAX_DEPTH = 400

/** Walks through the syntax tree of a script and notes what it would do. */
export class CallReader {
  readonly #context: ReadingContext

  constructor(options: ReaderOptions) {
    this.#context = new ReadingContext(options)
  }

  get nestedScripts(): readonly NestedScript[] {
    return this.#context.nestedScripts
  }

  read(root: SyntaxNode): void {
    const { nested } = this.#context.options
    this.#visit(root, {
      within: nested?.place.within ?? null,
      input: { kind: 'build' },
      state: { folder: nested?.folder ?? FIRST_FOLDER },
      depth: 0,
    })
  }

  reading(): ScriptReading {
    return this.#context.reading()
  }

  #visit(node: SyntaxNode, around: Surroundings): void {
    if (around.depth > MAX_DEPTH || this.#context.calls.length > MAX_CALLS) {
      this.#hide(node, around, 'is nested too deeply to be read')
      return
    }
    if (node.isError || node.isMissing) this.#context.broken.push(this.#context.placeOf(node, around).line)
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
    const input = inputOf(this.#context, redirects, around)
    if (body !== null) this.#visit(body, { ...around, input })
    const text = body?.type === 'command' ? this.#outputOf(body, input, around) : null
    for (const redirect of redirects) this.#visitRedirect(redirect, text, around)
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
      case 'file_redirect':
        noteWrite(this.#context, redirect, text, around)
        this.#visitChildren(redirect, around)
        return
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

  #visitAssignment(node: SyntaxNode, around: Surroundings): void {
    const target = node.childForFieldName('name')
    const value = node.childForFieldName('value')
    const name = (target?.type === 'subscript' ? target.childForFieldName('name') : target)?.text ?? ''
    const scope = this.#context.scopeOf(around)
    const texts =
      value === null
        ? []
        : value.type === 'array'
          ? value.namedChildren.flatMap((item) =>
              item === null || item.type === 'comment' ? [] : expandNode(item, scope).flat(),
            )
          : expandText(value, scope)
    const place = this.#context.placeOf(node, around)
    this.#context.settings.push({ name, texts, place })
    for (const text of texts) this.#context.mentions.push({ text, place })
    this.#visitChildren(node, around)
  }

  /** `local -n x=y` makes x mean y; `export -p` prints everything that is set. */
  #visitDeclaration(node: SyntaxNode, around: Surroundings): void {
    const words = node.namedChildren
      .filter((child) => child?.type === 'word')
      .map((child) => child?.text ?? '')
    if (words.some((word) => /^-[a-zA-Z]*n/.test(word)))
      this.#hide(node, around, 'gives a variable a second name')
    const place = this.#context.placeOf(node, around)
    const program = node.children[0]?.text ?? ''
    const folder = around.state.folder
    if (node.namedChildren.every((child) => child?.type === 'word')) {
      this.#context.calls.push({
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
    if (name !== undefined) this.#context.uses.push({ name, place: this.#context.placeOf(node, around) })
    const indirect = /^\$\{!([A-Za-z_]\w*)([*@]?)\}$/.exec(node.text)
    if (indirect?.[2]) this.#hide(node, around, 'lists variables by their names')
    else if (indirect?.[1] !== undefined) {
      for (const other of this.#context.options.values.texts(indirect[1])) {
        this.#context.uses.push({ name: other, place: this.#context.placeOf(node, around) })
      }
    }
    if (/^\$\{(?:pkgdir|srcdir|startdir)(?:%%?[^}]*\*|:\s*\d|\/)/.test(node.text))
      this.#hide(node, around, 'takes the path of a folder apart')
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
    const input = inputOf(this.#context, redirects, around)
    const place = this.#context.placeOf(node, around)
    const prefix = prefixOf(this.#context, node, around)
    for (const argv of alternativesOf(this.#context, node, around)) {
      for (const word of argv) this.#context.mentions.push({ text: word, place })
      noteCommand(this.#context, argv, prefix, { ...around, input }, place)
    }
    for (const child of node.namedChildren) {
      if (child === null) continue
      if (child.type.endsWith('_redirect')) this.#visitRedirect(child, null, around)
      else this.#visit(child, { ...around, input: { kind: 'build' } })
    }
  }

  #outputOf(body: SyntaxNode, outer: Input, around: Surroundings): string | null {
    const redirects = body.namedChildren.filter((child) => child?.type.endsWith('_redirect') ?? false)
    const input = inputOf(
      this.#context,
      redirects.filter((child) => child !== null),
      { ...around, input: outer },
    )
    const [argv = []] = alternativesOf(this.#context, body, around)
    return outputText(argv, input)
  }

  #mention(text: string, node: SyntaxNode, around: Surroundings): void {
    this.#context.mentions.push({ text, place: this.#context.placeOf(node, around) })
  }

  #hide(node: SyntaxNode, around: Surroundings, why: string): void {
    this.#context.hide(node.text, this.#context.placeOf(node, around), why)
  }
}
