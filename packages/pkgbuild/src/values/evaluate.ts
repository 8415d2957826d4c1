import type { Assignment, SourceWord } from '../syntax/assignment.ts'
import type { Script } from '../syntax/script.ts'
import { Budget, NotStatic } from './budget.ts'
import { expandElements, expandText } from './expand.ts'
import type { Variables } from './variables.ts'

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

/** Variables that the program which would read the script sets before; null for those that it unsets. */
export type GivenVariables = ReadonlyMap<string, string | null>

/**
 * Carries out the assignments at the top of a script, in their order, and nothing else. What a command at the top
 * assigns is not known, as nothing is run.
 *
 * A name in lower case that the script does not set counts as unset where the script provides for that
 * (`${_feature:-cpu}`); without a default, and in capitals as the environment's names are, it is not known.
 */
export function evaluateScript(script: Script, given: GivenVariables): ReadonlyMap<string, Variable> {
  return new Evaluation(given).run(script).variables
}

/** The variables of a script that is read from its top to its end. */
export class Evaluation implements Variables {
  readonly variables = new Map<string, Variable>()
  readonly #given: GivenVariables
  readonly #budget: Budget
  /** Of each local variable, what its name meant before. */
  readonly #outer = new Map<string, Variable | null>()

  constructor(given: GivenVariables, budget = new Budget()) {
    this.#given = given
    this.#budget = budget
  }

  run(script: Script): this {
    for (const statement of script.statements) {
      if (statement.kind === 'assignment') {
        const { name, isLocal } = statement
        if (isLocal && !this.#outer.has(name)) this.#outer.set(name, this.variables.get(name) ?? null)
        this.assign(statement)
      } else for (const name of statement.assigns) this.#forget(name, 'is set by a command', statement.line)
    }
    return this
  }

  /** What is left when the function in which the script was read is done. */
  withoutLocals(): this {
    for (const [name, variable] of this.#outer) {
      if (variable === null) this.variables.delete(name)
      else this.variables.set(name, variable)
    }
    return this
  }

  /**
   * The same variables, and others over them, for assignments that change none of these. Both share what work may be
   * done for one script.
   */
  within(given: GivenVariables): Evaluation {
    const inner = new Evaluation(new Map([...this.#given, ...given]), this.#budget)
    for (const [name, variable] of this.variables) if (!given.has(name)) inner.variables.set(name, variable)
    return inner
  }

  assign({ name, append, value, line, index }: Assignment): void {
    if (index !== null) {
      this.#forget(name, 'is assigned by index, which is not read here', line)
      return
    }
    const before = append ? this.variables.get(name) : undefined
    switch (value.kind) {
      case 'opaque':
        this.#forget(name, value.reason, line)
        return
      case 'array': {
        const elements = [
          ...(before?.elements ?? []),
          ...value.words.flatMap((word) => this.#expandElements(word)),
        ]
        const reason = `has more than ${MAX_ELEMENTS} items`
        this.variables.set(name, {
          array: true,
          elements: elements.length > MAX_ELEMENTS ? [{ known: false, reason, line }] : elements,
          line: before?.line ?? line,
        })
        return
      }
      case 'word': {
        const text = this.#expand(value.word)
        const [first, ...rest] = before?.elements ?? []
        this.variables.set(name, {
          array: before?.array ?? false,
          elements: [first === undefined ? text : this.#join(first, text), ...rest],
          line: before?.line ?? line,
        })
      }
    }
  }

  text(name: string): string {
    const variable = this.#lookUp(name)
    const first = variable?.elements[0]
    return first === undefined ? '' : knownText(first)
  }

  elements(name: string): readonly string[] {
    const elements = this.#lookUp(name)?.elements ?? []
    this.#budget.spend(elements.length)
    return elements.map(knownText)
  }

  isSet(name: string): boolean {
    if (!this.variables.has(name) && !this.#given.has(name)) {
      if (/^[A-Z]/.test(name)) throw new NotStatic(`depends on $${name} of the environment`)
      return false
    }
    const first = this.#lookUp(name)?.elements[0]
    return first !== undefined && knownText(first) !== null
  }

  #lookUp(name: string): Pick<Variable, 'elements'> | null {
    const variable = this.variables.get(name)
    if (variable !== undefined) return variable
    const given = this.#given.get(name)
    if (given === undefined) throw new NotStatic(`uses $${name}, which this file does not set`)
    return given === null ? null : { elements: [{ known: true, text: given, line: 1 }] }
  }

  #forget(name: string, reason: string, line: number): void {
    this.variables.set(name, { array: true, elements: [{ known: false, reason, line }], line })
  }

  #expandElements(word: SourceWord): KnownText[] {
    try {
      if (word.text.startsWith('[')) throw new NotStatic('begins with [, which names an index')
      const texts = expandElements(word.text, this, this.#budget)
      return texts.map((text) => ({ known: true, text, line: word.line }))
    } catch (error) {
      return [unknownText(error, word.line)]
    }
  }

  #expand(word: SourceWord): KnownText {
    try {
      return { known: true, text: expandText(word.text, this, this.#budget), line: word.line }
    } catch (error) {
      return unknownText(error, word.line)
    }
  }

  #join(first: KnownText, second: KnownText): KnownText {
    if (!first.known) return first
    if (!second.known) return second
    try {
      return { ...second, text: this.#budget.bounded(first.text + second.text) }
    } catch (error) {
      return unknownText(error, second.line)
    }
  }
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
