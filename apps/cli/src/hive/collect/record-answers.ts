import { RbeeError } from '@rbee/schema'
import { readBounded } from '../revocations/fetch-list.ts'

const ANSWER_MAX_BYTES = 32 * 2 ** 20

/** Everything that a registry was asked, and what it answered. */
export interface Recorder {
  readonly fetch: typeof fetch
  /** Whole answers by their addresses, as paths on the registry. */
  readonly answers: Map<string, Uint8Array>
}

/** Passes on what is asked of a registry, and keeps what it answers. */
export function recordAnswers(ask: typeof fetch, registry: string): Recorder {
  const answers = new Map<string, Uint8Array>()
  return {
    answers,
    async fetch(input, init) {
      const { href } = new URL(input instanceof Request ? input.url : input)
      const answer = await ask(input, init)
      if (answer.status !== 200 || !href.startsWith(`${registry}/`)) return answer
      const bytes = await readBounded(answer, ANSWER_MAX_BYTES, () => tooLarge(href))
      answers.set(href.slice(registry.length), bytes)
      return new Response(new Uint8Array(bytes), { headers: answer.headers })
    },
  }
}

function tooLarge(address: string): RbeeError {
  return new RbeeError('registry_invalid', `${address} is longer than ${ANSWER_MAX_BYTES} bytes`)
}
