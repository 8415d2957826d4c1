import { type Budget, NotStatic } from './budget.ts'

/** A place in a word, which moves from left to right. What is taken is work that counts. */
export class WordCursor {
  readonly #word: string
  readonly #budget: Budget
  #index = 0

  constructor(word: string, budget: Budget) {
    this.#word = word
    this.#budget = budget
  }

  get index(): number {
    return this.#index
  }

  get isAtEnd(): boolean {
    return this.#index >= this.#word.length
  }

  /** The next letter; '' at the end. */
  peek(): string {
    return this.#word.charAt(this.#index)
  }

  /** The next letters, at most so many. */
  ahead(count: number): string {
    return this.#word.slice(this.#index, this.#index + count)
  }

  skip(count: number): void {
    this.#index += count
  }

  take(): string {
    const letter = this.peek()
    this.#index += 1
    this.#budget.spend(1)
    return letter
  }

  /** What stands before `end`, which is passed. @throws NotStatic where there is none. */
  takeUntil(end: string): string {
    const close = this.#word.indexOf(end, this.#index)
    if (close === -1) throw new NotStatic('has an unclosed quote')
    const text = this.#word.slice(this.#index, close)
    this.#index = close + 1
    this.#budget.spend(text.length)
    return text
  }

  /** The name of a variable; '' where there is none. */
  takeName(): string {
    const name = /^[A-Za-z_]\w*/.exec(this.ahead(200))?.[0] ?? ''
    this.#index += name.length
    this.#budget.spend(name.length)
    return name
  }

  /** `[2]`, `[-1]`, `[@]` without the brackets; null where there is none. @throws NotStatic for any other index. */
  takeSubscript(): string | null {
    if (this.peek() !== '[') return null
    const subscript = /^\[(\d{1,4}|-\d{1,4}|[@*])\]/.exec(this.ahead(10))
    if (subscript === null) throw new NotStatic('uses an index that is not read here')
    this.#index += subscript[0].length
    return subscript[1] ?? null
  }
}
