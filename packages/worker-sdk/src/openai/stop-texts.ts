/**
 * Looks for stop texts in a text that arrives in pieces. Holds back an end that could be the beginning of a stop text,
 * so that a reader never sees a part of one.
 */
export class StopTexts {
  readonly #stops: readonly string[]
  #held = ''

  constructor(stops: readonly string[]) {
    this.#stops = stops
  }

  /** Takes the next piece and gives what may be shown, and whether a stop text was met. */
  push(piece: string): { readonly text: string; readonly stopped: boolean } {
    const text = this.#held + piece
    const met = this.#stops.map((stop) => text.indexOf(stop)).filter((index) => index !== -1)
    if (met.length > 0) {
      this.#held = ''
      return { text: text.slice(0, Math.min(...met)), stopped: true }
    }
    const kept = Math.max(0, ...this.#stops.map((stop) => commonEnd(text, stop)))
    this.#held = text.slice(text.length - kept)
    return { text: text.slice(0, text.length - kept), stopped: false }
  }

  /** What was held back when the generation ended. */
  rest(): string {
    const text = this.#held
    this.#held = ''
    return text
  }
}

/** Length of the longest end of `text` that is a proper beginning of `stop`. */
function commonEnd(text: string, stop: string): number {
  for (let length = Math.min(text.length, stop.length - 1); length > 0; length -= 1) {
    if (text.endsWith(stop.slice(0, length))) return length
  }
  return 0
}
