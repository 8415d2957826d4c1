/** What a stream of server-sent events held. */
export interface ReadStream {
  /** The parsed `data:` blocks without `[DONE]`. */
  readonly events: readonly StreamEvent[]
  /** Whether `[DONE]` came last. */
  readonly done: boolean
}

export interface StreamEvent {
  readonly id?: string
  readonly object?: string
  readonly model?: string
  readonly choices?: readonly {
    readonly text?: string
    readonly delta?: { readonly role?: string; readonly content?: string }
    readonly finish_reason: string | null
  }[]
  readonly usage?: Usage | null
  readonly error?: { readonly code: string }
}

export interface Usage {
  readonly prompt_tokens: number
  readonly completion_tokens: number
  readonly total_tokens: number
}

/** Reads a whole stream of server-sent events. */
export async function readEvents(response: Response): Promise<ReadStream> {
  const blocks = (await response.text()).split('\n\n').filter((block) => block !== '')
  const data = blocks.map((block) => block.replace(/^data: /, ''))
  const done = data.at(-1) === '[DONE]'
  return { events: (done ? data.slice(0, -1) : data).map((text): StreamEvent => JSON.parse(text)), done }
}

/** The text that a stream's events make up. */
export function textOf(stream: ReadStream): string {
  return stream.events
    .flatMap((event) => event.choices ?? [])
    .map((choice) => choice.text ?? choice.delta?.content ?? '')
    .join('')
}

/** Why the generation ended, as the stream says. */
export function finishReasonOf(stream: ReadStream): string | null {
  return (
    stream.events.flatMap((event) => event.choices ?? []).findLast((choice) => choice.finish_reason !== null)
      ?.finish_reason ?? null
  )
}
