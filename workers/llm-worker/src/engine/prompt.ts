import type { LlamaContext } from '@fugood/llama.node'
import type { GenerationInput, ModelFacts } from './messages.ts'

/**
 * The text that the model continues, and what ends its turn. Messages go through the model's own chat template. A model
 * without one was not trained on conversations: it continues the messages' contents, one below the other.
 */
export function formatPrompt(
  context: Pick<LlamaContext, 'getFormattedChat' | 'isJinjaSupported'>,
  facts: Pick<ModelFacts, 'hasChatTemplate'>,
  input: GenerationInput,
): { readonly prompt: string; readonly stops: readonly string[] } {
  if (input.kind === 'prompt') return { prompt: input.prompt, stops: [] }
  if (!facts.hasChatTemplate) {
    return { prompt: input.messages.map((message) => message.content).join('\n'), stops: [] }
  }
  const jinja = context.isJinjaSupported()
  const formatted: unknown = context.getFormattedChat(input.messages, undefined, { jinja })
  if (typeof formatted === 'object' && formatted !== null && 'prompt' in formatted) {
    const { prompt, additional_stops } = formatted as ReturnType<typeof context.getFormattedChat>
    return { prompt, stops: additional_stops ?? [] }
  }
  throw new Error('The chat template of the model gave no prompt.')
}
