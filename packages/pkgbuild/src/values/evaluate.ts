import type { Assignment, Script, SourceWord } from '../syntax/script.ts'
import { Budget, NotStatic } from './budget.ts'
import { expandWord, type Variables, wholeArrayName } from './expand.ts'

/** A text, or the reason why only running the script would tell it. */
export type KnownText =
  | { readonly known: true; readonly text: string; readonly line: number }
  | { readonly known: false; readonly reason: string; readonly line: number }

/** A variable after the last assignment to it. */
export interface Variable {
  readonly array: boolean
  readonly elements: readonly KnownText[]
  /** Of the first assignment. */
  readonly line: number
}

/** Most elements of one array. */
const MAX_ELEMENTS = 1_000

/**
 * Carries out the assignments at the top of a script, in their order, and nothing else.
 *
 * @param given variables that the program which would read the script sets, such as CARCH.
 */
export function evaluateScript(
  script: Script,
  given: ReadonlyMap<string, string>,
): ReadonlyMap<string, Variable> {
  const state = new EvaluationState(given)
  for (const statement of script.statements) {
    if (statement.kind === 'assignment') state.assign(statement)
  }
  return state.variables
}

class EvaluationState implements Variables {
  readonly variables = new Map<string, Variable>()
  readonly #given: ReadonlyMap<string, string>
  readonly #budget = new Budget()

  constructor(given: ReadonlyMap<string, string>) {
    this.#given = given
  }

  assign(assignment: Assignment): void {
    const { name, append, value, line, index } = assignment
    const before = this.variables.get(name)
    if (index !== null) {
      const reason = 'is assigned by index, which is not read here'
      this.variables.set(name, { array: true, elements: [{ known: false, reason, line }], line })
      return
    }
    if (value.kind === 'array') {
      const elements = value.words.flatMap((word) => this.#expandElement(word))
      const all = append ? [...(before?.elements ?? []), ...elements] : elements
      this.variables.set(name, {
        array: true,
        elements: all.slice(0, MAX_ELEMENTS),
        line: before?.line ?? line,
      })
      return
    }
    const text = this.#expand(value.word)
    const [first, ...rest] = append ? (before?.elements ?? []) : []
    const joined = first === undefined ? text : joinTexts(first, text)
    this.variables.set(name, {
      array: append && (before?.array ?? false),
      elements: [joined, ...rest],
      line: append ? (before?.line ?? line) : line,
    })
  }

  text(name: string): string {
    const given = this.#given.get(name)
    if (given !== undefined) return given
    const [first] = this.#lookUp(name).elements
    return first === undefined ? '' : knownText(first)
  }

  elements(name: string): readonly string[] {
    const { elements } = this.#lookUp(name)
    this.#budget.spend(elements.length)
    return elements.map(knownText)
  }

  isSet(name: string): boolean {
    return this.#given.has(name) || this.variables.has(name)
  }

  #lookUp(name: string): Variable {
    const variable = this.variables.get(name)
    if (variable === undefined) throw new NotStatic(`uses $${name}, which this file does not set`)
    return variable
  }

  #expandElement(word: SourceWord): KnownText[] {
    const array = wholeArrayName(word.text)
    if (array === null) return [this.#expand(word)]
    try {
      return this.elements(array).map((text) => ({ known: true, text, line: word.line }))
    } catch (error) {
      return [unknownText(error, word.line)]
    }
  }

  #expand(word: SourceWord): KnownText {
    try {
      return {
        known: true,
        text: this.#budget.bounded(expandWord(word.text, this, this.#budget)),
        line: word.line,
      }
    } catch (error) {
      return unknownText(error, word.line)
    }
  }
}

function joinTexts(first: KnownText, second: KnownText): KnownText {
  if (!first.known) return first
  return second.known ? { ...second, text: (first.text + second.text).slice(0, 8192) } : second
}

/** What depends on an unknown value is unknown for the same reason. */
function knownText(value: KnownText): string {
  if (!value.known) throw new NotStatic(value.reason)
  return value.text
}

function unknownText(error: unknown, line: number): KnownText {
  if (error instanceof NotStatic) return { known: false, reason: error.message, line }
  throw error
}
