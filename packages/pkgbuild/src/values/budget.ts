/** A value that only running the script would tell. The message follows the name of what was asked for. */
export class NotStatic extends Error {
  override readonly name = 'NotStatic'
}

/** Longest value, in UTF-16 units: `a=$a$a` doubles it with every line. */
const MAX_VALUE_LENGTH = 4096

/** Bounds the work of evaluating one file, so that its time is a constant and not its author's choice. */
export class Budget {
  #steps = 2_000_000

  spend(steps: number): void {
    this.#steps -= steps
    if (this.#steps < 0) throw new NotStatic('takes too much work to evaluate')
  }

  /** @returns the text, where it is not too long. */
  bounded(text: string): string {
    this.spend(text.length)
    if (text.length > MAX_VALUE_LENGTH) throw new NotStatic('expands to too long a text')
    return text
  }
}
