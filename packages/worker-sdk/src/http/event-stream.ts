import { once } from 'node:events'
import type { ServerResponse } from 'node:http'

/**
 * Server-sent events as OpenAI's clients read them: `data: JSON` blocks and a last `data: [DONE]`.
 * Waits for a slow reader instead of keeping what it has not taken yet in memory.
 */
export class EventStream {
  readonly #response: ServerResponse
  readonly #signal: AbortSignal

  constructor(response: ServerResponse, signal: AbortSignal) {
    this.#response = response
    this.#signal = signal
    response.writeHead(200, {
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      // Proxies that buffer answers would hold tokens back.
      'x-accel-buffering': 'no',
    })
  }

  /** @throws the signal's reason when the client goes away. */
  async send(event: object): Promise<void> {
    await this.#write(`data: ${JSON.stringify(event)}\n\n`)
  }

  async done(): Promise<void> {
    await this.#write('data: [DONE]\n\n')
    this.#response.end()
  }

  async #write(text: string): Promise<void> {
    this.#signal.throwIfAborted()
    if (this.#response.write(text)) return
    await once(this.#response, 'drain', { signal: this.#signal })
  }
}
