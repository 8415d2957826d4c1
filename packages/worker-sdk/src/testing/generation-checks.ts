import { setTimeout as sleep } from 'node:timers/promises'
import { type Check, expectEqual } from './check.ts'
import { finishReasonOf, readEvents, textOf, type Usage } from './event-stream.ts'
import type { RunningWorker } from './running-worker.ts'

/** Greedy and seeded, so that equal requests have equal answers. */
const REPEATABLE = { max_tokens: 12, temperature: 0, seed: 7 }

/** Longest time in which a cancelled request leaves its place, in milliseconds. */
const CANCEL_MS = 10_000

/** What a generating address promises. */
export function generationChecks(endpoint: string, promptCharacters: number): Check[] {
  const input = (text: string) =>
    endpoint === '/v1/completions' ? { prompt: text } : { messages: [{ role: 'user', content: text }] }
  const ask = async (running: RunningWorker, extra: object = {}) => {
    const response = await running.post(endpoint, { ...input('Hello'), ...REPEATABLE, ...extra })
    expectEqual('status', response.status, 200)
    return response
  }
  const whole = async (running: RunningWorker, extra: object = {}) =>
    readAnswer((await (await ask(running, extra)).json()) as WholeAnswer)

  return [
    {
      name: `${endpoint}: a stream says what the whole answer says`,
      run: async (running) => {
        const answer = await whole(running)
        const stream = await readEvents(
          await ask(running, { stream: true, stream_options: { include_usage: true } }),
        )
        const streamed = {
          text: textOf(stream),
          finish: finishReasonOf(stream),
          usage: stream.events.at(-1)?.usage,
        }
        expectEqual('stream', { ...streamed, done: stream.done }, { ...answer, done: true })
        expectEqual(
          'total_tokens',
          answer.usage.total_tokens,
          answer.usage.prompt_tokens + answer.usage.completion_tokens,
        )
      },
    },
    {
      name: `${endpoint}: max_tokens is kept`,
      run: async (running) => {
        const { usage } = await whole(running, { max_tokens: 1 })
        if (usage.completion_tokens > 1)
          throw new Error(`completion_tokens: ${usage.completion_tokens} instead of 1`)
      },
    },
    {
      name: `${endpoint}: a stop text ends the answer and is not in it`,
      run: async (running) => {
        const { text } = await whole(running)
        const stop = text.trim().slice(-1)
        if (stop === '') return
        const cut = await whole(running, { stop })
        expectEqual(
          'answer',
          { text: cut.text, finish: cut.finish },
          { text: text.split(stop, 1)[0], finish: 'stop' },
        )
      },
    },
    {
      name: `${endpoint}: a long prompt is refused with context_length_exceeded`,
      run: async (running) => {
        const response = await running.post(endpoint, input('x'.repeat(promptCharacters + 1)))
        const { error } = (await response.json()) as { error: { code: string } }
        expectEqual('answer', [response.status, error.code], [400, 'context_length_exceeded'])
      },
    },
    {
      name: `${endpoint}: a client that goes away frees its place`,
      run: async (running) => {
        const leave = new AbortController()
        const body = { ...input('Hello'), stream: true }
        const response = await running.post(endpoint, body, { signal: leave.signal })
        await response.body?.getReader().read()
        leave.abort()
        await untilIdle(running.url)
      },
    },
  ]
}

interface WholeAnswer {
  readonly choices: readonly {
    readonly text?: string
    readonly message?: { readonly content: string }
    readonly finish_reason: string
  }[]
  readonly usage: Usage
}

function readAnswer({ choices, usage }: WholeAnswer) {
  const [choice] = choices
  return { text: choice?.text ?? choice?.message?.content ?? '', finish: choice?.finish_reason, usage }
}

async function untilIdle(url: string): Promise<void> {
  for (let waited = 0; waited < CANCEL_MS; waited += 20) {
    const { running } = (await (await fetch(`${url}/ready`)).json()) as { running: number }
    if (running === 0) return
    await sleep(20)
  }
  throw new Error(`the request was still running after ${CANCEL_MS} ms`)
}
