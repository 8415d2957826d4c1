import { RbeeError } from '@rbee/schema'
import { readBounded } from '../revocations/fetch-list.ts'

const ANSWER_MAX_BYTES = 32 * 2 ** 20

/** Takes a whole answer, by its address as a path on the registry. */
export type KeepAnswer = (address: string, bytes: Uint8Array) => Promise<void>

/** Passes on what is asked of a registry, and hands on what it answers to be kept. */
export function recordAnswers(ask: typeof fetch, registry: string, keep: KeepAnswer): typeof fetch {
  return async (input, init) => {
    const { href } = new URL(input instanceof Request ? input.url : input)
    const answer = await ask(input, init)
    if (answer.status !== 200 || !href.startsWith(`${registry}/`)) return answer
    const bytes = await readBounded(answer, ANSWER_MAX_BYTES, () => tooLarge(href))
    await keep(href.slice(registry.length), bytes)
    return new Response(new Uint8Array(bytes), { headers: answer.headers })
  }
}

function tooLarge(address: string): RbeeError {
  return new RbeeError('registry_invalid', `${address} is longer than ${ANSWER_MAX_BYTES} bytes`)
}
