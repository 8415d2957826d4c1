import { type Budget, NotStatic } from './budget.ts'
import type { Variables } from './variables.ts'

/** Most parentheses inside each other. */
const MAX_DEPTH = 16

/**
 * What stands behind `$((`, with whole decimal numbers, variables that hold such, `+ - * / %` and parentheses. Everything
 * else that bash could compute is not read here, nor are numbers that JavaScript cannot hold exactly.
 *
 * @param start where the expression begins in `text`.
 * @returns its value, and where the text goes on behind `))`.
 * @throws NotStatic
 */
export function readArithmetic(
  text: string,
  start: number,
  variables: Variables,
  budget: Budget,
): { readonly value: number; readonly end: number } {
  const reader = new ArithmeticReader(text, start, variables, budget)
  const value = reader.readSum()
  return { value, end: reader.readEnd() }
}

class ArithmeticReader {
  readonly #text: string
  readonly #variables: Variables
  readonly #budget: Budget
  #index: number
  #depth = 0

  constructor(text: string, start: number, variables: Variables, budget: Budget) {
    this.#text = text
    this.#index = start
    this.#variables = variables
    this.#budget = budget
  }

  readSum(): number {
    let sum = this.#readProduct()
    for (let sign = this.#take(/[+-]/y); sign !== null; sign = this.#take(/[+-]/y)) {
      const next = this.#readProduct()
      sum = exact(sign === '+' ? sum + next : sum - next)
    }
    return sum
  }

  #readProduct(): number {
    let product = this.#readFactor()
    for (let sign = this.#take(/[*/%]/y); sign !== null; sign = this.#take(/[*/%]/y)) {
      const next = this.#readFactor()
      if (sign === '*') product = exact(product * next)
      else if (next === 0) throw new NotStatic('divides by zero')
      else product = exact(sign === '/' ? Math.trunc(product / next) : product % next)
    }
    return product
  }

  #readFactor(): number {
    if (this.#take(/-(?![-=])/y) !== null) return exact(-this.#readAtom())
    return this.#readAtom()
  }

  #readAtom(): number {
    if (this.#take(/\(/y) !== null) {
      this.#depth += 1
      if (this.#depth > MAX_DEPTH) throw new NotStatic('nests parentheses too deeply')
      const value = this.readSum()
      if (this.#take(/\)/y) === null) throw notRead()
      this.#depth -= 1
      return value
    }
    const name = this.#take(/[A-Za-z_]\w*|\$[A-Za-z_]\w*|\$\{[A-Za-z_]\w*\}/y)
    if (name !== null) return numberIn(this.#variables.text(name.replace(/[${}]/g, '')))
    const digits = this.#take(/\d+(?![\w#.])/y)
    if (digits !== null) return numberIn(digits)
    throw notRead()
  }

  readEnd(): number {
    if (this.#take(/\)\)/y) === null) throw notRead()
    return this.#index
  }

  /** What the pattern finds here, behind white space. */
  #take(pattern: RegExp): string | null {
    const [space = ''] = /[ \t]*/y.exec(this.#text.slice(this.#index)) ?? []
    pattern.lastIndex = this.#index + space.length
    const [found] = pattern.exec(this.#text) ?? []
    this.#budget.spend(1 + space.length)
    if (found === undefined) return null
    this.#index += space.length + found.length
    return found
  }
}

/** A leading zero makes a number octal. */
function numberIn(text: string): number {
  if (!/^-?(?:0|[1-9]\d{0,15})$/.test(text)) throw notRead()
  return exact(Number(text))
}

/** -0 is no number of bash. */
function exact(value: number): number {
  if (!Number.isSafeInteger(value)) throw new NotStatic('computes a number that is too large to be read here')
  return value + 0
}

function notRead(): NotStatic {
  return new NotStatic('computes something that is not read here ($((…)))')
}
