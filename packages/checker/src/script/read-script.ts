import { Budget, type SyntaxNode, withSyntaxTree } from '@rbee/pkgbuild/syntax'
import { CallReader } from './call-reader.ts'
import type { Call, ScriptReading } from './calls.ts'
import { isCodeRunner } from './code-texts.ts'
import { collectValues, nodesBelow, parametersOf } from './collect-values.ts'
import type { WordScope } from './expand-node.ts'
import { expandNode } from './expand-node.ts'
import { SRC_DIR, START_DIR, shown, UNKNOWN, withoutMarkers } from './markers.ts'
import { FIRST_FOLDER, resolvePath } from './places.ts'
import type { NestedScript } from './reading-context.ts'
import { runFile } from './run-files.ts'
import { SHELLS } from './shell-texts.ts'
import { onlyCommand, substitutedText } from './substitution.ts'
import { Values } from './values.ts'
import { programName } from './wrappers.ts'

/** Texts that are handed to a shell within one script; an honest PKGBUILD holds a handful. */
const MAX_NESTED = 40

/**
 * Reads what a script would do: every command with the words that it would get, every file that it would write, as far as
 * that can be told without running anything. Texts that are handed to a shell are read the same way.
 *
 * @param sources texts that lie beside the script, by their names: those that it runs are read as well.
 * @returns null where the script is built to exhaust the parser.
 */
export async function readScriptDeeds(
  text: string,
  sources: ReadonlyMap<string, string> = new Map(),
): Promise<ScriptReading | null> {
  const values = new Values()
  const first = await readTree(withoutMarkers(text), values, null)
  if (first === null) return null
  const readings = [first.reading]
  const filed = (reading: ScriptReading) => [...writtenScripts(reading), ...localScripts(reading, sources)]
  const waiting = [...first.nested, ...filed(first.reading)]
  const seen = new Set<string>()
  for (let count = 0; count < MAX_NESTED; count += 1) {
    const nested = waiting.shift()
    if (nested === undefined) break
    const key = `${nested.place.within} ${nested.text}`
    if (seen.has(key)) continue
    seen.add(key)
    const inner = await readTree(withoutMarkers(nested.text), first.values, nested)
    if (inner === null) {
      readings.push(unread(nested))
      continue
    }
    readings.push(inner.reading)
    waiting.push(...inner.nested, ...filed(inner.reading))
  }
  // What is too much to be read could be anything.
  return joined([...readings, ...waiting.slice(0, 1).map(unread)])
}

/** Texts that the script writes into a file and then runs. */
function writtenScripts(reading: ScriptReading): readonly NestedScript[] {
  const { calls } = reading
  const writes = [...reading.writes, ...installedTexts(calls)]
  const run = new Map(calls.map((call) => [runFile(call), call]))
  return writes.flatMap(({ path, text }) => {
    const call = run.get(path)
    return text === null || call === undefined ? [] : [{ text, place: call.place, folder: call.folder }]
  })
}

/** Scripts of the shell among the files beside a PKGBUILD, where it runs them. */
function localScripts(
  { calls }: ScriptReading,
  sources: ReadonlyMap<string, string>,
): readonly NestedScript[] {
  return calls.flatMap((call) => {
    const path = runFile(call) ?? ''
    const folder = [SRC_DIR, START_DIR].find((one) => path.startsWith(`${one}/`))
    const text = folder === undefined ? undefined : sources.get(path.slice(folder.length + 1))
    if (text === undefined) return []
    const [, interpreter] = /^#!\s*(?:\/usr\/bin\/env\s+(?:-S\s+)?)?(\S+)/.exec(text) ?? []
    const isShell =
      call.program === 'source' || call.program === '.' || SHELLS.has(programName(interpreter ?? 'sh'))
    return isShell && !isCodeRunner(call.program ?? '')
      ? [{ text, place: call.place, folder: call.folder }]
      : []
  })
}

/** `install /dev/stdin FILE <<< TEXT` and `tee FILE <<< TEXT`. */
function installedTexts(calls: readonly Call[]) {
  return calls.flatMap(({ program, args, input, folder, place }) => {
    const takesInput = program === 'tee' || args.includes('/dev/stdin')
    if (input.kind !== 'text' || !takesInput || !/^(?:tee|install|cp)$/.test(program ?? '')) return []
    const path = resolvePath(args.findLast((word) => !word.startsWith('-')) ?? '', folder)
    return [{ path, text: input.text, place }]
  })
}

function unread({ text, place }: NestedScript): ScriptReading {
  const why = 'is a text that is run and too complicated to be read'
  return {
    calls: [],
    writes: [],
    mentions: [],
    uses: [],
    settings: [],
    functions: new Set(),
    obscure: [{ text: shown(text), place, why }],
    broken: [],
  }
}

interface TreeReading {
  readonly reading: ScriptReading
  readonly nested: readonly NestedScript[]
  readonly values: Values
}

function readTree(text: string, outer: Values, nested: NestedScript | null): Promise<TreeReading | null> {
  return withSyntaxTree(text, (root) => {
    if (isTooMuch(root)) return null
    const functions = new Set(
      [...nodesBelow(root)]
        .filter((node) => node.type === 'function_definition')
        .map((node) => node.childForFieldName('name')?.text ?? ''),
    )
    const budget = new Budget()
    const scopeOf = (values: Values) => (within: string | null) =>
      scopeAt(within, values, budget, FIRST_FOLDER)
    const early = new Values(outer)
    collectValues(root, scopeOf(early), functions, early)
    const values = new Values(early)
    collectValues(root, scopeOf(values), functions, values)
    const reader = new CallReader({ values, budget, functions, nested, scopeAt })
    reader.read(root)
    return { reading: reader.reading(), nested: reader.nestedScripts, values }
  })
}

/** Deeper than any honest script, and not deep enough to exhaust the stack of who walks through it. */
const MAX_DEPTH = 250
/** 64 KiB of PKGBUILDs of distributions have 12,000. Every node costs some microseconds wherever it is looked at. */
const MAX_NODES = 20_000

function isTooMuch(root: SyntaxNode): boolean {
  const stack = [{ node: root, depth: 0 }]
  let count = 0
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    count += 1
    if (next.depth > MAX_DEPTH || count > MAX_NODES) return true
    for (const child of next.node.namedChildren) {
      if (child !== null) stack.push({ node: child, depth: next.depth + 1 })
    }
  }
  return false
}

function scopeAt(within: string | null, values: Values, budget: Budget, folder: string): WordScope {
  const scope: WordScope = {
    values,
    budget,
    parameters: parametersOf(within),
    substitute(substitution) {
      const command = onlyCommand(substitution)
      if (command === null) return UNKNOWN
      const words = [command.childForFieldName('name'), ...command.childrenForFieldName('argument')].flatMap(
        (word) => (word === null ? [] : (expandNode(word, scope)[0] ?? [])),
      )
      return substitutedText(words, folder)
    },
  }
  return scope
}

function joined(readings: readonly ScriptReading[]): ScriptReading {
  return {
    calls: readings.flatMap(({ calls }) => calls),
    writes: readings.flatMap(({ writes }) => writes),
    mentions: readings.flatMap(({ mentions }) => mentions),
    uses: readings.flatMap(({ uses }) => uses),
    settings: readings.flatMap(({ settings }) => settings),
    functions: new Set(readings.flatMap(({ functions }) => [...functions])),
    obscure: readings.flatMap(({ obscure }) => obscure),
    broken: [...new Set(readings.flatMap(({ broken }) => broken))],
  }
}
