import type { FinishReason, Generation, Piece, Sampling } from '../worker.ts'
import { StopTexts } from './stop-texts.ts'

/** How a generation went, for the answer's last part. */
export interface Outcome {
  readonly finishReason: FinishReason
  readonly promptTokens: number
  readonly completionTokens: number
}

/**
 * Reads a model's pieces and hands on the text that a client may see. Ends at a stop text and at the most tokens asked
 * for, whether or not the model cares for them, and closes the model's generator in every case.
 */
export async function* generate(
  generation: Generation,
  sampling: Pick<Sampling, 'maxTokens' | 'stop'>,
  signal: AbortSignal,
): AsyncGenerator<string, Outcome, void> {
  const stops = new StopTexts([...sampling.stop, ...(generation.stop ?? [])])
  const { pieces, promptTokens } = generation
  const most = sampling.maxTokens ?? Number.POSITIVE_INFINITY
  let completionTokens = 0
  const end = (finishReason: FinishReason): Outcome => ({ finishReason, promptTokens, completionTokens })
  try {
    for (;;) {
      const next = await pieces.next()
      signal.throwIfAborted()
      if (next.done) {
        yield* shown(stops.rest())
        return end(next.value)
      }
      completionTokens += tokensOf(next.value)
      const { text, stopped } = stops.push(textOf(next.value))
      yield* shown(text)
      if (stopped) return end('stop')
      if (completionTokens >= most) {
        yield* shown(stops.rest())
        return end('length')
      }
    }
  } finally {
    await pieces.return('stop')
  }
}

function* shown(text: string): Generator<string> {
  if (text !== '') yield text
}

function textOf(piece: Piece): string {
  return typeof piece === 'string' ? piece : piece.text
}

function tokensOf(piece: Piece): number {
  return typeof piece === 'string' ? 1 : piece.tokens
}
