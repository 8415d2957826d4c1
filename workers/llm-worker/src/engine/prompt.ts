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
): { readonly prompt: string; readonly stop: readonly string[] } {
  if (input.kind === 'prompt') return { prompt: input.prompt, stop: [] }
  if (!facts.hasChatTemplate) {
    return { prompt: input.messages.map((message) => message.content).join('\n'), stop: [] }
  }
  const formatted = context.getFormattedChat(input.messages, undefined, { jinja: context.isJinjaSupported() })
  return { prompt: formatted.prompt, stop: formatted.additional_stops ?? [] }
}
