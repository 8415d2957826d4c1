import { defineWorker, type FinishReason, type Generation } from '@rbee/worker-sdk'

/** Says the prompt's words again, in reverse order. */
export const echoWorker = defineWorker({
  name: 'echo-worker',
  version: '1.0.0',
  description: 'Says words again, the last one first',
  model: 'none',
  capabilities: { tasks: ['text-generation', 'chat'], supports_streaming: true },

  load: async () => ({
    id: 'echo',
    complete: ({ prompt }) => answer(prompt),
    chat: ({ messages }) => answer(messages.at(-1)?.content ?? ''),
  }),

  selfTest: async ({ load }) => {
    const model = await load(null)
    if (model.id !== 'echo') throw new Error('The model has another name.')
  },
})

function answer(prompt: string): Generation {
  const words = prompt.split(/\s+/).filter((word) => word !== '')
  return { promptTokens: words.length, pieces: say(words.toReversed()) }
}

// One piece is one token. The server cuts at max_tokens and at stop texts, streams, and ends this generator when the
// client goes away.
async function* say(words: readonly string[]): AsyncGenerator<string, FinishReason> {
  for (const word of words) yield `${word} `
  return 'stop'
}
